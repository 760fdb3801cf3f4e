import { Deployment, INSPECTOR, SynthesizedStack, describeWithEngine, freePort } from './engine';
import { ask, status } from './inspector';
import { ContainerMount, Duration, GoScratchImage, GoService, HealthCheck, PublishedPort, Size } from '../../lib';

describeWithEngine('a service with all defaults', () => {
  let deployment: Deployment;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const image = new GoScratchImage(stack, 'inspector', { source: INSPECTOR });
      new GoService(stack, 'service', { image, publish: PublishedPort.onLoopback(port), memory: Size.mebibytes(64) });
    })).apply();
  });

  const container = () => deployment.container('e2e-service');

  test('becomes healthy', async () => {
    const { State } = await container().inspect();
    expect(State.Health!.Status).toBe('healthy');
    expect(State.Health!.Log.at(-1)!.ExitCode).toBe(0);
  });

  test('runs as nobody, without any group but its own', async () => {
    const { Uid, Gid, Groups } = await status(url);
    expect({ Uid, Gid, Groups }).toEqual({ Uid: '65534 65534 65534 65534', Gid: '65534 65534 65534 65534', Groups: '65534' });
  });

  test('has no capabilities and cannot get any', async () => {
    const { CapInh, CapPrm, CapEff, CapBnd, CapAmb, NoNewPrivs } = await status(url);
    expect(new Set([CapInh, CapPrm, CapEff, CapBnd, CapAmb])).toEqual(new Set(['0000000000000000']));
    expect(NoNewPrivs).toBe('1');
  });

  test.each(['/written', '/etc/written', '/app'])('cannot write %s', async (file) => {
    const { ok, value } = await ask(url, 'write', { path: file });
    expect(ok).toBe(false);
    expect(value).toMatch(/read-only file system|permission denied/);
  });

  test('can write to /tmp', async () => {
    expect(await ask(url, 'write', { path: '/tmp/written' })).toEqual({ ok: true, value: 'written' });
  });

  test('cannot run what it wrote to /tmp', async () => {
    const { value } = await ask(url, 'file', { path: '/proc/self/mounts' });
    const [options] = (value.content as string).split('\n').filter((line) => line.split(' ')[1] === '/tmp').map((line) => line.split(' ')[3].split(','));
    expect(options).toEqual(expect.arrayContaining(['nosuid', 'nodev', 'noexec']));
  });

  test('knows its user by name', async () => {
    const { value } = await ask(url, 'file', { path: '/etc/passwd' });
    expect(value.content).toBe('root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65534:65534:nonroot:/:/sbin/nologin\n');
  });

  test.each([
    ['America/New_York', '2024-07-01T08:00:00-04:00'],
    ['Asia/Kathmandu', '2024-07-01T17:45:00+05:45'],
    ['UTC', '2024-07-01T12:00:00Z'],
  ])('knows the time zone %s', async (name, time) => {
    expect(await ask(url, 'zone', { name })).toEqual({ ok: true, value: time });
  });

  test('has its memory limit, and tells Go\'s garbage collector nine tenths of it', async () => {
    expect((await ask(url, 'limits')).value).toEqual({ go: Math.floor(0.9 * 64 * 1024 * 1024), kernel: String(64 * 1024 * 1024) });
    const { HostConfig } = await container().inspect();
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
  });

  test('is published on loopback only', async () => {
    const { NetworkSettings } = await container().inspect();
    expect(NetworkSettings.Ports).toEqual({ '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: new URL(url).port }] });
  });

  test('rotates its logs and is started again after a failure', async () => {
    const { HostConfig } = await container().inspect();
    expect(HostConfig.LogConfig).toEqual({ Type: 'json-file', Config: { 'max-file': '3', 'max-size': '10240k' } });
    expect(HostConfig.RestartPolicy.Name).toBe('unless-stopped');
  });

  test('answers the request in flight after SIGTERM, and ends by itself', async () => {
    const answer = fetch(`${url}/slow`).then(async (response) => response.text());
    while (!(await container().logs()).stderr.includes('slow request')) {
      await fetch(`${url}/healthz`);
    }
    await container().stop();
    expect(await answer).toBe('answered after the signal');
    const { State } = await container().inspect();
    expect({ exitCode: State.ExitCode, killed: State.OOMKilled }).toEqual({ exitCode: 0, killed: false });
    expect((await container().logs()).stderr).toMatch(/told to stop[^]*stopped\n$/);
  });
});

describeWithEngine('a service with a mount and an impatient health check', () => {
  let deployment: Deployment;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const often = { interval: Duration.milliseconds(300), retries: 2, startPeriod: Duration.seconds(5) };
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const image = new GoScratchImage(stack, 'inspector', { source: INSPECTOR });
      new GoService(stack, 'service', {
        image,
        publish: PublishedPort.onLoopback(port),
        mounts: [ContainerMount.tmpfs('/data')],
        healthCheck: HealthCheck.http('/healthz', often),
      });
      new GoService(stack, 'silent', {
        image, environment: { PORT: '9999' }, healthCheck: HealthCheck.tcp({ ...often, port: 9999 }),
      });
    })).apply();
  });

  test('keeps /tmp beside the mount', async () => {
    expect(await ask(url, 'write', { path: '/tmp/written' })).toMatchObject({ ok: true });
    expect(await ask(url, 'write', { path: '/data/written' })).toMatchObject({ ok: true });
    expect(await ask(url, 'write', { path: '/written' })).toMatchObject({ ok: false, value: 'open /written: read-only file system' });
  });

  test('counts as unhealthy when it says so, and the engine shows why', async () => {
    await fetch(`${url}/sick`, { method: 'POST' });
    const { State } = await deployment.container('e2e-service').until('is unhealthy', (inspection) => inspection.State.Health!.Status === 'unhealthy');
    expect(State.Health!.Log.at(-1)).toMatchObject({ ExitCode: 1, Output: expect.stringContaining('503') });
  });

  test('is healthy by TCP on another port', async () => {
    const { State } = await deployment.container('e2e-silent').inspect();
    expect(State.Health!.Status).toBe('healthy');
  });
});
