import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/** Go's architectures for Linux with Docker's variants. Sources: `go tool dist list` of Go 1.26; containerd's platform normalisation. */
const LINUX_ARCHITECTURES: Record<string, readonly string[]> = {
  386: [],
  amd64: [],
  arm: ['v5', 'v6', 'v7'],
  arm64: ['v8'],
  loong64: [],
  mips64le: [],
  ppc64le: [],
  riscv64: [],
  s390x: [],
};

/** Common names of architectures, such as those of `uname -m` → the name in Go and Docker. */
const OTHER_NAMES: Record<string, string> = {
  'x86_64': 'amd64',
  'x86-64': 'amd64',
  'x86': '386',
  'i386': '386',
  'aarch64': 'arm64',
  'armv7': 'arm/v7',
  'armv7l': 'arm/v7',
  'armhf': 'arm/v7',
};

/**
 * The operating system and processor architecture that an image is built for.
 *
 * Go cross-compiles on any machine, so builds need no emulation.
 *
 * @example
 * new GoScratchImage(this, 'Image', { source: 'services/shop', platform: Platform.LINUX_ARM64 });
 */
export class Platform {
  /** 64-bit x86. */
  public static readonly LINUX_AMD64 = new Platform('linux', 'amd64');
  /** 64-bit ARM: AWS Graviton, Ampere, Apple Silicon. */
  public static readonly LINUX_ARM64 = new Platform('linux', 'arm64');
  /** 32-bit ARM with hardware floating point. */
  public static readonly LINUX_ARM_V7 = new Platform('linux', 'arm', 'v7');

  /**
   * Any platform, in Docker's notation.
   *
   * @param platform `os/architecture[/variant]`, for example `linux/arm/v6`.
   * @throws when the platform is unknown or not Linux
   */
  public static of(platform: string): Platform {
    checkArguments('Platform.of', { platform }, () => platformProblem(platform));
    const [os, architecture, variant] = platform.split('/');
    // containerd's normal form: arm64's only variant is implied.
    return new Platform(os, architecture, architecture === 'arm64' ? undefined : variant);
  }

  private constructor(
    /** The operating system, as in `GOOS`. */
    public readonly os: string,
    /** The architecture, as in `GOARCH`. */
    public readonly architecture: string,
    /** The architecture's variant, for example `v7`. @default - none */
    public readonly variant?: string,
  ) {}

  /** Docker's notation, for example `linux/arm64`. */
  public toString(): string {
    return [this.os, this.architecture, this.variant].filter((part) => part !== undefined).join('/');
  }
}

function platformProblem(platform: string): InputProblem | undefined {
  const [os, architecture = '', variant, ...rest] = platform.split('/');
  const variants = Object.hasOwn(LINUX_ARCHITECTURES, architecture) ? LINUX_ARCHITECTURES[architecture] : undefined;
  if (os === 'linux' && variants !== undefined && rest.length === 0 && (variant === undefined || variants.includes(variant))) {
    return undefined;
  }
  const other = OTHER_NAMES[architecture || platform] ?? OTHER_NAMES[platform];
  return {
    what: 'unknown platform',
    given: platform,
    allowed: `linux/ followed by one of ${Object.keys(LINUX_ARCHITECTURES).join(', ')}; for arm also a variant: arm/v5, arm/v6, arm/v7`,
    remedy: other ? `write linux/${other}` : 'use Platform.LINUX_AMD64, Platform.LINUX_ARM64, or Platform.of("linux/<architecture>")',
  };
}
