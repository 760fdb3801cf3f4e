import * as fs from 'fs';
import * as net from 'net';
import * as path from 'path';
import * as tls from 'tls';
import { describeWithEngine, eventually, freePort, temporaryDirectory, PrivateAuthority } from './engine';
import { docker } from './harness/applied-stack';
import { callCommand } from './harness/command-line';
import { EditedStack } from './harness/edited-stack';
import { terraformProblem } from './harness/terraform-project';
import { BackupSchedule, BackupStorage, Duration, GoScratchImage, GoService, HealthCheck, PostgresDatabase, Rollout, Size } from '../../lib';

const PATIENT = path.join(__dirname, 'fixtures', 'patient');

/** An image with a shell that the engine has: its default one would be pulled. */
const TOOLS = 'postgres:17';

/** Milliseconds; the machine may be busy. */
const LONG = 300_000;

describeWithEngine('the command', () => {
  const problem = terraformProblem();
  if (problem) {
    process.stderr.write(`skipped: nothing is deployed for the command (${problem})\n`);
  }
  const stack = new EditedStack('command');

  const call = async (args: string[], options?: Parameters<typeof callCommand>[2]) => callCommand(stack.directory, [args[0], '--output', '.', ...args.slice(1)], options);
  const nameOf = (id: string) => `${stack.id}-${id}`;

  async function status() {
    const { exitCode, stdout, stderr } = await call(['status', '--json']);
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    expect(report).not.toHaveProperty('error');
    return { exitCode, report, of: (id: string) => report.services.find((service: any) => service.name === nameOf(id)) };
  }

  /** Asks until the report is as wanted. */
  async function statusWhen(wanted: (report: Awaited<ReturnType<typeof status>>) => boolean) {
    return eventually(status, wanted, LONG);
  }

  const tell = (what: string) => docker('exec', nameOf('worker'), '/probe', 'http', '8080', what);

  (problem ? describe.skip : describe)('on a deployed stack', () => {
    const define = (environment: Record<string, string> = {}, source = PATIENT) => stack.define((scope) => {
      const image = new GoScratchImage(scope, 'Image', { source });
      const common = { image, memory: Size.mebibytes(64), healthCheck: HealthCheck.http('/healthz', { interval: Duration.seconds(1), timeout: Duration.seconds(1) }) };
      new GoService(scope, 'worker', { ...common, environment });
      new GoService(scope, 'pair', { ...common, environment, replicas: 2, rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }) });
      new PostgresDatabase(scope, 'database', { dataProtection: false, databaseName: 'shop' })
        .backup({ schedule: BackupSchedule.every(Duration.hours(1)), keep: 2, to: BackupStorage.volume() });
    });

    beforeAll(() => {
      define().apply();
    }, 900_000);

    afterAll(() => {
      stack.end();
      const images = docker('images', '--format', '{{.Repository}}:{{.Tag}}').split('\n').filter((name) => name.startsWith(`${stack.id}-`));
      images.forEach((image) => docker('rmi', image));
    }, LONG);

    test('explains the plan of the real provider', async () => {
      expect((await call(['explain', '--fail-on', 'change'])).stdout).toBe('Nothing changes.\n');
      define({ LOG_LEVEL: 'debug' });
      const { exitCode, stdout } = await call(['explain', '--fail-on', 'interruption']);
      define();
      expect(exitCode).toBe(3);
      expect(stdout.replace(/\d+ resources/, 'N resources')).toBe([
        'Will be interrupted:',
        '  worker: LOG_LEVEL=debug added; stops before the new one starts',
        '',
        'Changes without an interruption:',
        '  pair: LOG_LEVEL=debug added; replaced without a gap',
        '',
        'Untouched: database, database/Backup',
        'In Terraform\'s words: N resources of the program.',
        '',
      ].join('\n'));
    }, LONG);

    test('names the files that changed', async () => {
      const source = temporaryDirectory('edited');
      fs.cpSync(PATIENT, source, { recursive: true });
      fs.appendFileSync(path.join(source, 'main.go'), '// edited\n');
      define({}, source);
      const { stdout } = await call(['explain']);
      define();
      expect(stdout).toContain('  pair: new image (1 file changed: main.go); replaced without a gap\n');
      expect(stdout).toContain('  worker: new image (1 file changed: main.go); stops before the new one starts\n');
    }, LONG);

    test('finds that all is well, and knows the last backups', async () => {
      const { exitCode, report, of } = await status();
      expect({ exitCode, services: report.services.map((service: any) => [service.name, service.verdict, service.containers.length]) }).toEqual({
        exitCode: 0,
        services: [[nameOf('database'), 'well', 1], [nameOf('database-backup'), 'well', 1], [nameOf('pair'), 'well', 2], [nameOf('worker'), 'well', 1]],
      });
      expect(of('worker').containers[0]).toMatchObject({ state: 'running', health: 'healthy', restarts: 0, lastAnswer: expect.stringContaining(': 200 OK'), image: expect.stringContaining(`${nameOf('image')}:`) });
      expect(of('database').disk).toMatchObject({ directory: '/var/lib/postgresql/data', freeBytes: expect.any(Number) });
      expect(of('database-backup').backups).toEqual([expect.objectContaining({ database: 'postgres' }), expect.objectContaining({ database: 'shop', bytes: expect.any(Number) })]);
    }, LONG);

    test('reads logs, of several containers too', async () => {
      expect(await call(['logs', 'worker'])).toEqual({ exitCode: 0, stdout: 'started \n', stderr: '' });
      const { stdout } = await call(['logs', 'pair', '--json']);
      const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
      expect(lines.map(({ stream, text }) => [stream, text])).toEqual([['stdout', 'started '], ['stdout', 'started ']]);
      expect(new Set(lines.map(({ container }) => container)).size).toBe(2);
    }, LONG);

    test('opens psql without a password, with arguments and with a script', async () => {
      expect(await call(['psql', '--', '-At', '-c', 'SELECT current_user, current_database(), \'$HOME "x"\''])).toMatchObject({ exitCode: 0, stdout: 'postgres|shop|$HOME "x"\n' });
      expect((await call(['psql', 'database', '--', '-At'], { input: 'SELECT 6 * 7;' })).stdout).toBe('42\n');
      expect((await call(['psql', '--', '-c', 'SELECT wrong']))).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('column "wrong" does not exist') });
    }, LONG);

    test('opens a shell beside a container that has none, with its files, processes and network', async () => {
      const script = 'ls /proc/1/root; cat /proc/[0-9]*/comm; exec 3<>/dev/tcp/127.0.0.1/8080 && printf "GET /healthz HTTP/1.0\\r\\n\\r\\n" >&3 && head -n 1 <&3';
      const { exitCode, stdout } = await call(['shell', 'worker', '--image', TOOLS, '--', 'bash', '-c', script]);
      expect(exitCode).toBe(0);
      expect(stdout.split('\n')).toEqual(expect.arrayContaining(['probe', 'app', 'HTTP/1.0 200 OK\r']));
      expect(docker('ps', '--all', '--quiet', '--filter', `network=container:${nameOf('worker')}`)).toBe('');
      const missing = await call(['shell', 'worker', '--image', 'registry.invalid/none:1']);
      expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--image IMAGE') });
    }, LONG);

    test('reaches the engine over TLS', async () => {
      const directory = temporaryDirectory('tls');
      const authority = new PrivateAuthority();
      const [server, client] = [authority.issue(['IP:127.0.0.1']), authority.issue(['DNS:client'])];
      const files = { 'ca.pem': fs.readFileSync(authority.certificateFile, 'utf8'), 'cert.pem': client.certificate, 'key.pem': client.key };
      Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(directory, file), text));
      const port = await freePort();
      const options = { cert: server.certificate, key: server.key, ca: files['ca.pem'], requestCert: true, rejectUnauthorized: true };
      const proxy = tls.createServer(options, (socket) => {
        const engine = net.connect('/var/run/docker.sock');
        socket.pipe(engine).pipe(socket);
        [socket, engine].forEach((one) => one.on('error', () => { socket.destroy(); engine.destroy(); }));
      }).listen(port, '127.0.0.1');
      try {
        const args = ['status', '--host', `tcp://127.0.0.1:${port}`];
        const { exitCode, stdout } = await call(args, { environment: { DOCKER_CERT_PATH: directory } });
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining(`on tcp://127.0.0.1:${port}\n`) });
        expect((await call(args)).exitCode).toBe(1);
      } finally {
        proxy.close();
      }
    }, LONG);

    test('keeps why a program ended: after a lack of memory, Docker itself has forgotten it', async () => {
      tell('/exhaust');
      const { exitCode, of } = await statusWhen((report) => report.of('worker').containers[0].restarts > 0 && report.of('worker').containers[0].health === 'healthy');
      const inspection = JSON.parse(docker('inspect', nameOf('worker')))[0];
      expect(inspection.State).toMatchObject({ OOMKilled: false, ExitCode: 0 });
      expect(exitCode).toBe(0);
      expect(of('worker')).toMatchObject({ verdict: 'attention', containers: [{ restarts: 1, lastEnd: { outOfMemory: true } }] });
      expect(of('worker').containers[0].lastEnd.reason).toMatch(/^out of memory: the kernel ended \S+.* at its limit of 64 MiB$/);
    }, LONG);

    test('fails when a service is unhealthy, which no plan of provider 3.6.2 sees', async () => {
      tell('/unavailable');
      const { exitCode, of } = await statusWhen((report) => report.of('worker').containers[0].health === 'unhealthy');
      expect(exitCode).toBe(1);
      expect(of('worker').containers[0]).toMatchObject({ verdict: 'sick', lastAnswer: expect.stringMatching(/: 503 Service Unavailable; body: the database is away$/) });
      expect(stack.plan()).toEqual([]);
    }, LONG);

    test('fails when PostgreSQL crashes again and again, and a plan warns of it', async () => {
      docker('exec', nameOf('database'), 'sh', '-c', 'echo nonsense >> "$PGDATA/postgresql.auto.conf"');
      docker('restart', nameOf('database'));
      const { exitCode, of } = await statusWhen((report) => report.of('database').containers[0].state === 'restarting' && report.of('database').containers[0].restarts > 5);
      expect(exitCode).toBe(1);
      expect(of('database').containers[0]).toMatchObject({
        verdict: 'sick', state: 'restarting', lastEnd: { exitCode: 1, lastWords: expect.stringContaining('configuration file "postgresql.auto.conf" contains errors') },
      });
      // Between two starts it has no address. The pauses double, so that soon a plan meets one.
      const warning = await eventually(async () => stack.warnings(), (text) => text !== '');
      expect(warning).toContain(`the container ${nameOf('database')} is not running: it was stopped, crashes again and again, or was taken off a network.`);
    }, LONG);

    test('fails when something is stopped or missing', async () => {
      docker('stop', nameOf('database-backup'));
      docker('rm', '--force', nameOf('worker'));
      const { exitCode, stdout } = await call(['status']);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/✖ \S+-database-backup +exited/);
      expect(stdout).toMatch(/✖ \S+-worker +missing/);
      expect(stdout).toMatch(/^Sick: .*-database, .*-database-backup, .*-worker \(3 of 4\)\.$/m);
      expect(await call(['shell', 'database-backup'])).toMatchObject({
        exitCode: 1, stderr: expect.stringContaining(`${nameOf('database-backup')} does not run: it is exited\n  to do: npx cdktf-go-docker logs`),
      });
      expect(await call(['logs', 'worker'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${nameOf('worker')} does not exist on `) });
    }, LONG);
  });
});
