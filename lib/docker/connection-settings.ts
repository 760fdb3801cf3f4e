/**
 * How the program that carries images reaches the engine of a provider: the provider's configuration, in the terms of
 * `transfer/settings.mjs`. Attributes of other resources stay references.
 */
export function connectionSettings(name: string, configuration: any): Record<string, unknown> {
  const { host, context, ssh_opts: sshOptions, cert_path: certPath, ca_material: ca, cert_material: cert, key_material: key } = configuration;
  const certificates = Object.entries({ 'ca.pem': ca, 'cert.pem': cert, 'key.pem': key }).filter(([, text]) => text !== undefined);
  const all = {
    name,
    host,
    context,
    sshOptions,
    certPath,
    certificates: certificates.length === 0 ? undefined : Object.fromEntries(certificates),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}
