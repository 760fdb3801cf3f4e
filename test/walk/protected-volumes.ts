import * as fs from 'fs';
import * as path from 'path';
import { EngineContainer, isAnonymous } from './engine';

/**
 * The volumes that Terraform must never delete: those that containers mount and that are no `docker_volume`, or one that
 * `prevent_destroy` protects.
 */
export function keptVolumes(stackDirectory: string, containers: readonly EngineContainer[]): string[] {
  const { resource } = JSON.parse(fs.readFileSync(path.join(stackDirectory, 'cdk.tf.json'), 'utf8'));
  const volumes: any[] = Object.values(resource?.docker_volume ?? {});
  const declared = new Set(volumes.map(({ name }) => name));
  const kept = volumes.filter(({ lifecycle }) => lifecycle?.prevent_destroy).map(({ name }) => name);
  const mounted = containers.flatMap((container) => [...container.volumes.keys()]);
  return [...kept, ...mounted.filter((name) => !declared.has(name) && !isAnonymous(name))];
}
