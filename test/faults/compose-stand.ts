import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Images, Revision } from './images';
import { POSTGRES_USER, Role, Stand } from './stand';
import { OwnEngine } from '../engine/harness/own-engine';
import { run } from '../walk/engine';

const PROJECT = 'compose';

/** Checks, retries and a second replica, as HAProxy's documentation recommends with Docker's DNS. */
const HAPROXY = `global
  log stdout format raw local0
resolvers docker
  nameserver engine 127.0.0.11:53
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 500ms
  hold obsolete 5s
defaults
  log global
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout queue 5s
  retries 3
  option redispatch
  retry-on conn-failure empty-response
frontend public
  bind :8080
  default_backend app
backend app
  option httpchk GET /healthz
  default-server check inter 1s fastinter 250ms fall 2 rise 1
  server-template app 4 app:8080 resolvers docker init-addr none
`;

const BACKUP = 'pg_dump --format=custom --file=/backups/.new && mv /backups/.new /backups/app-$(date +%Y%m%dT%H%M%S).dump';

const BACKUPS = `while :; do
  ${BACKUP}
  ls -t /backups/*.dump | tail -n +3 | xargs -r rm
  sleep 60 & wait $!
done`;

/** The same containers in Docker Compose: health checks, restarts, a second replica behind HAProxy, limits of memory. */
export class ComposeStand extends Stand {
  public readonly name = 'Compose';
  public readonly port = 18081;
  private readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-compose-'));

  public constructor(engine: OwnEngine, private readonly images: Images) {
    super(engine, PROJECT, 'compose-data');
  }

  public async deploy(revision: Revision): Promise<boolean> {
    fs.writeFileSync(path.join(this.directory, 'compose.yaml'), this.file(revision));
    const { code, stderr } = await run('docker', ['compose', '--project-name', PROJECT, '--project-directory', this.directory, 'up', '--detach', '--wait'], {
      environment: this.engine.environment,
    });
    if (code !== 0) {
      process.stderr.write(stderr);
    }
    return code === 0;
  }

  public all(): Map<string, Role> {
    const listed = this.engine.docker('ps', '--all', '--no-trunc', '--filter', `label=com.docker.compose.project=${PROJECT}`,
      '--format', '{{.ID}} {{.Label "com.docker.compose.service"}}').split('\n');
    return new Map(listed.filter((line) => line !== '').map((line) => line.split(' ') as [string, Role]));
  }

  /** Compose has nothing to ask but the health of containers, which the health checks tell. */
  public async ask(): Promise<string[]> {
    return [];
  }

  public backUp(): void {
    this.execBeside(this.containers('backup')[0], 'sh', '-c', BACKUP);
  }

  public remove(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private file(revision: Revision): string {
    return [
      'services:',
      '  gateway:',
      '    image: haproxy:3.0',
      '    restart: unless-stopped',
      `    ports: ["${this.port}:8080"]`,
      '    configs: [{ source: haproxy, target: /usr/local/etc/haproxy/haproxy.cfg }]',
      '    depends_on: { service: { condition: service_healthy } }',
      '    mem_limit: 512m',
      '    healthcheck:',
      '      test: ["CMD", "timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080; printf \'GET / HTTP/1.0\\\\r\\\\n\\\\r\\\\n\' >&3; head -c 1 <&3 | grep -q H"]',
      '      interval: 2s',
      '      start_period: 10s',
      '  service:',
      `    image: ${this.images[revision]}`,
      '    restart: unless-stopped',
      '    init: true',
      '    deploy: { replicas: 2 }',
      '    mem_limit: 128m',
      '    memswap_limit: 128m',
      '    stop_grace_period: 30s',
      '    networks: { default: { aliases: [app] } }',
      '    environment: { PORT: "8080", DATABASE_URL: "postgres://postgres:faults@database:5432/app" }',
      '    depends_on: { database: { condition: service_healthy } }',
      '    healthcheck: { test: ["CMD", "/probe", "http", "8080", "/healthz"], interval: 5s, timeout: 3s, start_period: 60s, start_interval: 500ms }',
      '  database:',
      '    image: postgres:17',
      '    restart: unless-stopped',
      '    mem_limit: 256m',
      '    memswap_limit: 256m',
      '    stop_signal: SIGINT',
      '    stop_grace_period: 2m',
      '    environment: { POSTGRES_PASSWORD: faults, POSTGRES_DB: app }',
      '    volumes: ["data:/var/lib/postgresql/data"]',
      '    healthcheck: { test: pg_isready -h 127.0.0.1 -U postgres -d app, interval: 5s, timeout: 3s, start_period: 120s, start_interval: 500ms }',
      '  backup:',
      '    image: postgres:17',
      '    restart: unless-stopped',
      `    user: "${POSTGRES_USER}"`,
      '    environment: { PGHOST: database, PGUSER: postgres, PGPASSWORD: faults, PGDATABASE: app }',
      '    volumes:',
      `      - { type: bind, source: ${this.backups}, target: /backups }`,
      '    depends_on: { database: { condition: service_healthy } }',
      '    healthcheck: { test: find /backups -name "*.dump" -mmin -2 | grep -q ., interval: 1m, start_period: 5m, start_interval: 1s, retries: 1 }',
      '    entrypoint: ["sh", "-c"]',
      '    command:',
      '      - |',
      ...BACKUPS.replace(/\$/g, '$$$$').split('\n').map((line) => `        ${line}`),
      'volumes:',
      `  data: { name: ${this.volume}, external: true }`,
      'configs:',
      '  haproxy:',
      '    content: |',
      ...HAPROXY.trimEnd().split('\n').map((line) => `      ${line}`),
      '',
    ].join('\n');
  }
}
