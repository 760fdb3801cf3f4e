/** The newest Go release that this library knows. It builds modules that state no version. */
export const NEWEST_KNOWN_GO_VERSION = '1.26';

interface Parts {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** 0 alpha or beta, 1 release candidate, 2 release. A language version such as 1.21 precedes its candidates. */
  readonly stage: number;
  readonly candidate: number;
}

/** Orders Go versions such as `1.9`, `1.21`, `1.21rc1` and `1.21.3`, as the go command does. @see https://go.dev/doc/toolchain#version */
export function compareGoVersions(a: string, b: string): number {
  const [first, second] = [parse(a), parse(b)];
  return first.major - second.major || first.minor - second.minor || first.patch - second.patch
    || first.stage - second.stage || first.candidate - second.candidate;
}

/** `1.26` for `1.26.3`, `1.26rc1` and `1.26`. */
export function majorMinor(version: string): string {
  const { major, minor } = parse(version);
  return `${major}.${minor}`;
}

/** The version in a toolchain's name: `1.26.3` for `go1.26.3-custom`, `undefined` for `default`. */
export function toolchainVersion(name: string): string | undefined {
  return /^go(1(?:\.\d+)*(?:(?:rc|beta|alpha)\d+)?)(?:$|[-+ ])/.exec(name)?.[1];
}

function parse(version: string): Parts {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?/.exec(version);
  const [, major, minor, patch, kind, candidate] = match ?? [];
  const stage = kind === undefined ? (patch === undefined && Number(minor ?? 0) >= 21 ? -1 : 2) : kind === 'rc' ? 1 : 0;
  return { major: Number(major ?? 0), minor: Number(minor ?? 0), patch: Number(patch ?? 0), stage, candidate: Number(candidate ?? 0) };
}
