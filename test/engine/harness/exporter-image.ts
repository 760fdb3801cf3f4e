import { spawnSync } from 'child_process';
import { filesOf } from './synthesized-stack';
import { testRun } from './test-run';

/** Debian's package of the same program, with `wget` where the official image has it. */
const DOCKERFILE = `FROM debian:trixie
RUN apt-get update && apt-get install --yes --no-install-recommends prometheus-postgres-exporter busybox && ln -s busybox /bin/wget
USER nobody
ENTRYPOINT ["/usr/bin/prometheus-postgres-exporter"]
`;

/**
 * The official image of `postgres_exporter`. Where its registry cannot be reached, one with Debian's package of it; one line says so.
 *
 * @returns the image's reference
 */
export function exporterImage(official: string): string {
  if (spawnSync('docker', ['image', 'inspect', official]).status === 0 || spawnSync('docker', ['pull', '--quiet', official]).status === 0) {
    return official;
  }
  process.stderr.write(`${official} cannot be pulled: testing with Debian's package of postgres_exporter\n`);
  const tag = `${testRun.imageRepository}:exporter`;
  const build = spawnSync('docker', ['buildx', 'build', '--builder', 'default', '--load', '--tag', tag, filesOf('exporter', { Dockerfile: DOCKERFILE })],
    { encoding: 'utf8' });
  if (build.status !== 0) {
    throw new Error(build.stderr);
  }
  return tag;
}
