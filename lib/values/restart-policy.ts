import { checkArguments } from '../input/props';

/**
 * What the Docker engine does when the program ends by itself.
 *
 * @see https://docs.docker.com/engine/containers/start-containers-automatically/
 */
export class RestartPolicy {
  /** Restarts it, also after a restart of the engine, unless somebody has stopped the container. */
  public static unlessStopped(): RestartPolicy {
    return new RestartPolicy('unless-stopped');
  }

  /** Restarts it, also when somebody has stopped the container and the engine restarts. */
  public static always(): RestartPolicy {
    return new RestartPolicy('always');
  }

  /**
   * Restarts it when its exit code is not 0.
   *
   * @param maximumRetryCount gives up after so many restarts in a row, 1..2147483647; by default never
   */
  public static onFailure(maximumRetryCount?: number): RestartPolicy {
    checkArguments('RestartPolicy.onFailure', { maximumRetryCount });
    return new RestartPolicy('on-failure', maximumRetryCount);
  }

  /** Leaves it ended. */
  public static never(): RestartPolicy {
    return new RestartPolicy('no');
  }

  private constructor(
    /** The policy's name in Docker. */
    public readonly name: string,
    /** The number of restarts after which the engine gives up. @default - never */
    public readonly maximumRetryCount?: number,
  ) {}
}
