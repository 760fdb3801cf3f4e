/**
 * Carries images to another machine, and prints how many bytes and seconds that takes, next to push and pull through a registry.
 *
 *   npm run bench:transfer -- --to ssh://deploy@server [--ssh-option=-F --ssh-option=FILE] [--registry 127.0.0.1:5000] [--large postgres:17] [--write]
 *
 * Both machines must reach the registry under that name. `--large` is an image that the other machine has. `--write` puts the table into
 * docs/another-machine.md. Removes the images that it makes.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { GoScratchImage } from '../lib';

const REPOSITORY = path.join(__dirname, '..');
const PAGE = path.join(REPOSITORY, 'docs', 'another-machine.md');
const BEGIN = '<!-- bench:transfer -->';
const END = '<!-- /bench:transfer -->';
const ROUNDS = 3;

interface Options {
  readonly to: string;
  readonly sshOptions: readonly string[];
  readonly registry?: string;
}

interface Row {
  readonly what: string;
  readonly megabytes: number;
  readonly seconds: number;
  readonly registrySeconds?: number;
  readonly compressed?: number;
}

function run(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, ...environment } });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  }
  return stdout + stderr;
}

function timed<T>(action: () => T): [T, number] {
  const start = performance.now();
  const result = action();
  return [result, (performance.now() - start) / 1000];
}

function there(options: Options, command: string): string {
  return run('ssh', ['-o', 'BatchMode=yes', ...options.sshOptions, '--', options.to, command]);
}

/** What `place: DockerHost.ssh(…)` does in an apply. Returns the megabytes that it says it has sent. */
function carry(image: string, { to, sshOptions }: Options): number {
  const output = run('node', [path.join(REPOSITORY, 'lib', 'docker', 'transfer', 'main.mjs')], {
    IMAGE: image, SOURCE: JSON.stringify({ name: 'this machine' }), TARGETS: JSON.stringify([{ name: 'server', host: to, sshOptions }]),
  });
  return Number(/([\d.]+) MB sent$/m.exec(output)?.[1] ?? 0);
}

function throughRegistry(image: string, registry: string, options: Options): void {
  const name = `${registry}/${image}`;
  run('docker', ['tag', image, name]);
  run('docker', ['push', '--quiet', name]);
  there(options, `docker pull --quiet ${name}`);
}

/** Versions of a Go program, as the library builds them; each differs from the one before in one constant. */
function programs(directory: string, id: string): string[] {
  const app = new App({ outdir: directory });
  const stack = new TerraformStack(app, id);
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  for (let version = 0; version <= 2 * ROUNDS; version++) {
    new GoScratchImage(stack, `v${version}`, {
      source: path.join(REPOSITORY, 'test', 'walk', 'program'), mainPackage: './faulty', variables: { 'main.revision': `version ${version}` },
    });
  }
  app.synth();
  const cwd = path.join(directory, 'stacks', id);
  for (const args of [['init', '-input=false'], ['apply', '-auto-approve', '-input=false']]) {
    const { status, stderr } = spawnSync('terraform', [...args, '-no-color'], { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) {
      throw new Error(stderr);
    }
  }
  const { resources } = JSON.parse(fs.readFileSync(path.join(cwd, 'terraform.tfstate'), 'utf8'));
  const names: string[] = resources.filter(({ type }: any) => type === 'docker_image').map(({ instances }: any) => instances[0].attributes.name);
  return names.sort((one, other) => one.localeCompare(other));
}

/** Versions of a large image, each with one line more. */
function large(base: string, id: string): string[] {
  return Array.from({ length: 2 * ROUNDS + 1 }, (_, version) => {
    const name = `${id}-large:${version}`;
    const { status, stderr } = spawnSync('docker', ['build', '--quiet', '--tag', name, '-'], { input: `FROM ${base}\nRUN echo ${version} > /line\n`, encoding: 'utf8' });
    if (status !== 0) {
      throw new Error(stderr);
    }
    return name;
  });
}

function compressedProgram(image: string): number {
  const container = run('docker', ['create', image]).trim();
  const bytes = Number(run('sh', ['-c', `docker cp ${container}:/app - | gzip | wc -c`]));
  run('docker', ['rm', container]);
  return bytes / 1e6;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

/** The first version makes the layers below known on both ways; the others are measured. */
function measure(what: string, images: readonly string[], options: Options, compressed?: number): Row {
  const [first, ...others] = images;
  carry(first, options);
  const carried = others.slice(0, ROUNDS).map((image) => timed(() => carry(image, options)));
  const { registry } = options;
  let registrySeconds: number | undefined;
  if (registry !== undefined) {
    throughRegistry(first, registry, options);
    registrySeconds = median(others.slice(ROUNDS).map((image) => timed(() => throughRegistry(image, registry, options))[1]));
  }
  return {
    what,
    megabytes: median(carried.map(([sent]) => sent)),
    seconds: median(carried.map(([, seconds]) => seconds)),
    registrySeconds,
    compressed,
  };
}

function tableOf(rows: readonly Row[]): string {
  // The program says hundredths.
  const shown = (value: number | undefined, unit: string) =>
    value === undefined ? '–' : `${value < 0.01 ? 'less than 0.01' : value.toFixed(2)} ${unit}`;
  return [
    '| a change of one line in | sent | the program alone, compressed | over ssh | push and pull through a registry |',
    '|---|---|---|---|---|',
    ...rows.map(({ what, megabytes, seconds, registrySeconds, compressed }) =>
      `| ${[what, shown(megabytes, 'MB'), shown(compressed, 'MB'), shown(seconds, 's'), shown(registrySeconds, 's')].join(' | ')} |`),
  ].join('\n');
}

function main(): void {
  const { values } = parseArgs({
    options: {
      'to': { type: 'string' },
      'registry': { type: 'string' },
      'large': { type: 'string', default: 'postgres:17' },
      'write': { type: 'boolean' },
      'ssh-option': { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.to === undefined) {
    throw new Error('--to is missing: the machine that images go to, for example --to ssh://deploy@server');
  }
  const options: Options = { to: values.to, sshOptions: values['ssh-option']!, registry: values.registry };
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-transfer-'));
  const id = path.basename(directory).toLowerCase().replace(/[^a-z0-9]+/g, '-');
  try {
    const small = programs(directory, id);
    const compressed = compressedProgram(small[1]);
    const size = Math.round(Number(run('docker', ['image', 'inspect', '--format', '{{.Size}}', values.large!])) / 1e6);
    const rows = [
      measure('a Go program in a scratch image', small, options, compressed),
      measure(`an image of ${size} MB`, large(values.large!, id), options),
    ];
    const table = tableOf(rows);
    console.log(table);
    if (values.write) {
      const page = fs.readFileSync(PAGE, 'utf8');
      const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
      if (before < 0 || after < before) {
        throw new Error(`${PAGE} has no ${BEGIN} and ${END}`);
      }
      fs.writeFileSync(PAGE, `${page.slice(0, before + BEGIN.length)}\n${table}\n${page.slice(after)}`);
    }
    const [{ megabytes }] = rows;
    if (megabytes > 1.1 * compressed) {
      console.error(`${megabytes} MB were sent for a program of ${compressed.toFixed(2)} MB: more than 1.1 times as much`);
      process.exitCode = 1;
    }
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
    const list = 'docker images --format "{{.Repository}}:{{.Tag}}"';
    const remove = `for image in $(${list} | grep -e '^${id}-' -e '/${id}-'); do docker rmi "$image" >/dev/null; done`;
    run('sh', ['-c', remove]);
    there(options, remove);
  }
}

main();
