import { loggingProblem } from './log-drivers';
import { Size } from './size';
import { checkArguments } from '../input/props';

/** The size and number of log files. The engine starts a new file when one is full. */
export interface LogRotation {
  /** The size of one file, in whole KiB. @default Size.mebibytes(10) @range 16KiB..100GiB/1KiB */
  readonly maxSize?: Size;

  /** How many files are kept. @default 3 @range 1..1000 */
  readonly maxFiles?: number;
}

/**
 * The destination of a container's output.
 *
 * @see https://docs.docker.com/engine/logging/configure/
 *
 * @example
 * ContainerLogging.jsonFile({ maxSize: Size.mebibytes(50), maxFiles: 5 });
 * ContainerLogging.of('journald', { tag: 'shop' });
 */
export class ContainerLogging {
  /** Rotated files of JSON lines, which most log shippers read. @param rotation the size and number of files */
  public static jsonFile(rotation: LogRotation = {}): ContainerLogging {
    checkArguments('ContainerLogging.jsonFile', { rotation });
    return ContainerLogging.rotated('json-file', rotation);
  }

  /** Rotated files in Docker's own compressed format. @param rotation the size and number of files */
  public static local(rotation: LogRotation = {}): ContainerLogging {
    checkArguments('ContainerLogging.local', { rotation });
    return ContainerLogging.rotated('local', rotation);
  }

  /**
   * Any other log driver of the engine.
   * @param name the driver, for example `journald`; a plugin with its tag, for example `loki:latest`
   * @param options the driver's options
   */
  public static of(name: string, options: { [option: string]: string } = {}): ContainerLogging {
    checkArguments('ContainerLogging.of', { name, options }, () => loggingProblem(name, options));
    return new ContainerLogging(name, options);
  }

  private static rotated(name: string, { maxSize = Size.mebibytes(10), maxFiles = 3 }: LogRotation): ContainerLogging {
    return new ContainerLogging(name, { 'max-size': `${maxSize.toKibibytes()}k`, 'max-file': String(maxFiles) });
  }

  private constructor(
    /** The log driver's name. */
    public readonly driver: string,
    /** The log driver's options. */
    public readonly options: { [option: string]: string },
  ) {}
}
