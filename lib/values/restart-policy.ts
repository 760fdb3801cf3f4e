import { checkArguments } from '../input/props';

/**
 * The engine's reaction when a container's program exits.
 *
 * @see https://docs.docker.com/engine/containers/start-containers-automatically/
 * @example
 * new GoService(this, 'Worker', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/worker' }),
 *   restart: RestartPolicy.unlessStopped(),
 * });
 */
export class RestartPolicy {
  /** Restarts it, also after a restart of the engine. A container that somebody has stopped stays stopped. */
  public static unlessStopped(): RestartPolicy {
    return new RestartPolicy('unless-stopped');
  }

  /** Restarts it. A restart of the engine also starts a container that somebody has stopped. */
  public static always(): RestartPolicy {
    return new RestartPolicy('always');
  }

  /** Restarts it after an exit code other than 0. @param maximumRetryCount the most restarts in a row, 1..2147483647; default: no limit */
  public static onFailure(maximumRetryCount?: number): RestartPolicy {
    checkArguments('RestartPolicy.onFailure', { maximumRetryCount });
    return new RestartPolicy('on-failure', maximumRetryCount);
  }

  /** Leaves the container stopped. */
  public static never(): RestartPolicy {
    return new RestartPolicy('no');
  }

  private constructor(
    /** The policy's name in Docker. */
    public readonly name: string,
    /** The most restarts in a row, after which the engine gives up. @default - never */
    public readonly maximumRetryCount?: number,
  ) {}
}
