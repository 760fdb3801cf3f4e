import { setTimeout as sleep } from 'timers/promises';
import * as tls from 'tls';
import { Stand, report } from './attacks/stand';
import { PrivateAuthority, describeWithEngine, dockerApi, eventually } from './engine';

/** Prints the worker process: a haproxy whose parent is one. */
const WORKER = 'for s in /proc/[0-9]*/stat; do read -r p n x q r < $s; if [ "$n" = "(haproxy)" ] && [ "$(cat /proc/$q/comm)" = haproxy ]; then echo $p; fi; done';

describeWithEngine('a gateway that runs', () => {
  let stand: Stand;

  const status = async () => stand.plain('/', 'shop.example').then((answer) => answer.status, () => 0);
  const log = async () => (await stand.gateway.logs()).stderr;

  /** The host names of the certificate that a client gets. */
  async function certificateNames(): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ port: stand.ports.https, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subjectaltname ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  beforeAll(async () => {
    stand = await Stand.start();
    await stand.gateway.healthy();
  });

  test('loads certificates that have changed by itself, and keeps them when the next ones are not valid', async () => {
    const { certificate, key } = new PrivateAuthority().issue(['DNS:renewed.example']);
    await stand.writeCertificate(certificate + key);
    const start = Date.now();
    expect(await eventually(certificateNames, (names) => names.includes('renewed'))).toBe('DNS:renewed.example');
    const seconds = (Date.now() - start) / 1000;
    report('renewed certificates', { seconds });

    await stand.writeCertificate(certificate);
    await eventually(log, (text) => text.includes('are not valid'));
    expect(await log()).toMatch(/the certificates have changed and are not valid, the gateway keeps the earlier ones: .*\/certificates\/shop\.pem/);
    expect(await certificateNames()).toBe('DNS:renewed.example');
    expect(await status()).toBe(200);

    const again = new PrivateAuthority().issue(['DNS:shop.example']);
    await stand.writeCertificate(again.certificate + again.key);
    expect(await eventually(certificateNames, (names) => names.includes('shop'))).toBe('DNS:shop.example');
  });

  test('loads its files again on a signal to its first process', async () => {
    const loaded = async () => (await log()).split('Loading success').length;
    const before = await loaded();
    await stand.gateway.exec(['sh', '-c', 'kill -USR2 1']);
    expect(await eventually(loaded, (count) => count > before)).toBe(before + 1);
    expect(await status()).toBe(200);
  });

  test('an invalid configuration changes nothing, and the one-shot container says what is wrong', async () => {
    const { json } = stand.deployment.stack;
    const [resource] = Object.values(json.resource.docker_container).filter(({ name }) => name === 'e2e-gateway-configuration');
    const valid = [...resource.env];
    resource.env = resource.env.map((line: string) => line.replace('timeout connect 2s', 'timeout conect 2s'));
    await stand.deployment.recreate('e2e-gateway-configuration');
    const configuration = stand.deployment.container('e2e-gateway-configuration');
    expect(await configuration.ended()).not.toBe(0);
    const output = Object.values(await configuration.logs()).join('');
    expect(output).toContain('conect');
    expect(await status()).toBe(200);
    resource.env = valid;
    await stand.deployment.recreate('e2e-gateway-configuration');
    expect(await stand.deployment.container('e2e-gateway-configuration').ended()).toBe(0);
  });

  test('an empty directory of certificates is named', async () => {
    await stand.removeCertificates();
    await stand.deployment.recreate('e2e-gateway-configuration');
    const configuration = stand.deployment.container('e2e-gateway-configuration');
    expect(await configuration.ended()).not.toBe(0);
    expect((await configuration.logs()).stdout).toContain('the directory or volume of the certificates is empty');
    expect(await status()).toBe(200);
    const loaded = async () => (await log()).split('the gateway has loaded them').length;
    const count = await loaded();
    const { certificate, key } = new PrivateAuthority().issue(['DNS:shop.example']);
    await stand.writeCertificate(certificate + key);
    expect(await eventually(loaded, (now) => now > count)).toBe(count + 1);
  });

  test('restarts when its worker hangs', async () => {
    const before = await stand.restarts();
    expect(await stand.gateway.exec(['sh', '-c', `for worker in $(${WORKER}); do kill -STOP $worker; done`])).toMatchObject({ exitCode: 0 });
    const start = Date.now();
    const answered = async () => Promise.race([status(), sleep(1000).then(() => 0)]);
    expect(await answered()).toBe(0);
    expect(await eventually(answered, (code) => code === 200)).toBe(200);
    const seconds = (Date.now() - start) / 1000;
    report('a worker that hangs', { seconds });
    expect(seconds).toBeLessThan(30);
    expect(await stand.restarts()).toBe(before + 1);
  });

  test('keeps the addresses of containers while the DNS of the engine does not answer', async () => {
    const { stdout } = await stand.gateway.exec(['sh', '-c', 'grep -A 12 "^resolvers" /var/lib/haproxy/haproxy.cfg']);
    expect(stdout).toContain('hold timeout 24h');
    expect(stdout).toContain('hold refused 24h');
    // A name that the engine does not know is answered by itself, and not by a server that may be silent.
    const start = Date.now();
    const { exitCode } = await stand.gateway.exec(['sh', '-c', 'timeout 20 getent hosts 0123456789ab']);
    expect(exitCode).not.toBe(0);
    expect(Date.now() - start).toBeLessThan(4000);
  });

  test('stops within its time', async () => {
    const start = Date.now();
    await stand.gateway.stop();
    const { State } = await stand.gateway.inspect();
    report('docker stop', { milliseconds: Date.now() - start, exitCode: State.ExitCode });
    expect(State.ExitCode).not.toBe(137);
    await stand.gateway.start();
    expect(await eventually(status, (code) => code === 200)).toBe(200);
  });

  test('starts with fewer connections where the engine allows few open files', async () => {
    const { Config, HostConfig } = await stand.gateway.inspect();
    const { Id } = await dockerApi.post<{ Id: string }>('/containers/create', {
      body: {
        Image: Config.Image,
        Entrypoint: Config.Entrypoint,
        Labels: Config.Labels,
        HostConfig: { Binds: HostConfig.Binds, Init: true, Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 1024 }] },
      },
    });
    const output = async () => dockerApi.output(await dockerApi.bytes('GET', `/containers/${Id}/logs`, { query: { stdout: 'true', stderr: 'true' } })).stderr;
    await stand.gateway.stop();
    await dockerApi.post(`/containers/${Id}/start`);
    expect(await eventually(output, (text) => text.includes('Loading success'))).toContain(
      'the engine allows 1024 open files only: the gateway takes 362 connections instead of 4060');
    await dockerApi.delete(`/containers/${Id}`, { force: 'true' });
  });
});
