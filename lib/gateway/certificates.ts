import { made } from '../input/props';
import { ContainerMount } from '../workload/storage';

export const CERTIFICATE_DIRECTORY = '/certificates';

/**
 * Certificates and private keys for HTTPS. They stay on the Docker host: no image, Terraform state or synthesized file holds them.
 *
 * Each PEM file holds a certificate, its chain and its private key. The key may be in a second file with the suffix `.key` (`shop.pem`,
 * `shop.pem.key`). The gateway picks the certificate by the host name in the TLS handshake; the first file in alphabetical order is the
 * default. The image's user (99 in the official image) must be able to read the files.
 *
 * The gateway loads changed files by itself within two seconds and drops no connection. Invalid files change nothing, and the log says why.
 * @example
 * new Gateway(this, 'Gateway', {
 *   publish: PublishedPort.onAllInterfaces(80),
 *   tls: { publish: PublishedPort.onAllInterfaces(443), certificates: GatewayCertificates.fromDirectory('/etc/certificates') },
 * });
 */
export class GatewayCertificates {
  /**
   * A directory of the Docker host.
   * @param directory absolute path on the machine where the engine runs
   */
  public static fromDirectory(directory: string): GatewayCertificates {
    return made('GatewayCertificates.fromDirectory', { directory }, () => new GatewayCertificates(
      ContainerMount.directory(directory, CERTIFICATE_DIRECTORY, { readOnly: true })));
  }

  /**
   * A named volume of the engine that something else fills.
   * @param name the volume's name
   */
  public static fromVolume(name: string): GatewayCertificates {
    return made('GatewayCertificates.fromVolume', { name }, () => new GatewayCertificates(
      ContainerMount.volume(name, CERTIFICATE_DIRECTORY, { readOnly: true })));
  }

  private constructor(private readonly mount: ContainerMount) {}

  /** @internal */
  public get _mount(): ContainerMount {
    return this.mount;
  }
}
