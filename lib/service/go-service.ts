import { Construct } from 'constructs';
import { ContainerService } from './container-service';
import { limitGoMemory } from './go-memory-limit';
import { ServiceProps } from './service-options';
import { HealthCheck } from '../health/health-check';
import { ContainerImageBinding } from '../image/container-image';
import { reject } from '../input/input-error';

/**
 * A Go program that runs in a hardened container: not root, no capabilities, no new privileges, a read-only root file system, limited
 * memory, rotated logs. An apply waits until it is healthy.
 *
 * The program gets its memory limit in `GOMEMLIMIT` and its port in `PORT`. If `environment` has `PORT`, the health check and `publish` follow
 * that. It must answer `GET /healthz`, unless `healthCheck` is given.
 *
 * Terraform replaces no container before all images of the stack are built: after a compile error the old version keeps serving. With
 * `Rollout.blueGreen()` the old version serves until the new one is healthy.
 * @example
 * const service = new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   publish: PublishedPort.onLoopback(8080),
 *   environment: { LOG_LEVEL: 'info' },
 *   memory: Size.mebibytes(256),
 * });
 * service.connectTo(new PostgresDatabase(this, 'Database'));
 */
export class GoService extends ContainerService {
  /** @throws an error with the construct's path when a prop is invalid */
  public constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id, props);
  }

  /** The TCP port that the program listens on. */
  public get port(): number {
    return this._workload.port!;
  }

  /** @internal */
  protected _port(props: ServiceProps, image: ContainerImageBinding): number {
    return portOf(this, props) ?? super._port(props, image) ?? 8080;
  }

  /** @internal */
  protected _defaultHealthCheck(): HealthCheck {
    return HealthCheck.http('/healthz');
  }

  /** @internal */
  protected _complete(): void {
    limitGoMemory(this._workload, () => this._running);
    if (!this._workload.variables.has('PORT')) {
      this._workload.variables.add('PORT', String(this.port));
    }
  }
}

/** The port in `environment`. It takes precedence over the image's port, because the program reads it. */
function portOf(scope: Construct, { environment, port }: ServiceProps): number | undefined {
  const text = environment?.PORT;
  const named = typeof text === 'string' && /^:?[0-9]{1,5}$/.test(text) ? Number(text.replace(':', '')) : undefined;
  if (named !== undefined && port !== undefined && named !== port) {
    reject(scope, {
      what: '`environment` gives the program another PORT than `port`, which the health check and `publish` use',
      given: { PORT: text, port },
      allowed: 'one of the two, or the same number',
      remedy: 'leave PORT out of `environment`: the program gets `port` in it',
    });
  }
  return named !== undefined && named >= 1 && named <= 65535 ? named : undefined;
}
