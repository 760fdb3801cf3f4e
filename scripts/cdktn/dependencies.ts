import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CDKTN } from './names';

/** Where packages are kept between runs. */
const CACHE = path.join(os.homedir(), '.cache', 'cdktn-go-docker');

/**
 * Fills a node_modules directory: `cdktn`, its binding of the Docker provider and `constructs` of the right versions, and links to
 * everything else that the repository has installed.
 */
export function installDependencies(repository: string, directory: string): void {
  const own: Record<string, string> = {
    'cdktn': `cdktn@${CDKTN.cdktn}`, 'constructs': `constructs@${CDKTN.constructs}`, '@cdktn/provider-docker': `@cdktn/provider-docker@${CDKTN.binding}`,
  };
  const modules = path.join(directory, 'node_modules');
  fs.mkdirSync(path.join(modules, '@cdktn'), { recursive: true });
  for (const [name, specification] of Object.entries(own)) {
    unpack(tarball(specification), path.join(modules, name));
  }
  for (const name of fs.readdirSync(path.join(repository, 'node_modules')).filter((entry) => !(entry in own) && !['cdktf', '@cdktf'].includes(entry))) {
    const link = path.join(modules, name);
    fs.rmSync(link, { recursive: true, force: true });
    fs.symlinkSync(path.join(repository, 'node_modules', name), link);
  }
}

function tarball(specification: string): string {
  const directory = path.join(CACHE, specification.replace(/[^\w.-]+/g, '-'));
  const found = () => fs.existsSync(directory) ? fs.readdirSync(directory).filter((file) => file.endsWith('.tgz')) : [];
  if (found().length === 0) {
    fs.mkdirSync(directory, { recursive: true });
    const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', directory, specification], { encoding: 'utf8' });
    if (packed.status !== 0 && specification.startsWith('@cdktn/provider-docker@')) {
      fromWheel(directory);
    } else if (packed.status !== 0) {
      throw new Error(`npm cannot fetch ${specification}: ${packed.stderr}`);
    }
  }
  return path.join(directory, found()[0]);
}

/** The packages of jsii for Python contain those for npm. */
function fromWheel(directory: string): void {
  const wheel = `cdktn-provider-docker==${CDKTN.binding}`;
  run('python3', ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--dest', directory, wheel]);
  const [file] = fs.readdirSync(directory).filter((name) => name.endsWith('.whl'));
  run('python3', ['-c', `
import sys, zipfile
wheel, directory = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if '/_jsii/' in name and name.endswith('.tgz'):
            open(directory + '/binding.tgz', 'wb').write(archive.read(name))
`, path.join(directory, file), directory]);
}

function unpack(file: string, directory: string): void {
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true });
  run('tar', ['--extract', '--gzip', '--file', file, '--directory', directory, '--strip-components', '1']);
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  }
}
