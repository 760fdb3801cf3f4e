import { isIPv4, isIPv6 } from 'net';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

/**
 * A port of the Docker host that is forwarded to a container.
 *
 * @example
 * PublishedPort.onLoopback(8080);
 * PublishedPort.onAllInterfaces(80, 8080);
 * PublishedPort.on('10.0.0.5', 8080);
 */
export class PublishedPort {
  /**
   * A port that only the Docker host can reach: for a reverse proxy on the host, and for development.
   *
   * @param hostPort the port of the host, for example `8080`: 1..65535
   * @param containerPort the port that the program listens on: 1..65535; by default the service's `port`
   */
  public static onLoopback(hostPort: number, containerPort?: number): PublishedPort {
    checkArguments('PublishedPort.onLoopback', { hostPort, containerPort });
    return new PublishedPort('127.0.0.1', hostPort, containerPort);
  }

  /**
   * A port that everybody who can reach the Docker host can reach. Firewalls such as `ufw` do not protect it, because
   * Docker's rules come first. Source: https://docs.docker.com/engine/network/packet-filtering-firewalls/
   *
   * @param hostPort the port of the host, for example `8080`: 1..65535
   * @param containerPort the port that the program listens on: 1..65535; by default the service's `port`
   */
  public static onAllInterfaces(hostPort: number, containerPort?: number): PublishedPort {
    checkArguments('PublishedPort.onAllInterfaces', { hostPort, containerPort });
    return new PublishedPort('0.0.0.0', hostPort, containerPort);
  }

  /**
   * A port that is open on one address of the Docker host.
   *
   * @param address an IPv4 or IPv6 address of the host, for example `10.0.0.5` or `::1`
   * @param hostPort the port of the host, for example `8080`: 1..65535
   * @param containerPort the port that the program listens on: 1..65535; by default the service's `port`
   */
  public static on(address: string, hostPort: number, containerPort?: number): PublishedPort {
    checkArguments('PublishedPort.on', { address, hostPort, containerPort }, () => addressProblem(address));
    return new PublishedPort(address, hostPort, containerPort);
  }

  private constructor(
    /** The address of the host on which the port is open. */
    public readonly address: string,
    /** The port of the host. */
    public readonly hostPort: number,
    /** The port in the container. @default - the service's `port` */
    public readonly containerPort?: number,
  ) {}

  /** The URL of an HTTP service behind this port, as seen from the Docker host. */
  public get url(): string {
    const host = ['0.0.0.0', '::'].includes(this.address) ? 'localhost' : this.address;
    return `http://${isIPv6(host) ? `[${host}]` : host}:${this.hostPort}`;
  }

  /** @internal */
  public _overlaps(other: PublishedPort): boolean {
    return this.hostPort === other.hostPort
      && (this.address === other.address || isWildcard(this.address) || isWildcard(other.address));
  }
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function addressProblem(address: string): InputProblem | undefined {
  return isIPv4(address) || isIPv6(address) ? undefined : {
    what: 'not an address to publish a port on',
    given: address,
    allowed: 'an IPv4 or IPv6 address of the Docker host, for example "10.0.0.5"',
    remedy: 'use PublishedPort.onLoopback(), PublishedPort.onAllInterfaces(), or the address itself instead of a host name',
  };
}
