import { made } from '../input/props';
import { ContainerMount } from '../workload/storage';

/** Where the gateway sees the certificates. */
export const CERTIFICATE_DIRECTORY = '/certificates';

/**
 * Certificates and private keys for HTTPS. They stay where they are on the Docker host: no image, no Terraform state and no synthesized
 * file holds them.
 *
 * Each file is a PEM file with a certificate, its chain and its private key; or the key is in a file beside it of the same name with
 * `.key` behind it (`shop.pem`, `shop.pem.key`). The gateway picks the certificate by the name that the client asks for; the first file
 * in alphabetical order is for all others. The files must be readable for the image's user (99 in the official image).
 *
 * The gateway loads changed files by itself within two seconds and drops no connection. Files that are not valid change nothing, and
 * its log says why.
 */
export class GatewayCertificates {
  /**
   * A directory of the Docker host.
   *
   * @param directory absolute path on the machine where the engine runs
   */
  public static fromDirectory(directory: string): GatewayCertificates {
    return made('GatewayCertificates.fromDirectory', { directory }, () => new GatewayCertificates(
      ContainerMount.directory(directory, CERTIFICATE_DIRECTORY, { readOnly: true })));
  }

  /**
   * A named volume of the engine, which something else fills.
   *
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
