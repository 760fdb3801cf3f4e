import { UNREPRESENTABLE } from './dockerfile-text';
import { InputProblem } from '../input/input-error';
import { checkArguments, made } from '../input/props';

/** The origin of an image. Source: https://github.com/opencontainers/image-spec/blob/main/annotations.md */
export interface VersionStampProps {
  /** The version of the program, `org.opencontainers.image.version`. @default - not said @tokens refused */
  readonly version?: string;

  /** The revision in version control, `org.opencontainers.image.revision`. @default - not said @tokens refused */
  readonly revision?: string;

  /** The URL of the source code, `org.opencontainers.image.source`. @default - not said @tokens refused @sensitive */
  readonly sourceUrl?: string;

  /**
   * Date and time of the build, `org.opencontainers.image.created`, in RFC 3339: `2026-01-31T12:00:00Z`.
   * @default - not said @tokens refused
   */
  readonly created?: string;
}

const LABELS: Record<keyof VersionStampProps, string> = {
  version: 'org.opencontainers.image.version',
  revision: 'org.opencontainers.image.revision',
  sourceUrl: 'org.opencontainers.image.source',
  created: 'org.opencontainers.image.created',
};

/**
 * The version of an image's sources, as labels.
 *
 * Images have no stamp by default, because it is part of the fingerprint. With the revision as a stamp, each commit creates a new image and
 * replaces the containers, but does not compile again.
 * @example
 * new GoScratchImage(this, 'Image', {
 *   source: 'services/api',
 *   stamp: VersionStamp.fromEnvironment({ version: 'CI_COMMIT_TAG', revision: 'CI_COMMIT_SHA' }),
 * });
 */
export class VersionStamp {
  /** A stamp with these values. */
  public static of(values: VersionStampProps): VersionStamp {
    checkArguments('VersionStamp.of', { values }, () => valuesProblem(values));
    return new VersionStamp(values);
  }

  /**
   * A stamp with the values of environment variables at synth, given by name. It omits empty and missing variables, so that the app also
   * synthesizes on a developer's machine.
   * @param names for example `{ version: 'CI_COMMIT_TAG', revision: 'CI_COMMIT_SHA', sourceUrl: 'CI_PROJECT_URL' }`
   */
  public static fromEnvironment(names: VersionStampProps): VersionStamp {
    return made('VersionStamp.fromEnvironment', { names }, () => VersionStamp.of(
      Object.fromEntries(Object.entries(names).map(([key, name]) => [key, process.env[name] || undefined]))));
  }

  private constructor(private readonly values: VersionStampProps) {}

  /** @internal */
  public _labels(): Record<string, string> {
    return Object.fromEntries((Object.keys(LABELS) as (keyof VersionStampProps)[]).flatMap((key) => {
      const value = this.values[key];
      return value === undefined ? [] : [[LABELS[key], value]];
    }));
  }
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function valuesProblem(values: VersionStampProps): InputProblem | undefined {
  const { created, sourceUrl } = values;
  if (created !== undefined && (!RFC_3339.test(created) || Number.isNaN(Date.parse(created)))) {
    return {
      what: 'not a date and time for the version stamp',
      given: created,
      allowed: 'RFC 3339, for example "2026-01-31T12:00:00Z"',
      remedy: 'write it as `date --utc +%Y-%m-%dT%H:%M:%SZ` does',
    };
  }
  if (sourceUrl !== undefined && !/^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/.test(sourceUrl)) {
    return {
      what: 'not a URL of source code for the version stamp',
      given: sourceUrl.replace(/\/\/[^@]*@/, '//…@'),
      allowed: 'a URL without user name and password, for example "https://github.com/acme/shop"',
      remedy: 'give the address that a browser opens',
    };
  }
  const [name, value] = Object.entries(values).find(([, text]) => text !== undefined && UNREPRESENTABLE.test(text)) ?? [];
  return name === undefined ? undefined : {
    what: `the label ${LABELS[name as keyof VersionStampProps]} holds a line end or another control character`,
    given: value,
    allowed: 'one line of text',
    remedy: 'remove the control characters',
  };
}
