import * as fs from 'fs';
import * as path from 'path';
import { run, runBeside } from './process';
import { MAIN_PACKAGE, Program } from './program';

const REPOSITORY = path.join(__dirname, '..', '..');
const PACKAGE = 'cdktf-go-docker';

/** What a user installs, made of the compiled sources. */
export function packLibrary(directory: string): string {
  if (!fs.existsSync(path.join(REPOSITORY, 'lib', 'index.js'))) {
    throw new Error('the library is not compiled: run npm run compile first');
  }
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], { cwd: REPOSITORY }));
  return path.join(directory, filename);
}

/** A user's project with the packed library, synthesized as `cdktf.json` of the examples says: by ts-node, in a process of its own. */
export class LibraryProject {
  public readonly program: Program;

  public constructor(private readonly directory: string, private readonly stackId: string, main: string, tarball: string) {
    this.program = new Program(path.join(directory, 'app'));
    fs.writeFileSync(path.join(directory, 'main.ts'), main);
    fs.copyFileSync(path.join(REPOSITORY, 'examples', 'service-with-postgres', 'tsconfig.json'), path.join(directory, 'tsconfig.json'));
    const modules = path.join(directory, 'node_modules');
    fs.mkdirSync(path.join(modules, PACKAGE), { recursive: true });
    run('tar', ['-xzf', tarball, '--strip-components=1', '-C', path.join(modules, PACKAGE)]);
    for (const name of ['cdktf', 'constructs', '@cdktf', '@types', 'typescript', 'ts-node']) {
      fs.symlinkSync(path.join(REPOSITORY, 'node_modules', name), path.join(modules, name), 'dir');
    }
  }

  /** Where Terraform runs. */
  public get stackDirectory(): string {
    return path.join(this.directory, 'cdktf.out', 'stacks', this.stackId);
  }

  public async synthesize(): Promise<void> {
    await runBeside(process.execPath, [path.join('node_modules', 'ts-node', 'dist', 'bin.js'), 'main.ts'], {
      cwd: this.directory, env: { CDKTF_OUTDIR: 'cdktf.out' },
    });
  }

  /** The one image that the stack builds. Its paths are relative to {@link stackDirectory}. */
  public get image(): { reference: string; context: string; dockerfile: string } {
    const { resource } = JSON.parse(fs.readFileSync(path.join(this.stackDirectory, 'cdk.tf.json'), 'utf8'));
    const [{ name, build }] = Object.values<any>(resource.docker_image).filter((image) => image.build);
    return { reference: name, context: build.context, dockerfile: build.dockerfile };
  }

  public async terraform(...args: string[]): Promise<void> {
    await runBeside('terraform', [...args, '-input=false', '-no-color'], {
      cwd: this.stackDirectory, env: { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    });
  }
}

/** A program that makes one stack. */
export function mainProgram(stackId: string, constructs: string): string {
  return `import { App, TerraformStack } from 'cdktf';
import { Gateway, GoScratchImage, GoServiceWithPostgres, HealthCheck, Liveness, PublishedPort, Rollout } from '${PACKAGE}';

const app = new App();
const stack = new TerraformStack(app, '${stackId}');
${constructs}
app.synth();
`;
}

export const IMAGE_ALONE = `new GoScratchImage(stack, 'links', { source: 'app', mainPackage: '${MAIN_PACKAGE}' });`;

const HEALTH = "healthCheck: HealthCheck.http('/readyz'), liveness: Liveness.restart({ check: HealthCheck.http('/livez') }),";

export function recreated(port: number): string {
  return `new GoServiceWithPostgres(stack, 'links', {
  source: 'app',
  mainPackage: '${MAIN_PACKAGE}',
  ${HEALTH}
  publish: PublishedPort.onLoopback(${port}),
  environment: { SHUTDOWN_DELAY: '0s' },
  database: { databaseName: 'links', dataProtection: false },
});`;
}

export function blueGreen(port: number): string {
  return `const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(${port}) });
new GoServiceWithPostgres(stack, 'links', {
  source: 'app',
  mainPackage: '${MAIN_PACKAGE}',
  ${HEALTH}
  rollout: Rollout.blueGreen(), routes: [gateway.route()],
  environment: { SHUTDOWN_DELAY: '3s' },
  database: { databaseName: 'links', dataProtection: false },
});`;
}
