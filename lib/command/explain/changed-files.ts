import * as path from 'path';
import type { ResourceChange } from './plan';
import { shown } from './variables';
import { BuiltFrom } from '../../files/built-from';

/** How many files are named. */
const NAMED = 3;

/** Directories of a build context with the user's files; all else is the library's own. */
const OF_THE_USER = /^(src|init)\//;

/**
 * Which files of a built image changed, in words. Empty when it cannot be told, because the version before was synthesized elsewhere, or
 * when only the rest changed: the Dockerfile, the probe.
 */
export function changedFiles({ change: { before, after } }: ResourceChange, builtFrom: BuiltFrom): string {
  const dockerfile: unknown = after?.build?.[0]?.dockerfile ?? after?.build?.dockerfile;
  const [one, other] = [before, after].map((image) => /:([0-9a-f]{32})[^:/]*$/.exec(String(image?.name))?.[1]);
  if (typeof dockerfile !== 'string' || one === undefined || other === undefined) {
    return '';
  }
  const files = (builtFrom.changedFiles(path.posix.basename(path.posix.dirname(dockerfile)), one, other) ?? [])
    .filter((file) => OF_THE_USER.test(file)).map((file) => file.replace(OF_THE_USER, ''));
  const named = [...files.slice(0, NAMED).map(shown), ...files.length > NAMED ? ['…'] : []].join(', ');
  return files.length === 0 ? '' : ` (${files.length} file${files.length === 1 ? '' : 's'} changed: ${named})`;
}
