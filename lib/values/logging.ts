import { Size } from './size';
import { InputProblem } from '../input/input-error';
import { NUMBER, requireArgument, requireOptions, SIZE, TEXT, TEXT_MAP } from '../input/prop-types';

/** How long logs may become before the engine starts another file. */
export interface LogRotation {
  /**
   * The size of one file, in whole KiB.
   *
   * @default Size.mebibytes(10)
   */
  readonly maxSize?: Size;

  /**
   * How many files are kept.
   *
   * @default 3
   */
  readonly maxFiles?: number;
}

/**
 * Where the output of a container goes.
 *
 * @see https://docs.docker.com/engine/logging/configure/
 *
 * @example
 * ContainerLogging.jsonFile({ maxSize: Size.mebibytes(50), maxFiles: 5 });
 * ContainerLogging.of('journald', { tag: 'shop' });
 */
export class ContainerLogging {
  /**
   * JSON lines in files of the engine, rotated. What most log shippers read.
   *
   * @param rotation how large one file becomes and how many are kept
   */
  public static jsonFile(rotation: LogRotation = {}): ContainerLogging {
    return ContainerLogging.rotated('json-file', rotation);
  }

  /**
   * Docker's own compressed format in files of the engine, rotated.
   *
   * @param rotation how large one file becomes and how many are kept
   */
  public static local(rotation: LogRotation = {}): ContainerLogging {
    return ContainerLogging.rotated('local', rotation);
  }

  /**
   * Any other log driver of the engine.
   *
   * @param name the driver, for example `journald`
   * @param options the driver's options
   */
  public static of(name: string, options: { [option: string]: string } = {}): ContainerLogging {
    requireArgument('ContainerLogging.of', 'name', name, { ...TEXT, example: '"journald"' });
    requireArgument('ContainerLogging.of', 'options', options, TEXT_MAP);
    return new ContainerLogging(name, options, undefined);
  }

  private static rotated(name: string, rotation: LogRotation): ContainerLogging {
    requireOptions(`ContainerLogging.${name === 'local' ? 'local' : 'jsonFile'}`, rotation, { maxSize: SIZE, maxFiles: NUMBER });
    const size = rotation.maxSize ?? Size.mebibytes(10);
    const files = rotation.maxFiles ?? 3;
    const problem = size._problem({
      subject: 'the size of a log file',
      minimum: Size.kibibytes(16),
      maximum: Size.gibibytes(100),
      multipleOf: Size.kibibytes(1),
    }) ?? (Number.isInteger(files) && files >= 1 && files <= 1000 ? undefined : {
      what: 'not a number of log files',
      given: files,
      allowed: 'a whole number from 1 to 1000',
      remedy: 'give `maxFiles` such a number, or leave it out',
    });
    return new ContainerLogging(name, { 'max-size': `${size.toKibibytes()}k`, 'max-file': String(files) }, problem);
  }

  private constructor(
    /** The log driver's name. */
    public readonly driver: string,
    /** The log driver's options. */
    public readonly options: { [option: string]: string },
    private readonly problem: InputProblem | undefined,
  ) {}

  /** @internal */
  public _problem(): InputProblem | undefined {
    if (!/^[a-z0-9][a-zA-Z0-9._/:-]*$/.test(this.driver)) {
      return {
        what: 'not the name of a log driver',
        given: this.driver,
        allowed: 'the name of a driver or plugin, for example "journald"',
        remedy: 'use ContainerLogging.jsonFile() or ContainerLogging.local(), or name a driver of the engine',
      };
    }
    return this.problem;
  }
}
