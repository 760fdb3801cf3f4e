import { Container } from '@cdktf/provider-docker/lib/container';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { TerraformStack, dependable } from 'cdktf';
import { GatewayCertificates } from '../../../lib';

/** A volume with a certificate and its key, and the Terraform address of what writes them. */
export function certificatesVolume(stack: TerraformStack, pem: string): { certificates: GatewayCertificates; filled: string } {
  const volume = new Volume(stack, 'certificates', { name: 'certificates' });
  const filled = new Container(stack, 'filled', {
    name: 'filled',
    image: 'haproxy:3.0',
    user: '0:0',
    attach: true,
    mustRun: false,
    restart: 'no',
    entrypoint: ['/bin/sh', '-c', 'printf "%s" "$PEM" > /c/shop.pem'],
    env: [`PEM=${pem}`],
    volumes: [{ volumeName: volume.name, containerPath: '/c' }],
  });
  return { certificates: GatewayCertificates.fromVolume(volume.name), filled: dependable(filled) };
}
