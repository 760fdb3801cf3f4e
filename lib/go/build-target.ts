import type { TagPredicate } from './build-constraint';
import { InputError } from '../input/input-error';

/** Everything that decides which files of a package Go compiles. */
export interface BuildTarget {
  /** As in `go tool dist list`, for example `linux`. */
  readonly goos: string;
  /** As in `go tool dist list`, for example `arm64`. */
  readonly goarch: string;
  readonly cgoEnabled: boolean;
  readonly tags: readonly string[];
  /** The Go release of the build. `1.26` satisfies the build tags `go1.1` to `go1.26`. */
  readonly goVersion: string;
}

// All names that Go has ever known. Former ports still count in file names.
// https://go.dev/src/internal/syslist/syslist.go
const KNOWN_SYSTEMS = new Set([
  'aix', 'android', 'darwin', 'dragonfly', 'freebsd', 'hurd', 'illumos', 'ios', 'js', 'linux', 'nacl', 'netbsd', 'openbsd',
  'plan9', 'solaris', 'wasip1', 'windows', 'zos',
]);

const UNIX_SYSTEMS = new Set([
  'aix', 'android', 'darwin', 'dragonfly', 'freebsd', 'hurd', 'illumos', 'ios', 'linux', 'netbsd', 'openbsd', 'solaris',
]);

const KNOWN_ARCHITECTURES = new Set([
  '386', 'amd64', 'amd64p32', 'arm', 'armbe', 'arm64', 'arm64be', 'loong64', 'mips', 'mipsle', 'mips64', 'mips64le', 'mips64p32',
  'mips64p32le', 'ppc', 'ppc64', 'ppc64le', 'riscv', 'riscv64', 's390', 's390x', 'sparc', 'sparc64', 'wasm',
]);

/** System → the system whose files it uses as well. */
const INHERITED: Record<string, string> = { android: 'linux', illumos: 'solaris', ios: 'darwin' };

// The default of GOAMD64, GOARM64 and so on, each of which is a build tag. https://go.dev/doc/go1.21#tools
const DEFAULT_FEATURES: Record<string, readonly string[]> = {
  386: ['386.sse2'],
  amd64: ['amd64.v1'],
  arm: ['arm.5', 'arm.6', 'arm.7'],
  arm64: ['arm64.v8.0'],
  mips: ['mips.hardfloat'],
  mipsle: ['mipsle.hardfloat'],
  mips64: ['mips64.hardfloat'],
  mips64le: ['mips64le.hardfloat'],
  ppc64: ['ppc64.power8'],
  ppc64le: ['ppc64le.power8'],
  riscv64: ['riscv64.rva20u64'],
};

export function tagPredicate(target: BuildTarget): TagPredicate {
  const minor = Number(/^1\.(\d+)/.exec(target.goVersion)?.[1] ?? NaN);
  if (Number.isNaN(minor)) {
    throw new InputError({
      what: 'the Go version of the build is not one',
      given: target.goVersion,
      allowed: 'a release such as 1.26',
      remedy: 'give the version as major and minor number',
    });
  }
  const held = new Set([target.goos, target.goarch, 'gc', ...target.tags, ...DEFAULT_FEATURES[target.goarch] ?? []]);
  if (target.cgoEnabled) {
    held.add('cgo');
  }
  if (INHERITED[target.goos]) {
    held.add(INHERITED[target.goos]);
  }
  if (UNIX_SYSTEMS.has(target.goos)) {
    held.add('unix');
  }
  for (let release = 1; release <= minor; release++) {
    held.add(`go1.${release}`);
  }
  return tag => held.has(tag === 'boringcrypto' ? 'goexperiment.boringcrypto' : tag) || held.has(tag);
}

/** Whether a file's name (`x_linux.go`, `x_linux_arm64_test.go`) allows the build. `linux.go` is always built: it has no underscore. */
export function matchesFileName(name: string, holds: TagPredicate): boolean {
  const stem = name.split('.', 1)[0];
  const parts = stem.split('_').slice(1);
  if (parts.length > 0 && parts[parts.length - 1] === 'test') {
    parts.pop();
  }
  const last = parts[parts.length - 1];
  if (last === undefined) {
    return true;
  }
  const before = parts[parts.length - 2];
  if (KNOWN_ARCHITECTURES.has(last)) {
    return holds(last) && (before === undefined || !KNOWN_SYSTEMS.has(before) || holds(before));
  }
  return !KNOWN_SYSTEMS.has(last) || holds(last);
}

export function targetKey(target: BuildTarget): string {
  return JSON.stringify([target.goos, target.goarch, target.cgoEnabled, [...target.tags].sort(), target.goVersion]);
}
