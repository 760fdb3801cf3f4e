import { spawnSync } from 'child_process';
import * as path from 'path';
import { LoopbackRegistry } from './harness/registry';
import { removeTemporaryDirectories } from './harness/synthesized-stack';
import { testRun } from './harness/test-run';

export { PrivateModuleProxy, type ServedModule, goSum } from './harness/module-proxy';
export { PrivateAuthority, type ServerCertificate } from './harness/certificates';
export { BuildError } from './harness/image-build';
export { fileOfImage, savedImage } from './harness/image-content';
export { Deployment, freePort } from './harness/deployment';
export { eventually } from './harness/eventually';
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
  describeUnless(missingEngine(), name, tests);
}

/** `describe` for tests that also need a registry. */
export function describeWithRegistry(name: string, tests: () => void): void {
  describeUnless(missingEngine() ?? LoopbackRegistry.missing(), name, tests);
}

function missingEngine(): string | undefined {
  const { status, stderr } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no Docker Engine answers${stderr ? `: ${stderr.trim()}` : ''}`;
}

function describeUnless(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) {
    describe(name, () => {
      afterAll(async () => {
        await testRun.removeEverything();
        removeTemporaryDirectories();
      });
      tests();
    });
  } else if (process.env.CI === 'true') {
    throw new Error(`${name}: ${missing}. In CI this must not be skipped.`);
  } else {
    process.stderr.write(`skipped: ${name} (${missing})\n`);
    describe.skip(name, tests);
  }
}
