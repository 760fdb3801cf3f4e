import { ChildProcess } from 'child_process';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { cachedDockerfile, developmentDockerfile, DOCKERIGNORE, HEALTH_CHECK } from './dockerfile';
import { LibraryProject, blueGreen, mainProgram, recreated } from './library';
import { run, runBeside, start } from './process';
import { Program } from './program';

/** One way from a changed line to a program that serves it. Each has a database of its own. */
export interface Deployer {
  readonly name: string;
  readonly program: Program;
  readonly port: number;
  /** Starts the first version. */
  begin(): Promise<void>;
  /** Deploys what the program's directory holds. */
  deploy(): Promise<void>;
  end(): Promise<void>;
}

const HEALTHY = 60;

interface ComposeFile {
  readonly dockerfile: string;
  readonly shutdownDelay: string;
  /** More lines of the service `app`. */
  readonly app: readonly string[];
  /** More services. */
  readonly services?: readonly string[];
  /** What is no service. */
  readonly more?: readonly string[];
}

abstract class Compose implements Deployer {
  public abstract readonly name: string;
  public readonly program: Program;
  protected readonly project: string;

  public constructor(work: string, id: string, public readonly port: number, file: ComposeFile) {
    this.program = new Program(path.join(work, id));
    this.project = `comparison-${id}-${process.pid}`;
    this.program.write('Dockerfile', file.dockerfile);
    this.program.write('.dockerignore', DOCKERIGNORE);
    this.program.write('healthcheck/main.go', HEALTH_CHECK);
    this.program.write('compose.yaml', [
      'services:',
      '  app:',
      '    build: .',
      `    image: ${this.project}:1`,
      '    depends_on: { database: { condition: service_healthy } }',
      '    environment:',
      '      DATABASE_URL: postgres://postgres:comparison@database:5432/links?sslmode=disable',
      `      SHUTDOWN_DELAY: ${file.shutdownDelay}`,
      ...file.app.map((line) => `    ${line}`),
      '  database:',
      '    image: postgres:17',
      '    environment: { POSTGRES_PASSWORD: comparison, POSTGRES_DB: links }',
      '    healthcheck: { test: pg_isready -h 127.0.0.1 -U postgres -d links, interval: 1s }',
      ...(file.services ?? []).map((line) => `  ${line}`),
      ...file.more ?? [],
      '',
    ].join('\n'));
  }

  public async begin(): Promise<void> {
    await this.compose('up', '--build', '--detach');
  }

  public abstract deploy(): Promise<void>;

  public async end(): Promise<void> {
    await this.compose('down', '--volumes', '--rmi', 'local', '--timeout', '5');
    run('docker', ['image', 'rm', '--force', `${this.project}:1`]);
  }

  protected get arguments(): string[] {
    return ['compose', '--project-name', this.project, '--project-directory', this.program.directory];
  }

  protected async compose(...args: string[]): Promise<void> {
    await runBeside('docker', [...this.arguments, ...args]);
  }
}

const published = (port: number) => [`ports: ["127.0.0.1:${port}:8080"]`];

/** `docker compose up`. */
class ComposeUp extends Compose {
  public readonly name = '`docker compose up --build -d`';

  public constructor(work: string, port: number) {
    super(work, 'up', port, { dockerfile: cachedDockerfile({ healthCheck: true }), shutdownDelay: '0s', app: published(port) });
  }

  public async deploy(): Promise<void> {
    await this.compose('up', '--build', '--detach');
  }
}

/** `docker compose watch`, which sees the change by itself. */
class ComposeWatch extends Compose {
  private watcher?: ChildProcess;

  public constructor(work: string, id: string, port: number, public readonly name: string, dockerfile: string, watch: string) {
    super(work, id, port, { dockerfile, shutdownDelay: '0s', app: [...published(port), 'develop:', '  watch:', `    - ${watch}`] });
  }

  public async begin(): Promise<void> {
    await super.begin();
    this.watcher = start('docker', [...this.arguments, 'watch', '--no-up']);
    await new Promise<void>((resolve, reject) => {
      const heard = (data: Buffer) => /watching|watch enabled/i.test(data.toString()) && resolve();
      this.watcher!.stdout!.on('data', heard);
      this.watcher!.stderr!.on('data', heard);
      this.watcher!.on('close', (code) => reject(new Error(`docker compose watch ended with ${code}`)));
    });
  }

  public async deploy(): Promise<void> {
    // The watcher is at work since the file was written.
  }

  public async end(): Promise<void> {
    this.watcher?.kill('SIGINT');
    await super.end();
  }
}

const HAPROXY = `resolvers docker
  nameserver engine 127.0.0.11:53
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 500ms
  hold obsolete 5s
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  retries 3
  option redispatch
  retry-on conn-failure empty-response
frontend public
  bind :8080
  default_backend app
backend app
  option httpchk GET /readyz
  default-server check inter 1s fastinter 250ms fall 2 rise 1
  server-template app 4 app:8080 resolvers docker init-addr none
`;

/**
 * What docker-rollout does (https://github.com/wowu/docker-rollout): twice as many containers, wait until the new ones are healthy and
 * some seconds more, stop the old ones. The proxy in front finds containers by DNS and asks for their health.
 */
class ComposeRollout extends Compose {
  public readonly name = 'scale up, then down (docker-rollout), behind HAProxy';

  public constructor(work: string, port: number) {
    super(work, 'rollout', port, {
      dockerfile: cachedDockerfile({ healthCheck: true }),
      shutdownDelay: '3s',
      app: ['stop_grace_period: 30s', 'healthcheck: { test: ["CMD", "/healthcheck"], interval: 5s, start_period: 30s, start_interval: 500ms }'],
      services: [
        'proxy:',
        '  image: haproxy:3.0',
        `  ports: ["127.0.0.1:${port}:8080"]`,
        '  configs: [{ source: haproxy, target: /usr/local/etc/haproxy/haproxy.cfg }]',
        '  depends_on: { app: { condition: service_healthy } }',
      ],
      // Not a mounted file: the engine may be on another machine.
      more: ['configs:', '  haproxy:', '    content: |', ...HAPROXY.trimEnd().split('\n').map((line) => `      ${line}`)],
    });
  }

  public async deploy(): Promise<void> {
    await this.compose('build', '--quiet', 'app');
    const old = this.containers();
    await this.compose('up', '--detach', '--no-recreate', '--scale', `app=${old.length * 2}`, 'app');
    const fresh = this.containers().filter((id) => !old.includes(id));
    for (let tries = 0; !fresh.every((id) => run('docker', ['inspect', '--format', '{{.State.Health.Status}}', id]).trim() === 'healthy'); tries++) {
      if (tries === HEALTHY) {
        throw new Error(`${this.name}: the new version does not become healthy`);
      }
      await sleep(1000);
    }
    await sleep(3000); // --wait-after-healthy 3: the proxy asks for addresses and health meanwhile.
    await runBeside('docker', ['stop', ...old]);
    await runBeside('docker', ['rm', ...old]);
  }

  private containers(): string[] {
    return run('docker', [...this.arguments, 'ps', '--quiet', 'app']).trim().split('\n');
  }
}

/** This library: synth, and an apply. */
class LibraryDeployer implements Deployer {
  public readonly program: Program;
  private readonly stackId: string;
  private readonly project: LibraryProject;

  public constructor(
    work: string, id: string, public readonly port: number, public readonly name: string, constructs: (port: number) => string, tarball: string,
  ) {
    this.stackId = `comparison-${id}-${process.pid}`;
    this.project = new LibraryProject(path.join(work, id), this.stackId, mainProgram(this.stackId, constructs(port)), tarball);
    this.program = this.project.program;
  }

  public async begin(): Promise<void> {
    await this.project.synthesize();
    await this.project.terraform('init');
    await this.project.terraform('apply', '-auto-approve');
  }

  public async deploy(): Promise<void> {
    await this.project.synthesize();
    await this.project.terraform('apply', '-auto-approve');
  }

  public async end(): Promise<void> {
    await this.project.terraform('destroy', '-auto-approve');
    // The provider leaves the images of all versions on the engine.
    const images = run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${this.stackId}-*`]).trim();
    if (images !== '') {
      run('docker', ['image', 'rm', '--force', ...images.split('\n')]);
    }
  }
}

/** Compose, in its ways, and this library unless there is no Terraform to ask. */
export function deployers(work: string, tarball: string, firstPort: number, withTerraform: boolean): Deployer[] {
  return [
    new ComposeUp(work, firstPort),
    new ComposeWatch(work, 'watch-rebuild', firstPort + 1, '`docker compose watch`, rebuild',
      cachedDockerfile(), '{ action: rebuild, path: . }'),
    new ComposeWatch(work, 'watch-sync', firstPort + 2, '`docker compose watch`, sync+restart, compiled in the container',
      developmentDockerfile(), '{ action: sync+restart, path: ., target: /src }'),
    new ComposeRollout(work, firstPort + 3),
    ...withTerraform ? [
      new LibraryDeployer(work, 'recreate', firstPort + 4, 'this library, recreate (default): synth and `terraform apply`', recreated, tarball),
      new LibraryDeployer(work, 'blue-green', firstPort + 5, 'this library, blue/green: synth and `terraform apply`', blueGreen, tarball),
    ] : [],
  ];
}
