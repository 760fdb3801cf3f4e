import { X509Certificate } from 'crypto';
import { SourceTree } from '../files/source-tree';
import { InputError } from '../input/input-error';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, each with a final line end: concatenated files would break without it. */
export function readCertificates(tree: SourceTree, file: string, given: string): string {
  const remedy = 'give the path of a PEM file with one or more certificates (-----BEGIN CERTIFICATE-----), relative to cdktf.json';
  if (!tree.isFile(file)) {
    throw new InputError({ what: 'no such certificate file', given, allowed: 'an existing PEM file', remedy });
  }
  const text = tree.readFile(file).toString('latin1');
  if (text.includes('PRIVATE KEY-----')) {
    throw new InputError({
      what: 'a certificate file holds a private key, which would become part of the image',
      given,
      allowed: 'certificates only',
      remedy: 'put the certificates into a file of their own',
    });
  }
  const blocks = text.match(BLOCK);
  if (!blocks) {
    throw new InputError({ what: 'a certificate file holds no PEM certificate', given, allowed: 'PEM', remedy });
  }
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch (error) {
      throw new InputError({
        what: `a certificate cannot be read: ${(error as Error).message}`,
        given,
        allowed: 'X.509 certificates in PEM',
        remedy,
      });
    }
  }
  return blocks.map((block) => `${block}\n`).join('');
}
