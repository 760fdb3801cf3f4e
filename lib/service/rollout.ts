import { checkArguments } from '../input/props';
import { Duration } from '../values/duration';

/** In which order the containers of one service are replaced. */
export enum ReplicaOrder {
  /** All at once: the rollout takes no longer than that of one container. */
  TOGETHER = 'together',
  /** Each one when the one before is healthy: only one starts at a time. The old ones stay until all new ones are healthy. */
  ONE_AFTER_ANOTHER = 'one-after-another',
}

/** How a new version is started beside the old one. */
export interface BlueGreenOptions {
  /**
   * How long a new container must have run, without its program ending, before its health is looked at for the first time, in whole
   * seconds. A version that comes up and dies shortly after is found out in this time, while the old one is
   * still there. It is the least time that a rollout takes, and needs Docker Engine 25 or later.
   *
   * @default Duration.seconds(10)
   * @range 1s..10m/1s
   */
  readonly settleTime?: Duration;

  /** The order in which several containers are replaced. @default ReplicaOrder.TOGETHER */
  readonly replicaOrder?: ReplicaOrder;
}

/**
 * How a new version of a service takes the place of the old one.
 *
 * @example
 * const gateway = new Gateway(this, 'Gateway', { publish: PublishedPort.onAllInterfaces(80) });
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   rollout: Rollout.blueGreen({ settleTime: Duration.seconds(20) }),
 *   routes: [gateway.route()],
 * });
 */
export class Rollout {
  /**
   * The old container is stopped, then the new one is started, which takes one to a few seconds. Nothing is stopped before all images
   * of the stack have been built. When the new version does not become healthy, the old one is gone.
   */
  public static recreate(): Rollout {
    return new Rollout(false);
  }

  /**
   * The new container is started beside the old one and must become healthy; only then the old one gets SIGTERM and time to finish its
   * requests. When the new one does not become healthy, the apply fails and the old one keeps serving.
   *
   * The service cannot publish a port of its own: give it `routes` of a {@link Gateway}.
   *
   * @param options how long a new version is watched, and in which order replicas are replaced
   */
  public static blueGreen(options: BlueGreenOptions = {}): Rollout {
    checkArguments('Rollout.blueGreen', { options });
    return new Rollout(true, options);
  }

  private constructor(private readonly sideBySide: boolean, private readonly options: BlueGreenOptions = {}) {}

  /** @internal */
  public get _sideBySide(): boolean {
    return this.sideBySide;
  }

  /** @internal */
  public get _settleTime(): Duration {
    return this.options.settleTime ?? Duration.seconds(10);
  }

  /** @internal */
  public get _oneAfterAnother(): boolean {
    return this.options.replicaOrder === ReplicaOrder.ONE_AFTER_ANOTHER;
  }
}
