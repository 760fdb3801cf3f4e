import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { temporaryDirectory } from './synthesized-stack';

export interface ServerCertificate {
  /** PEM, as a server takes it. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** A certificate authority that no machine knows. */
export class PrivateAuthority {
  /** The PEM file with the authority's certificate. */
  public readonly certificateFile: string;

  private readonly directory = temporaryDirectory('authority');

  public constructor() {
    this.certificateFile = path.join(this.directory, 'ca.pem');
    this.openssl('ca', '/CN=Private authority of a test', ['-addext', 'keyUsage=critical,keyCertSign']);
  }

  /** @param names as in a certificate's subjectAltName, for example `DNS:example.test` */
  public issue(names: string[]): ServerCertificate {
    this.openssl('server', '/CN=server', [
      '-CA', this.certificateFile, '-CAkey', path.join(this.directory, 'ca.key'),
      '-addext', `subjectAltName=${names.join(',')}`, '-addext', 'basicConstraints=critical,CA:FALSE',
    ]);
    const read = (file: string) => fs.readFileSync(path.join(this.directory, file), 'utf8');
    return { certificate: read('server.pem'), key: read('server.key') };
  }

  private openssl(name: string, subject: string, further: string[]): void {
    const result = spawnSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', subject,
      '-keyout', path.join(this.directory, `${name}.key`), '-out', path.join(this.directory, `${name}.pem`), ...further,
    ], { encoding: 'utf8' });
    if (result.status !== 0) {
      throw new Error(`openssl: ${result.error ?? result.stderr}`);
    }
  }
}
