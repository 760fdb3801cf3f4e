import { spawnSync } from 'child_process';
import { ModuleVersion } from './real-program';

/** Where Go has unpacked a module of its proxy. The files are read-only. */
export function moduleDirectory({ path, version }: ModuleVersion): string {
  // Outside of any module, so that no go.mod decides.
  const { stdout, stderr, error } = spawnSync('go', ['mod', 'download', '-json', `${path}@${version}`], { cwd: '/', encoding: 'utf8' });
  if (error) {
    throw new Error(`there is no go on the PATH: ${error.message}`);
  }
  const { Dir: directory, Error: problem = stderr } = JSON.parse(stdout || '{}');
  if (directory === undefined) {
    throw new Error(`${path}@${version} cannot be downloaded: ${problem}`);
  }
  return directory;
}

/** Why a module cannot be had on this machine; undefined when it can. */
export function moduleProblem(module: ModuleVersion): string | undefined {
  try {
    moduleDirectory(module);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}
