/**
 * Compares this library with other ways to bring a changed Go program onto a Docker engine, on one machine and in one run: each round
 * changes one line for each of them in turn.
 *
 *   npm run compile && npx ts-node bench/comparison.ts [--rounds 5] [--only build|serve] [--match blue/green] [--rate 100] [--port 18400] [--write]
 *
 * `build`: until the image is there. `serve`: until the first answer of the new version, and how many requests are lost meanwhile. The
 * program is that of `examples/service-with-postgres`. Prints Markdown, and with `--write` puts it into docs/comparison.md.
 *
 * Needs a Docker engine with Compose; Terraform and a way to get the Docker provider, or this library's lines of `serve` are skipped;
 * `docker-registry` on the path and Go, or ko is skipped. Uses six ports from `--port` on.
 */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { compareBuilds } from './comparison/build';
import { packLibrary } from './comparison/library';
import { run, versionOf } from './comparison/process';
import { compareServing } from './comparison/serve';

const PAGE = path.join(__dirname, '..', 'docs', 'comparison.md');
const [BEGIN, END] = ['<!-- measured: begin -->', '<!-- measured: end -->'];

async function main(args: readonly string[]): Promise<void> {
  const value = (name: string, fallback: string) => args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : fallback;
  const only = value('only', 'all');
  const rounds = Number(value('rounds', '5'));
  const port = Number(value('port', '18400'));
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'comparison-'));
  try {
    const load = os.loadavg()[0];
    const tarball = packLibrary(work);
    const parts: string[] = [];
    if (only !== 'serve') {
      parts.push(await compareBuilds({ work, rounds, tarball, registryPort: port + 10 }));
    }
    if (only !== 'build') {
      const withTerraform = findsProvider(work);
      parts.push(await compareServing({ work, rounds, tarball, firstPort: port, rate: Number(value('rate', '100')), withTerraform, match: value('match', '') }));
    }
    const text = [`${machine(load)} ${rounds} rounds; median (lowest–highest).`, ...parts].join('\n\n');
    console.log(text);
    if (args.includes('--write')) {
      write(text);
    }
  } finally {
    run('chmod', ['-R', 'u+w', work]);
    fs.rmSync(work, { recursive: true });
  }
}

/** What the numbers were measured on. */
function machine(load: number): string {
  const [{ model }, ...others] = os.cpus();
  return `${others.length + 1} processors (${model.trim()}), load average ${load.toFixed(1)} at the start, ${os.loadavg()[0].toFixed(1)} at the end; Docker `
    + `${versionOf('docker', 'version', '--format', '{{.Server.Version}}')}, Compose ${versionOf('docker', 'compose', 'version', '--short')}, `
    + `${versionOf('terraform', 'version')}, Node.js ${process.version}.`;
}

function findsProvider(work: string): boolean {
  const directory = path.join(work, 'provider');
  fs.mkdirSync(directory);
  fs.writeFileSync(path.join(directory, 'main.tf'), 'terraform {\n  required_providers {\n    docker = { source = "kreuzwerker/docker", version = "3.6.2" }\n  }\n}\n');
  try {
    run('terraform', ['init', '-input=false'], { cwd: directory });
    return true;
  } catch (error) {
    console.error(`skipped: this library's deployments (terraform cannot get the Docker provider: ${(error as Error).message.split('\n')[0]})`);
    return false;
  }
}

function write(text: string): void {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${PAGE} has no place for the numbers: a line "${BEGIN}" and one "${END}"`);
  }
  fs.writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n${text}\n${page.slice(end)}`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
