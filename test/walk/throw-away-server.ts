import { run } from './engine';

/** The ids that a server finds on a volume of a database that is gone. The server is removed again. */
export async function rowsOfVolume(volume: string, name: string): Promise<Set<number>> {
  const docker = async (...args: string[]) => run('docker', args);
  const major = /-(\d+)$/.exec(volume)?.[1] ?? '17';
  const started = await docker('run', '--detach', '--name', name, '--network', 'none', '--env', 'POSTGRES_PASSWORD=reader',
    '--volume', `${volume}:${Number(major) >= 18 ? '/var/lib/postgresql' : '/var/lib/postgresql/data'}`, `postgres:${major}`);
  try {
    if (started.code !== 0) {
      throw new Error(`no server on ${volume}: ${started.stderr}`);
    }
    for (let attempt = 0; ; attempt++) {
      const { code, stdout, stderr } = await docker('exec', '--user', 'postgres', name, 'psql', '--no-psqlrc', '--quiet', '--no-align',
        '--tuples-only', '--dbname', 'app', '--command', 'SELECT id FROM walk_rows');
      if (code === 0) {
        return new Set(stdout.split('\n').map(Number));
      }
      if (attempt === 60) {
        throw new Error(`the server on ${volume} does not answer: ${stderr}${(await docker('logs', '--tail', '20', name)).stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } finally {
    await docker('rm', '--force', '--volumes', name);
  }
}
