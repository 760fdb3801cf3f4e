import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFiles } from './go/fixture';

/** What a shell script did. */
export interface Run {
  readonly exitCode: number | null;
  readonly output: string;
  /** The commands that were called among the fake ones, each with its arguments, in order. */
  readonly calls: string[];
}

/** Shell scripts that replace the commands of these names. */
export type FakeTools = Readonly<Record<string, string>>;

/**
 * Runs a container's shell script with fakes of the tools that it calls.
 *
 * @param environment the script's variables
 * @param args the script's arguments
 */
export function runWithFakes(script: string, tools: FakeTools, environment: Readonly<Record<string, string>>, args: readonly string[] = []): Run {
  const log = 'calls';
  const directory = writeFiles({
    [log]: '',
    ...Object.fromEntries(Object.entries(tools).map(([name, body]) =>
      [`bin/${name}`, `#!/bin/sh\nprintf '%s\\n' "$(basename "$0") $*" >> "$CALLS"\n${body}\n`])),
  });
  Object.keys(tools).forEach((name) => fs.chmodSync(path.join(directory, 'bin', name), 0o755));
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'script', ...args], {
    cwd: directory,
    env: { ...environment, CALLS: path.join(directory, log), PATH: `${path.join(directory, 'bin')}:${process.env.PATH}` },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { exitCode: status, output: stdout + stderr, calls: fs.readFileSync(path.join(directory, log), 'utf8').split('\n').filter((line) => line !== '') };
}
