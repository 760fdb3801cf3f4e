import * as path from 'path';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { isUnresolved } from '../terraform/text';
import { Size } from '../values/size';

/** How a volume or directory is mounted. */
export interface MountOptions {
  /** Whether the program can only read it. @default false */
  readonly readOnly?: boolean;
}

/** How a volume is mounted. */
export interface VolumeOptions extends MountOptions {
  /**
   * Whether the volume keeps its owner. Otherwise each deploy gives a writable volume to the program's user, with all that is in it, before
   * the program starts.
   * @default false
   */
  readonly keepOwner?: boolean;
}

/** How a temporary file system in memory is mounted. */
export interface TmpfsOptions {
  /** Its largest size, in whole KiB. It counts towards the container's memory. @default Size.mebibytes(64) @range 4KiB..1TiB/1KiB */
  readonly size?: Size;

  /** Whether files in it may be executed. @default false */
  readonly executable?: boolean;
}

/**
 * Storage beside the image's own files, which are read-only in a running service.
 * @example
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   mounts: [ContainerMount.volume('shop-data', '/data'), ContainerMount.directory('/etc/shop', '/etc/shop', { readOnly: true })],
 * });
 */
export class ContainerMount {
  /**
   * A named volume of the engine, which creates it with the first container. Nothing deletes it. It belongs to the program's user, if the
   * image says who that is and the program can write to it.
   * @param name the volume's name; `volume.name` of a `docker_volume` for one that goes with its resource
   * @param containerPath absolute path in the container
   * @param options whether the program can only read it, and whether its owner stays
   */
  public static volume(name: string, containerPath: string, options: VolumeOptions = {}): ContainerMount {
    checkArguments('ContainerMount.volume', { name, containerPath, options }, () => volumeProblem(name) ?? pathProblem(containerPath));
    return new ContainerMount('volume', containerPath, name, options.readOnly ?? false, {}, false, options.keepOwner ?? false);
  }

  /**
   * A directory or file of the Docker host. Its owner stays: give it to the program's user on the host, for example with
   * `chown 65534:65534`. The engine creates a missing directory, which then belongs to root.
   * @param directory absolute path on the machine where the engine runs
   * @param containerPath absolute path in the container
   * @param options whether the program can only read it
   */
  public static directory(directory: string, containerPath: string, options: MountOptions = {}): ContainerMount {
    checkArguments('ContainerMount.directory', { directory, containerPath, options }, () => directoryProblem(directory) ?? pathProblem(containerPath));
    return new ContainerMount('host', containerPath, directory, options.readOnly ?? false);
  }

  /**
   * A temporary file system in memory, writable for every user and empty at each start.
   * @param containerPath absolute path in the container
   * @param options its largest size, and whether files in it may be executed
   */
  public static tmpfs(containerPath: string, options: TmpfsOptions = {}): ContainerMount {
    checkArguments('ContainerMount.tmpfs', { containerPath, options }, () => pathProblem(containerPath));
    return new ContainerMount('tmpfs', containerPath, undefined, false, options);
  }

  private constructor(
    private readonly kind: 'volume' | 'host' | 'tmpfs',
    /** Where the storage is visible in the container. */
    public readonly containerPath: string,
    private readonly origin: string | undefined,
    private readonly readOnly: boolean,
    private readonly tmpfsOptions: TmpfsOptions = {},
    private readonly mustExist = false,
    private readonly keepOwner = false,
  ) {}

  /** The name of the volume that is to belong to the program's user, if it is one. @internal */
  public get _ownedVolume(): string | undefined {
    return this.kind === 'volume' && !this.readOnly && !this.keepOwner ? this.origin : undefined;
  }

  /** The same directory of the host, which the engine refuses to create. @internal */
  public get _existing(): ContainerMount {
    return new ContainerMount(this.kind, this.containerPath, this.origin, this.readOnly, this.tmpfsOptions, true);
  }

  /** Whether the program can change what outlives its container. @internal */
  public get _keepsChanges(): boolean {
    return this.kind !== 'tmpfs' && !this.readOnly;
  }

  /** The largest size of a file system in memory, if the user gave one. @internal */
  public get _size(): Size | undefined {
    return this.tmpfsOptions.size;
  }

  /** Whether files in a file system in memory may be executed. @internal */
  public get _isExecutable(): boolean {
    return this.tmpfsOptions.executable ?? false;
  }

  /** @internal */
  public _volume(): { volumeName?: string; hostPath?: string; containerPath: string; readOnly: boolean; mustExist: boolean } | undefined {
    return this.kind === 'tmpfs' ? undefined : {
      [this.kind === 'volume' ? 'volumeName' : 'hostPath']: this.origin,
      containerPath: this.containerPath,
      readOnly: this.readOnly,
      mustExist: this.mustExist,
    };
  }

  /** @internal */
  public _tmpfs(): string | undefined {
    if (this.kind !== 'tmpfs') {
      return undefined;
    }
    const size = this.tmpfsOptions.size ?? Size.mebibytes(64);
    return ['rw', 'nosuid', 'nodev', this.tmpfsOptions.executable ? 'exec' : 'noexec', 'mode=1777', `size=${size.toKibibytes()}k`].join(',');
  }
}

function isAbsolutePath(text: string): boolean {
  return text.startsWith('/') && path.posix.normalize(text) === text && !/[:\u0000-\u001f]/.test(text);
}

function pathProblem(containerPath: string): InputProblem | undefined {
  return isAbsolutePath(containerPath) && containerPath !== '/' ? undefined : {
    what: 'not a path in the container to mount storage at',
    given: containerPath,
    allowed: 'an absolute path other than "/", without ":", "..", doubled slashes and control characters',
    remedy: 'give the path that the program uses, for example "/data"',
  };
}

function directoryProblem(directory: string): InputProblem | undefined {
  return isUnresolved(directory) || isAbsolutePath(directory) ? undefined : {
    what: 'not a path of the Docker host to mount',
    given: directory,
    allowed: 'an absolute path without ":", "..", doubled slashes and control characters',
    remedy: 'give the absolute path as it is on the machine where the engine runs',
  };
}

function volumeProblem(name: string): InputProblem | undefined {
  return isUnresolved(name) || /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name) ? undefined : {
    what: 'not the name of a volume',
    given: name,
    allowed: 'letters, digits, "_", "." and "-", the first one a letter or a digit',
    remedy: 'pass `volume.name` of a docker_volume, or use ContainerMount.directory() for a directory of the host',
  };
}
