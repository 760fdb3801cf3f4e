import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

const SIGNALS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2'];

/**
 * What happens to a running program when one of its files changes.
 * @example
 * new GoService(this, 'Proxy', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/proxy' }),
 *   files: [ContainerFile.text('/etc/proxy/routes.yaml', 'routes: []')],
 *   onFileChange: FileChange.signal('SIGHUP'),
 * });
 */
export class FileChange {
  /** A new container replaces the old one, as for any other change. With `Rollout.blueGreen()` no request is lost. */
  public static replace(): FileChange {
    return new FileChange();
  }

  /**
   * The program keeps running, gets the new files under the same paths, and then a signal, which it must handle. Each file changes at once. An
   * apply does not learn whether the program accepts the files. A file that is added or removed, another mode or owner, and a new image
   * replace the container.
   * @param signal `SIGHUP`, `SIGUSR1` or `SIGUSR2`
   */
  public static signal(signal: string): FileChange {
    checkArguments('FileChange.signal', { signal }, () => signalProblem(signal));
    return new FileChange(signal);
  }

  private constructor(private readonly signal?: string) {}

  /** @internal */
  public get _signal(): string | undefined {
    return this.signal;
  }
}

function signalProblem(signal: string): InputProblem | undefined {
  return SIGNALS.includes(signal) ? undefined : {
    what: 'not a signal for changed files',
    given: signal,
    allowed: SIGNALS.join(', '),
    remedy: 'give the signal that makes the program read its files again, which is SIGHUP for most',
  };
}
