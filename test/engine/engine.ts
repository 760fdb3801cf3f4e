import { spawnSync } from 'child_process';
import * as path from 'path';
import { removeTemporaryDirectories } from './harness/synthesized-stack';
import { testRun } from './harness/test-run';

export { PrivateModuleProxy, type ServedModule, goSum } from './harness/module-proxy';
export { PrivateAuthority, type ServerCertificate } from './harness/certificates';
export { BuildError } from './harness/image-build';
export { fileOfImage, savedImage } from './harness/image-content';
export { Deployment, freePort } from './harness/deployment';
export { dockerApi } from './harness/docker-api';
export { RunningContainer } from './harness/running-container';
export { SynthesizedStack, filesOf, temporaryDirectory } from './harness/synthesized-stack';

/** A program that says what its container looks like from inside. */
export const INSPECTOR = path.join(__dirname, 'fixtures', 'inspector');

/**
 * `describe` for tests that need a Docker Engine on this machine. Everything that they create is removed afterwards.
 * Without an engine they are skipped and one line says so; in CI that is an error.
 */
export function describeWithEngine(name: string, tests: () => void): void {
  const version = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8' });
  if (version.status === 0) {
    describe(name, () => {
      afterAll(async () => {
        await testRun.removeEverything();
        removeTemporaryDirectories();
      });
      tests();
    });
  } else if (process.env.CI === 'true') {
    throw new Error(`${name}: no Docker Engine answers, and in CI this must not be skipped\n${version.stderr}`);
  } else {
    process.stderr.write(`skipped: ${name} (no Docker Engine answers)\n`);
    describe.skip(name, tests);
  }
}
