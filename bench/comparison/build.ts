import * as path from 'path';
import { cachedDockerfile, DOCKERIGNORE, usualDockerfile } from './dockerfile';
import { IMAGE_ALONE, LibraryProject, mainProgram } from './library';
import { findProgram, run, runBeside } from './process';
import { MAIN_PACKAGE, Program } from './program';
import { Registry } from './registry';
import { markdownTable, rotated, Sample, secondsSince } from './statistics';

const KO = 'github.com/google/ko@v0.18.0';

/** One way from a changed line to an image on the engine. */
interface Builder {
  readonly name: string;
  readonly program: Program;
  /** @returns the image, and how many of the seconds went to other things than the build */
  build(): Promise<{ image: string; before?: number }>;
}

export interface BuildOptions {
  readonly work: string;
  readonly rounds: number;
  readonly tarball: string;
  readonly registryPort: number;
}

/** Measures how long it takes until a changed line is an image. Returns a table. */
export async function compareBuilds(options: BuildOptions): Promise<string> {
  const registry = Registry.program === undefined ? undefined : new Registry(path.join(options.work, 'registry'), options.registryPort);
  if (registry === undefined) {
    console.error('skipped: ko (no docker-registry on the path, which would hold its base image)');
  }
  const images = new Set<string>();
  try {
    const builders = [
      compose(options, 'usual', 'Compose, usual Dockerfile', usualDockerfile()),
      compose(options, 'cached', 'Compose, Dockerfile with cache mounts', cachedDockerfile()),
      ...registry === undefined ? [] : [ko(options, registry.host)],
      await library(options),
    ];
    const taken = new Map(builders.map((builder) => [builder, { seconds: [] as number[], before: [] as number[], bytes: 0 }]));
    // The first round fills the caches and is not counted.
    for (let round = 0; round <= options.rounds; round++) {
      for (const builder of rotated(builders, round)) {
        builder.program.change(`${process.pid}-${round}`);
        const start = performance.now();
        const { image, before } = await builder.build();
        const seconds = secondsSince(start);
        console.error(`build, round ${round}: ${builder.name} ${seconds.toFixed(2)} s`);
        const result = taken.get(builder)!;
        images.add(image);
        result.bytes = Number(run('docker', ['image', 'inspect', '--format', '{{.Size}}', image]));
        if (round > 0) {
          result.seconds.push(seconds);
          result.before.push(before ?? 0);
        }
      }
    }
    const fastest = Math.min(...[...taken.values()].map(({ seconds }) => new Sample(seconds).median));
    return markdownTable(['One changed line to a new image', 'seconds', 'times the fastest', 'image'], [...taken].map(([{ name }, result]) => {
      const sample = new Sample(result.seconds);
      const before = new Sample(result.before).median;
      return [
        before > 0 ? `${name}; ${before.toFixed(1)} s of it are synth` : name,
        String(sample), (sample.median / fastest).toFixed(1), `${(result.bytes / 1e6).toFixed(1)} MB`,
      ];
    }));
  } finally {
    registry?.stop();
    images.forEach((image) => run('docker', ['image', 'rm', '--force', image]));
  }
}

function compose({ work }: BuildOptions, id: string, name: string, dockerfile: string): Builder {
  const program = new Program(path.join(work, id));
  const image = `comparison-${id}:${process.pid}`;
  program.write('Dockerfile', dockerfile);
  program.write('.dockerignore', DOCKERIGNORE);
  program.write('compose.yaml', `services:\n  app:\n    build: .\n    image: ${image}\n`);
  return {
    name,
    program,
    build: async () => {
      await runBeside('docker', ['compose', '--project-directory', program.directory, 'build', '--quiet']);
      return { image };
    },
  };
}

/** ko, with its image loaded into the engine as the others have it. */
function ko({ work }: BuildOptions, registry: string): Builder {
  const program = new Program(path.join(work, 'ko'));
  const base = `${registry}/static:nonroot`;
  program.write('.ko.yaml', `defaultBaseImage: ${base}\nbuilds:\n  - main: ${MAIN_PACKAGE}\n    ldflags: ["-s", "-w"]\n`);
  run('docker', ['tag', 'gcr.io/distroless/static-debian12:nonroot', base]);
  run('docker', ['push', '--quiet', base]);
  run('docker', ['image', 'rm', base]);
  const bin = path.join(work, 'bin');
  const installed = findProgram('ko');
  if (installed === undefined) {
    run('go', ['install', KO], { env: { GOBIN: bin } });
  }
  return {
    name: '`ko build --local`',
    program,
    build: async () => {
      const output = run(installed ?? path.join(bin, 'ko'), ['build', '--local', '--sbom=none', MAIN_PACKAGE], {
        cwd: program.directory, env: { KO_DOCKER_REPO: 'ko.local' },
      });
      return { image: output.trim().split('\n').pop()! };
    },
  };
}

/** This library: synth in a process of its own, then the build that the Docker provider does. */
async function library({ work, tarball }: BuildOptions): Promise<Builder> {
  const stackId = `comparison-${process.pid}`;
  const project = new LibraryProject(path.join(work, 'library'), stackId, mainProgram(stackId, IMAGE_ALONE), tarball);
  return {
    name: 'this library',
    program: project.program,
    build: async () => {
      const start = performance.now();
      await project.synthesize();
      const before = secondsSince(start);
      const { reference, context, dockerfile } = project.image;
      await runBeside('docker', [
        'buildx', 'build', '--builder', 'default', '--quiet', '--load', '--build-arg', 'SOURCE_DATE_EPOCH=0', '--file', dockerfile,
        '--tag', reference, context,
      ], { cwd: project.stackDirectory });
      return { image: reference, before };
    },
  };
}
