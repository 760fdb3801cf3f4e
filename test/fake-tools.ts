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

/**
 * Runs a shell script that is made for a container, with fakes in the place of the tools that it calls.
 *
 * @param tools the body of a shell script for each command
 * @param environment the script's variables
 */
export function runWithFakes(script: string, tools: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}): Run {
  const log = 'calls';
  const directory = writeFiles({
    [log]: '',
    ...Object.fromEntries(Object.entries(tools).map(([name, body]) =>
      [`bin/${name}`, `#!/bin/sh\nprintf '%s\\n' "$(basename "$0") $*" >> "$CALLS"\n${body}\n`])),
  });
  Object.keys(tools).forEach((name) => fs.chmodSync(path.join(directory, 'bin', name), 0o755));
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    cwd: directory,
    env: { ...environment, CALLS: path.join(directory, log), PATH: `${path.join(directory, 'bin')}:${process.env.PATH}` },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { exitCode: status, output: stdout + stderr, calls: fs.readFileSync(path.join(directory, log), 'utf8').split('\n').filter((line) => line !== '') };
}
