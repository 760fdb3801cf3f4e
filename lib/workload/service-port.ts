import { IGatewayRoute } from './route';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';
import { PublishedPort } from '../values/published-port';

/** How others reach a further port of a service. */
export interface UdpPortOptions {
  /**
   * The port of the Docker host that leads to it. Not together with `Rollout.blueGreen()`: two versions of the service could not both have it.
   * @default - none: only containers on the same networks reach it
   */
  readonly publish?: PublishedPort;
}

/** How others reach a further TCP port of a service. */
export interface TcpPortOptions extends UdpPortOptions {
  /** The gateways' routes to this port, also with `Rollout.blueGreen()`. @default - none */
  readonly routes?: IGatewayRoute[];
}

/**
 * A further port that a service listens on, beside `port`: for metrics, gRPC, DNS, and the like.
 * @example
 * new GoService(this, 'Dns', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/dns' }),
 *   ports: [
 *     ServicePort.udp('dns', 5353, { publish: PublishedPort.onAllInterfaces(53) }),
 *     ServicePort.tcp('dns-tcp', 5353, { publish: PublishedPort.onAllInterfaces(53) }),
 *     ServicePort.tcp('metrics', 9153),
 *   ],
 * });
 */
export class ServicePort {
  /**
   * A TCP port.
   * @param name what the port is for, unique in the service, for example `metrics`
   * @param port the port that the program listens on: 1..65535
   * @param options the port of the Docker host, and routes of gateways
   * @tokens refused name
   */
  public static tcp(name: string, port: number, options: TcpPortOptions = {}): ServicePort {
    checkArguments('ServicePort.tcp', { name, port, options }, () => nameProblem(name) ?? publishProblem(port, options));
    return new ServicePort(name, port, 'tcp', options);
  }

  /**
   * A UDP port. No gateway leads to it.
   * @param name what the port is for, unique in the service, for example `dns`
   * @param port the port that the program listens on: 1..65535
   * @param options the port of the Docker host
   * @tokens refused name
   */
  public static udp(name: string, port: number, options: UdpPortOptions = {}): ServicePort {
    checkArguments('ServicePort.udp', { name, port, options }, () => nameProblem(name) ?? publishProblem(port, options));
    return new ServicePort(name, port, 'udp', options);
  }

  private constructor(
    /** What the port is for. */
    public readonly name: string,
    /** The port that the program listens on. */
    public readonly port: number,
    /** `tcp` or `udp`. */
    public readonly protocol: string,
    private readonly options: TcpPortOptions,
  ) {}

  /** @internal */
  public get _published(): PublishedPort | undefined {
    return this.options.publish;
  }

  /** @internal */
  public get _routes(): readonly IGatewayRoute[] {
    return this.options.routes ?? [];
  }
}

function nameProblem(name: string): InputProblem | undefined {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) ? undefined : {
    what: 'not the name of a port',
    given: name,
    allowed: 'up to 63 small letters, digits and "-", the first and the last one a letter or digit',
    remedy: 'name what the port is for, for example "metrics"',
  };
}

function publishProblem(port: number, { publish }: UdpPortOptions): InputProblem | undefined {
  return publish?.containerPort === undefined || publish.containerPort === port ? undefined : {
    what: 'a published port leads to another port of the program than the one that it is given for',
    given: publish.containerPort,
    allowed: `${port}, or no second argument`,
    remedy: 'leave the second argument of PublishedPort out',
  };
}
