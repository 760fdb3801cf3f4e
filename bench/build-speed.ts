/**
 * How long it takes until a changed program is an image on the engine: this library against `ko` and against the usual Dockerfile, which
 * copies everything and runs `go build`, under `docker compose build`.
 *
 *   npx ts-node bench/build-speed.ts [--rounds 3] [--builder golang:1.26] [--registry-port 5151]
 *
 * Cold is with empty caches, warm after one changed line, unchanged with nothing changed. Ours includes synth. Needs a Docker engine, Go
 * (for ko, which is installed from its Go module when it is not on the path), and a `docker-registry` on the path, which serves
 * ko its base image on loopback. The program is the one of `examples/service-with-postgres`.
 */
import { ChildProcess, execFileSync, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { GoScratchImage } from '../lib';

const PROGRAM = path.join(__dirname, '..', 'examples', 'service-with-postgres', 'app');
const MAIN_PACKAGE = './cmd/links';
const CHANGED_FILE = 'internal/httpapi/api.go';
const KO = 'github.com/google/ko@v0.18.0';
/** What is commonly given for a hello world on `scratch` with such a Dockerfile. */
const USUAL_MEGABYTES = 11.3;

/** One way to get from sources to an image. */
interface Contender {
  readonly name: string;
  readonly directory: string;
  /** Forgets everything that earlier builds have left. */
  clear(): void;
  /** @returns the image, and whether there was anything to build */
  build(): { image: string; built: boolean };
}

function main(args: readonly string[]): void {
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at += 2) {
    options.set(args[at].replace(/^--/, ''), args[at + 1]);
  }
  const rounds = Number(options.get('rounds') ?? 3);
  const builder = options.get('builder') ?? 'golang:1.26';
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'build-speed-'));
  const registry = new Registry(path.join(work, 'registry'), Number(options.get('registry-port') ?? 5151));
  const images: string[] = [];
  try {
    const contenders = [dockerfile(work, builder), ko(work, registry.host), ours(work, builder)];
    const results = contenders.map((contender) => measure(contender, rounds, images));
    report(contenders, results);
  } finally {
    registry.stop();
    for (const image of new Set(images)) {
      run('docker', ['image', 'rm', '--force', image]);
    }
    execFileSync('chmod', ['-R', 'u+w', work]);
    fs.rmSync(work, { recursive: true });
  }
}

interface Result {
  readonly cold: number;
  readonly warm: number;
  readonly unchanged: number;
  readonly built: boolean;
  readonly bytes: number;
}

function measure(contender: Contender, rounds: number, images: string[]): Result {
  const timed = (): { seconds: number; built: boolean; image: string } => {
    const start = process.hrtime.bigint();
    const result = contender.build();
    images.push(result.image);
    return { ...result, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
  };
  const file = path.join(contender.directory, CHANGED_FILE);
  const original = fs.readFileSync(file, 'utf8');
  contender.clear();
  const cold = timed();
  const warm: number[] = [];
  const unchanged: number[] = [];
  let last = cold;
  for (let round = 0; round < rounds; round++) {
    fs.writeFileSync(file, `${original}\nvar change = "${process.pid} ${round}"\n`);
    warm.push(timed().seconds);
    last = timed();
    unchanged.push(last.seconds);
  }
  const bytes = Number(run('docker', ['image', 'inspect', '--format', '{{.Size}}', last.image]));
  const result = { cold: cold.seconds, warm: median(warm), unchanged: median(unchanged), built: last.built, bytes };
  console.error(`${contender.name}: cold ${seconds(cold.seconds)}, warm ${warm.map(seconds).join(' ')}, unchanged ${unchanged.map(seconds).join(' ')}`);
  return result;
}

/** The usual two-stage Dockerfile, as tutorials have it. */
function dockerfile(work: string, builder: string): Contender {
  const directory = copyProgram(work, 'compose');
  fs.writeFileSync(path.join(directory, 'Dockerfile'), [
    `FROM ${builder} AS build`,
    'WORKDIR /src',
    'COPY go.mod go.sum ./',
    'RUN go mod download',
    'COPY . .',
    `RUN CGO_ENABLED=0 GOOS=linux go build -ldflags="-s -w" -o /out/app ${MAIN_PACKAGE}`,
    'FROM scratch',
    'COPY --from=build /out/app /app',
    'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
    'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo',
    'USER 65534:65534',
    'EXPOSE 8080',
    'ENTRYPOINT ["/app"]',
    '',
  ].join('\n'));
  fs.writeFileSync(path.join(directory, '.dockerignore'), 'Dockerfile\ncompose.yaml\n');
  const image = 'build-speed-compose:1';
  fs.writeFileSync(path.join(directory, 'compose.yaml'), `services:\n  app:\n    build: .\n    image: ${image}\n`);
  let isCold = false;
  return {
    name: 'Dockerfile under Compose',
    directory,
    clear: () => isCold = true,
    build: () => {
      run('docker', ['compose', '--project-directory', directory, 'build', '--quiet', ...isCold ? ['--no-cache'] : []]);
      isCold = false;
      return { image, built: true };
    },
  };
}

/** ko with its image loaded into the engine, as the others have it. */
function ko(work: string, registry: string): Contender {
  const directory = copyProgram(work, 'ko');
  fs.writeFileSync(path.join(directory, '.ko.yaml'), [
    `defaultBaseImage: ${registry}/static:nonroot`,
    'builds:',
    `  - main: ${MAIN_PACKAGE}`,
    '    ldflags: ["-s", "-w"]',
    '',
  ].join('\n'));
  run('docker', ['tag', 'gcr.io/distroless/static-debian12:nonroot', `${registry}/static:nonroot`]);
  run('docker', ['push', '--quiet', `${registry}/static:nonroot`]);
  run('docker', ['image', 'rm', `${registry}/static:nonroot`]);
  const bin = path.join(work, 'bin');
  const program = findProgram('ko') ?? path.join(bin, 'ko');
  if (!fs.existsSync(program)) {
    run('go', ['install', KO], { GOBIN: bin });
  }
  const caches = { GOCACHE: path.join(work, 'ko-build-cache'), GOMODCACHE: path.join(work, 'ko-module-cache') };
  return {
    name: 'ko',
    directory,
    clear: () => undefined,
    build: () => {
      const output = run(program, ['build', '--local', '--sbom=none', MAIN_PACKAGE], { ...caches, KO_DOCKER_REPO: 'ko.local' }, directory);
      return { image: output.trim().split('\n').pop()!, built: true };
    },
  };
}

/** This library: synth, and the build of the staged context if there is no image of its fingerprint yet. */
function ours(work: string, builder: string): Contender {
  const directory = copyProgram(work, 'ours');
  const cacheName = 'cdktf-go-docker-bench';
  let isCold = false;
  return {
    name: 'this library',
    directory,
    clear: () => {
      isCold = true;
      const context = fs.mkdtempSync(path.join(work, 'clear-'));
      fs.writeFileSync(path.join(context, 'Dockerfile'), [
        `FROM ${builder}`,
        `RUN ${['build', 'modules'].map((kind) => `--mount=type=cache,id=${cacheName}-${kind},target=/${kind}`).join(' ')} \\`,
        `    find /build /modules -mindepth 1 -delete # ${path.basename(work)}`,
        '',
      ].join('\n'));
      run('docker', ['buildx', 'build', '--quiet', '--output', 'type=cacheonly', context]);
    },
    build: () => {
      const app = new App({ outdir: path.join(work, 'cdktf.out'), skipValidation: true });
      const stack = new TerraformStack(app, 'bench');
      new DockerProvider(stack, 'docker');
      const image = new GoScratchImage(stack, 'image', { source: directory, mainPackage: MAIN_PACKAGE, builderImage: builder });
      app.synth();
      if (run('docker', ['image', 'ls', '--quiet', image.reference]).trim() !== '') {
        return { image: image.reference, built: false };
      }
      const context = path.join(app.outdir, 'stacks', 'bench', image.contextPath);
      const file = path.join(app.outdir, 'stacks', 'bench', image.dockerfilePath);
      // Caches of their own, so that cold is cold on a machine where the library is in use.
      const text = image.dockerfile.replaceAll(/id=cdktf-go-docker-(build|modules)/g, `id=${cacheName}-$1`);
      fs.writeFileSync(file, text);
      run('docker', [
        'buildx', 'build', '--builder', 'default', '--quiet', '--load', '--build-arg', 'SOURCE_DATE_EPOCH=0', '--file', file,
        '--tag', image.reference, ...isCold ? ['--no-cache'] : [], context,
      ]);
      isCold = false;
      return { image: image.reference, built: true };
    },
  };
}

function report(contenders: readonly Contender[], results: readonly Result[]): void {
  const [usual, koResult, own] = results;
  for (const [index, { name }] of contenders.entries()) {
    const { cold, warm, unchanged, built, bytes } = results[index];
    console.log(`${name.padEnd(26)} cold ${seconds(cold)}  warm ${seconds(warm)}  unchanged ${seconds(unchanged)}${built ? '' : ' (no build)'}`
      + `  ${(bytes / 1e6).toFixed(1)} MB`);
  }
  console.log(`warm: ${(usual.warm / own.warm).toFixed(1)} times faster than the Dockerfile under Compose, `
    + `${(own.warm / koResult.warm).toFixed(2)} times ko's time`);
  console.log(`size: ${(own.bytes / 1e6).toFixed(1)} MB of a program that the Dockerfile makes ${(usual.bytes / 1e6).toFixed(1)} MB of; `
    + `a hello world is commonly ${USUAL_MEGABYTES} MB with it`);
}

/** A registry on loopback, for ko's base image. */
class Registry {
  public readonly host: string;
  private readonly server: ChildProcess;

  public constructor(directory: string, port: number) {
    const program = findProgram('docker-registry') ?? fail('no docker-registry on the path; Debian and Ubuntu have a package of this name');
    this.host = `127.0.0.1:${port}`;
    fs.mkdirSync(directory, { recursive: true });
    const configuration = path.join(directory, 'config.json');
    fs.writeFileSync(configuration, JSON.stringify({
      version: '0.1', log: { level: 'error' }, storage: { filesystem: { rootdirectory: directory } }, http: { addr: this.host },
    }));
    this.server = spawn(program, ['serve', configuration], { stdio: 'ignore' });
    execFileSync('sh', ['-c', 'for i in $(seq 50); do curl --silent --fail --output /dev/null "http://$0/v2/" && exit; sleep 0.1; done; exit 1', this.host]);
  }

  public stop(): void {
    this.server.kill();
  }
}

function copyProgram(work: string, name: string): string {
  const directory = path.join(work, name);
  fs.cpSync(PROGRAM, directory, { recursive: true });
  return directory;
}

function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, name)).find((file) => fs.existsSync(file));
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string): string {
  return execFileSync(program, args, { encoding: 'utf8', cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function fail(message: string): never {
  throw new Error(message);
}

main(process.argv.slice(2));
