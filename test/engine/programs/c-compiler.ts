import { execFileSync, spawnSync } from 'child_process';
import { filesOf } from '../harness/synthesized-stack';
import { testRun } from '../harness/test-run';

const BUILDER = 'golang:1.26';

/** Whether this machine's image of Go has a C compiler, as Docker's own has. */
export function hasCCompiler(): boolean {
  return spawnSync('docker', ['run', '--rm', BUILDER, 'sh', '-c', 'command -v gcc']).status === 0;
}

/** The machine's image of Go with a C compiler added. The run of the tests removes it. */
export function builderWithCCompiler(): string {
  const tag = `${testRun.imageRepository}:with-c-compiler`;
  const context = filesOf('builder', {
    Dockerfile: `FROM ${BUILDER}\nRUN apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null\n`,
  });
  execFileSync('docker', ['buildx', 'build', '--quiet', '--load', '--tag', tag, context]);
  return tag;
}
