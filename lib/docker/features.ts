import { TerraformProvider, TerraformStack } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { Version, allowedVersions, compareVersions } from './version-constraint';
import { reject } from '../input/input-error';

/** The oldest version of the Docker provider that the library was measured with. */
const OLDEST: Version = [3, 6, 2];

/**
 * What the stack's version of the Docker provider can do. The only place of the library that knows versions of the provider.
 *
 * A stack has one version for all configurations of the provider: the one that the provider's binding was made for, unless the program
 * overrides it with `stack.addOverride('terraform.required_providers.docker.version', '4.5.0')`.
 *
 * Read it at synth, because the program may add the override last.
 */
export class Features {
  public static of(scope: Construct): Features {
    return new Features(requiredVersion(TerraformStack.of(scope)));
  }

  private constructor(private readonly version: Version) {}

  /**
   * Whether the path of a Dockerfile starts at the build context. In earlier versions it starts where Terraform runs, against the
   * provider's documentation.
   */
  public get dockerfileInContext(): boolean {
    return this.atLeast(4, 0);
  }

  /** Whether the build of an image has `provenance`. */
  public get provenance(): boolean {
    return this.atLeast(4, 3);
  }

  /** Whether `cpus` of a container works. Earlier versions crash on it. */
  public get cpus(): boolean {
    return this.atLeast(3, 7);
  }

  /** Whether a container has `timeouts`. In earlier versions the provider gives up after 20 minutes. */
  public get containerTimeouts(): boolean {
    return this.atLeast(4, 0);
  }

  /** Whether a network of a service has `id`. Earlier versions have only `name`, which takes an id as well. */
  public get serviceNetworkId(): boolean {
    return this.atLeast(4, 5);
  }

  private atLeast(major: number, minor: number): boolean {
    return compareVersions(this.version, [major, minor, 0]) >= 0;
  }
}

/** The lowest version that the stack allows. */
function requiredVersion(stack: TerraformStack): Version {
  const given = requirementOf(stack);
  const allowed = allowedVersions(given);
  const isKnown = allowed !== undefined && compareVersions(allowed.lowest, OLDEST) >= 0
    && (allowed.lowest[0] > OLDEST[0] || allowed.highestMajor === OLDEST[0]);
  return isKnown ? allowed.lowest : reject(stack, {
    what: 'the stack must say whether it uses version 3 or 4 of the Docker provider, because they read the paths of Dockerfiles differently',
    given,
    allowed: `${OLDEST.join('.')} or newer: a version, or a constraint which allows only version 3 or only newer ones, for example ~> 4.5`,
    remedy: 'change the version that the program gives to the provider or to stack.addOverride(\'terraform.required_providers.docker.version\', …)',
  });
}

/** What Terraform reads in `required_providers`. */
function requirementOf(stack: TerraformStack): string {
  const isDocker = (node: IConstruct): node is TerraformProvider =>
    TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'docker';
  // A stack with images or containers has gates, which are providers. A search of the whole tree for each resource would take most of a large synth.
  const own = stack.node.children.filter(isDocker);
  const providers = own.length > 0 ? own : stack.node.findAll().filter(isDocker);
  // The last one, because cdktf merges what they declare.
  const { providerVersion, providerVersionConstraint } = providers[providers.length - 1].terraformGeneratorMetadata!;
  const { rawOverrides } = stack as unknown as { rawOverrides: { terraform?: { required_providers?: { docker?: { version?: unknown } } } } };
  return String(rawOverrides.terraform?.required_providers?.docker?.version ?? providerVersion ?? providerVersionConstraint);
}
