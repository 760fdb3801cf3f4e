/**
 * Synthesizes a stack, and prints everything of it that a deploy depends on. Its arguments are a new directory, and the umask that files are written with.
 *
 * It runs in processes with other settings than those of the tests.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { Gateway, GoDistrolessImage, GoScratchImage, GoService, PostgresDatabase, PublishedPort } from '../../lib';

const [, , directory, umask] = process.argv;
process.umask(parseInt(umask, 8));

/** Names that languages sort in different ways. */
const NAMES = ['zed', 'aaron', 'Zed', 'I', 'i', 'ı', 'o', 'ö', 'oe', 'a-b', 'ab', '10', '9'];
const MODULES = ['zed', 'aaron', 'Zed', 'I', 'i', 'oe', 'o', 'a-b', 'ab'].map((owner) => `github.com/${owner}/x`);

function write(file: string, text: string, mode = 0o666): void {
  fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
  fs.writeFileSync(path.join(directory, file), text, { mode });
}

function byName(names: readonly string[], value: (name: string) => string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

write('app/go.mod', `module example.com/app\n\ngo 1.26\n\nrequire (\n${MODULES.map((name) => `\t${name} v1.0.0\n`).join('')})\n`);
write('app/go.sum', MODULES.map((name) => `${name} v1.0.0 h1:${'A'.repeat(43)}=\n`).join(''));
write('app/main.go', `package main\n\nimport (\n\t"embed"\n${MODULES.map((name) => `\t_ "${name}"\n`).join('')})\n\n//go:embed files\nvar files embed.FS\n\nfunc main() {}\n`);
NAMES.forEach((name) => {
  write(`app/files/${name}.txt`, name);
  write(`app/more/${name}`, name);
});
write('app/run.sh', '#!/bin/sh\n', 0o777);
write('app/data.json', '{}');

const app = new App({ outdir: path.join(directory, 'out') });
const stack = new TerraformStack(app, 'dev');
const props = {
  source: path.join(directory, 'app'),
  include: ['more/*', '*.sh'],
  extraFiles: { '/etc/zed.json': path.join(directory, 'app/data.json'), '/etc/aaron.sh': path.join(directory, 'app/run.sh') },
  labels: byName(['zed', 'aaron', 'oe', 'o'], (name) => name),
  variables: byName(['main.zed', 'main.aaron', 'main.I', 'main.i'], (name) => name),
  tags: ['zed', 'aaron'],
};
const images = [new GoScratchImage(stack, 'scratch', props), new GoDistrolessImage(stack, 'distroless', props)];
const database = new PostgresDatabase(stack, 'db', { parameters: { work_mem: '4MB', application_name: 'zed' } });
const service = new GoService(stack, 'service', {
  image: images[0],
  environment: byName(['ZED', 'AARON', 'I', 'i', 'O', 'OE'], (name) => name),
  labels: byName(['zed', 'aaron'], (name) => name),
});
service.connectTo(database);
const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(8080) });
service.addRoute(gateway.route({ host: 'zed.example' }));
service.addRoute(gateway.route({ host: 'aaron.example' }));
app.synth();

/** Everything below a directory: names and contents, and of build contexts also what Docker compares of files. */
function describe(below: string): string[] {
  return fs.readdirSync(below, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => {
    // Node.js before 20.12 has no `parentPath`.
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const { mode, mtimeMs } = fs.statSync(file);
    const metadata = file.includes('/contexts/') ? ` ${mode.toString(8)} ${mtimeMs}` : '';
    return `${path.relative(below, file)}${metadata} ${createHash('sha256').update(fs.readFileSync(file)).digest('hex')}`;
  }).sort();
}

process.stdout.write(JSON.stringify({
  collation: [...NAMES].sort((a, b) => a.localeCompare(b)).join(' '),
  time: new Date(0).toString(),
  tags: images.map(({ reference }) => reference),
  files: describe(path.join(app.outdir, 'stacks/dev')),
}));
