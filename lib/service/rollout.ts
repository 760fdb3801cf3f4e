import { checkArguments } from '../input/props';
import { Duration } from '../values/duration';

/** The order in which the containers of one service are replaced. */
export enum ReplicaOrder {
  /** All at once: the rollout is as fast as with one container. */
  TOGETHER = 'together',
  /** Each after the previous one is healthy. The old ones stay until all new ones are healthy. */
  ONE_AFTER_ANOTHER = 'one-after-another',
}

/** How a new version takes the place of the old one. */
export interface RecreateOptions {
  /**
   * Whether a new version is tried out first: a container of the same image and settings, without ports, routes and network aliases, starts
   * beside the old one and ends once it is healthy. If it does not become healthy, the apply fails and the old one keeps serving. Set it to
   * false for a program that must not run twice at the same time.
   * @default - true, unless the trial is not possible: the image has no probe, another program checks the health, or a mount is writable
   */
  readonly trial?: boolean;

  /**
   * How long a new version must run without a restart, in whole seconds. A version that crashes soon after its start fails the apply in this
   * time. With a trial, the trial takes this long, while the old version still serves.
   * @default - without a health check, 10 seconds; otherwise a version that is healthy is good
   * @range 1s..10m/1s
   */
  readonly settleTime?: Duration;
}

/** How a new version is started beside the old one. */
export interface BlueGreenOptions {
  /**
   * How long a new container must run without a restart before its first health check, in whole seconds. Without a health check, it is good
   * after this time. A version that crashes soon after
   * its start fails in this time, while the old one still serves. Every rollout takes at least this long. Needs Docker Engine 25 or later.
   * @default Duration.seconds(10) @range 1s..10m/1s
   */
  readonly settleTime?: Duration;

  /** The order in which several containers are replaced. @default ReplicaOrder.TOGETHER */
  readonly replicaOrder?: ReplicaOrder;
}

/**
 * How a new version of a service replaces the old one.
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
   * Stops the old container, then starts the new one, with a downtime of one to a few seconds. All images of the stack are built first. The
   * new version is tried out before the old one is stopped, if `trial` allows it; otherwise an unhealthy one leaves nothing running.
   * @param options whether a new version is tried out, and how long it must run
   */
  public static recreate(options: RecreateOptions = {}): Rollout {
    checkArguments('Rollout.recreate', { options });
    return new Rollout(false, { settleTime: options.settleTime }, options.trial ?? true);
  }

  /**
   * Starts the new container beside the old one and waits until it is healthy. The old one then gets SIGTERM and time to finish its
   * requests. If the new one does not become healthy, the apply fails and the old one keeps serving.
   *
   * The service cannot publish a port of its own: give it `routes` of a {@link Gateway}.
   * @param options the settle time, and the order of replicas
   */
  public static blueGreen(options: BlueGreenOptions = {}): Rollout {
    checkArguments('Rollout.blueGreen', { options });
    return new Rollout(true, options);
  }

  private constructor(private readonly sideBySide: boolean, private readonly options: BlueGreenOptions = {}, private readonly trial = false) {}

  /** @internal */
  public get _sideBySide(): boolean {
    return this.sideBySide;
  }

  /** Whether a new version is tried out, where that is possible. @internal */
  public get _trial(): boolean {
    return this.trial;
  }

  /** Undefined: a place's own for containers without a health check. @internal */
  public get _settleTime(): Duration | undefined {
    return this.options.settleTime ?? (this.sideBySide ? Duration.seconds(10) : undefined);
  }

  /** @internal */
  public get _oneAfterAnother(): boolean {
    return this.options.replicaOrder === ReplicaOrder.ONE_AFTER_ANOTHER;
  }
}
