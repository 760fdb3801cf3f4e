import { ValidRoute } from './route-validation';
import { checkArguments } from '../input/props';
import { IGatewayRoute, IGatewayTarget } from '../workload/route';

/**
 * A route from a gateway to one service. `Gateway.route` creates one.
 * @example
 * const gateway = new Gateway(this, 'Gateway', { publish: PublishedPort.onAllInterfaces(80) });
 * new GoService(this, 'Api', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/api' }),
 *   routes: [gateway.route({ host: 'shop.example', pathPrefix: '/api' })],
 * });
 */
export class GatewayRoute implements IGatewayRoute {
  /** @internal */
  public static _of(route: ValidRoute, add: (target: IGatewayTarget, route: ValidRoute) => string): GatewayRoute {
    return new GatewayRoute(route, add);
  }

  private constructor(
    private readonly route: ValidRoute, private readonly add: (target: IGatewayTarget, route: ValidRoute) => string,
  ) {}

  /** The host name of the requests. @default - every host name that no other route names */
  public get host(): string | undefined {
    return this.route.host;
  }

  /** The start of the request path. */
  public get pathPrefix(): string {
    return this.route.pathPrefix;
  }

  /** Called by a service. */
  public leadTo(target: IGatewayTarget): string {
    checkArguments('GatewayRoute.leadTo', { target });
    return this.add(target, this.route);
  }
}
