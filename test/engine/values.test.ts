import * as path from 'path';
import { Deployment, INSPECTOR, PrivateAuthority, SynthesizedStack, describeWithEngine, dockerApi, filesOf, freePort } from './engine';
import { ask } from './inspector';
import { GoScratchImage, GoService, PublishedPort } from '../../lib';

const SINGLE = 'it\'s $(id) `id` ${HOME} $HOME %{ if true } $${x} \\n \\ # end';
const DOUBLE = '"quoted" $(id) && exit 1; | > /tmp/x \\" ünïcode 🐹';
const LINES = 'first line\n\tsecond "line"\r\nthird = $(id) ${var.x}\n';

describeWithEngine('values from users', () => {
  let deployment: Deployment;
  let url: string;
  let plainUrl: string;

  beforeAll(async () => {
    const [port, plainPort] = [await freePort(), await freePort()];
    [url, plainUrl] = [port, plainPort].map((each) => `http://127.0.0.1:${each}`);
    const authority = new PrivateAuthority();
    const server = authority.issue(['DNS:e2e-tls', 'DNS:e2e-plain']);
    const files = filesOf('extra', { 'config.json': LINES, 'run.sh': '#!/bin/sh\n' });
    deployment = await new Deployment(SynthesizedStack.of((stack) => {
      const image = new GoScratchImage(stack, 'special', {
        source: INSPECTOR,
        tags: ['special', 'other'],
        variables: { 'main.version': '1.2.3-rc.1+build', 'main.single': SINGLE, 'main.double': DOUBLE },
        labels: { 'com.example.single': SINGLE, 'com.example.double': DOUBLE },
        extraFiles: { '/etc/inspector/config.json': path.join(files, 'config.json') },
        caCertificates: [authority.certificateFile],
        ports: [8080, 8443],
      });
      const plainImage = new GoScratchImage(stack, 'inspector', { source: INSPECTOR });
      new GoService(stack, 'service', {
        image,
        publish: PublishedPort.onLoopback(port),
        environment: { SINGLE, DOUBLE, LINES, EMPTY: '' },
        arguments: [SINGLE, DOUBLE, LINES, '--flag=${HOME}'],
        labels: { 'com.example.single': SINGLE, 'com.example.lines': LINES },
      });
      new GoService(stack, 'tls', { image, environment: { TLS_CERTIFICATE: server.certificate, TLS_KEY: server.key } });
      new GoService(stack, 'plain', { image: plainImage, publish: PublishedPort.onLoopback(plainPort) });
    })).apply();
  });

  test('reach the program through the linker', async () => {
    expect((await ask(url, 'variables')).value).toEqual({ version: '1.2.3-rc.1+build', single: SINGLE, double: DOUBLE, tagged: 'with the build tag' });
    expect((await ask(plainUrl, 'variables')).value).toEqual({ version: '', single: '', double: '', tagged: 'without the build tag' });
  });

  test('reach the program through its environment', async () => {
    const { value } = await ask(url, 'environment');
    expect(value).toEqual(expect.arrayContaining([`SINGLE=${SINGLE}`, `DOUBLE=${DOUBLE}`, `LINES=${LINES}`, 'EMPTY=', 'PORT=8080']));
  });

  test('reach the program as arguments', async () => {
    expect((await ask(url, 'arguments')).value).toEqual([SINGLE, DOUBLE, LINES, '--flag=${HOME}']);
  });

  test('are labels of container and image', async () => {
    const { Config, ...container } = await deployment.container('e2e-service').inspect() as any;
    expect(Config.Labels).toMatchObject({ 'com.example.single': SINGLE, 'com.example.lines': LINES });
    const image = await dockerApi.get<{ Config: any }>(`/images/${container.Image}/json`);
    expect(image.Config.Labels).toEqual({
      'com.example.single': SINGLE,
      'com.example.double': DOUBLE,
      'org.opencontainers.image.title': 'example.com/inspector',
      'cdktf-go-docker.sbom-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('are files of the image', async () => {
    expect((await ask(url, 'file', { path: '/etc/inspector/config.json' })).value).toEqual({ mode: '-rw-r--r--', content: LINES });
  });

  test('are certificate authorities that the program trusts beside the usual ones', async () => {
    expect(await ask(url, 'fetch', { url: 'https://e2e-tls:8443/' })).toEqual({ ok: true, value: 'hello over TLS' });
    const { value } = await ask(url, 'file', { path: '/etc/ssl/certs/ca-certificates.crt' });
    expect(value.content.match(/BEGIN CERTIFICATE/g).length).toBeGreaterThan(1);
  });

  test('are trusted only by the program that names them', async () => {
    const { ok, value } = await ask(plainUrl, 'fetch', { url: 'https://e2e-tls:8443/' });
    expect({ ok, value }).toEqual({ ok: false, value: expect.stringContaining('certificate signed by unknown authority') });
  });
});
