import { createHash } from 'crypto';
import { InputProblem } from '../input/input-error';
import { checkArguments } from '../input/props';

const CERTIFICATE = /^(?:\s*-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;
const SERVER_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

/**
 * What a gateway needs to know of a protocol.
 *
 * @internal
 */
export interface RenderedProtocol {
  /** Makes two protocols of one service differ. Empty for plain HTTP. */
  readonly key: string;
  readonly http2: boolean;
  readonly tls?: {
    /** The host name in the server's certificate. */
    readonly serverName?: string;
    /** The certificate authority: the name of its file, and its text. Without one every certificate is accepted. */
    readonly authority?: { readonly file: string; readonly text: string };
  };
}

/**
 * How a gateway speaks with the program behind it.
 *
 * @example
 * const gateway = new Gateway(this, 'Gateway', { publish: PublishedPort.onAllInterfaces(80) });
 * const service = new GoService(this, 'Greeter', {
 *   image: new GoScratchImage(this, 'Image', { source: 'services/greeter' }),
 *   healthCheck: HealthCheck.tcp(),
 * });
 * service.addRoute(gateway.route({ pathPrefix: '/greeter.Greeter', protocol: RouteProtocol.h2c() }));
 */
export class RouteProtocol {
  /** HTTP/1.1 without TLS. */
  public static http(): RouteProtocol {
    return new RouteProtocol({ key: '', http2: false });
  }

  /** HTTP/2 without TLS, which gRPC needs. Clients may use HTTP/2 with TLS, or without. */
  public static h2c(): RouteProtocol {
    return new RouteProtocol({ key: 'h2c', http2: true });
  }

  /**
   * TLS with a certificate that the gateway verifies, and HTTP/2 where the program offers it.
   *
   * @param authority the certificates of the authorities that the gateway trusts, in PEM: for example the content of `ca.pem`
   * @param serverName the host name in the program's certificate
   * @throws an error when `authority` holds anything but certificates, or `serverName` is no host name
   * @sensitive authority
   */
  public static https(authority: string, serverName: string): RouteProtocol {
    checkArguments('RouteProtocol.https', { authority, serverName }, () => authorityProblem(authority) ?? serverNameProblem(serverName));
    const hash = createHash('sha256').update(`${serverName}\n${authority}`).digest('hex').slice(0, 12);
    return new RouteProtocol({
      key: `https-${hash}`, http2: false, tls: { serverName, authority: { file: `authority-${hash}.pem`, text: authority } },
    });
  }

  /**
   * TLS with whatever certificate the program has. It keeps listeners from reading along, but not from answering in the program's place:
   * use it where the certificate cannot be verified, within one Docker host.
   */
  public static httpsUnverified(): RouteProtocol {
    return new RouteProtocol({ key: 'https', http2: false, tls: {} });
  }

  private constructor(private readonly rendered: RenderedProtocol) {}

  /** @internal */
  public get _rendered(): RenderedProtocol {
    return this.rendered;
  }
}

function authorityProblem(authority: string): InputProblem | undefined {
  return CERTIFICATE.test(authority) ? undefined : {
    what: 'the certificate authority of a route is not in PEM',
    allowed: 'one or more blocks from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----", and nothing else, known at synth',
    remedy: 'pass the content of the file, not its path: fs.readFileSync("ca.pem", "utf8")',
  };
}

function serverNameProblem(serverName: string): InputProblem | undefined {
  return SERVER_NAME.test(serverName) ? undefined : {
    what: 'not the server name of a route with TLS',
    given: serverName,
    allowed: 'a host name or address without a port, known at synth',
    remedy: 'give the name that the program\'s certificate is for',
  };
}
