import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import {
  BuildError, Deployment, PrivateAuthority, PrivateModuleProxy, ServedModule, SynthesizedStack, describeWithEngine, dockerApi, fileOfImage,
  filesOf, goSum, savedImage,
} from './engine';
import { BuildSecret, GoScratchImage } from '../../lib';

const PASSWORD = 'a-password-that-must-not-be-found';

/** The engine's cache keeps modules from one run to the next, so that each run needs new ones. */
function newModule(): ServedModule {
  const modulePath = `example.com/private/${randomBytes(6).toString('hex')}`;
  return {
    path: modulePath,
    version: 'v1.2.3',
    files: { 'go.mod': `module ${modulePath}\n\ngo 1.22\n`, 'text.go': `package private\n\nconst Text = "hello from ${modulePath}"\n` },
  };
}

describeWithEngine('a module from a private proxy behind a private certificate authority', () => {
  const modules = [newModule(), newModule()];
  const original = 'example.com/original/text';
  const fork: ServedModule = { ...newModule(), files: { 'go.mod': `module ${original}\n\ngo 1.22\n`, 'text.go': 'package text\n\nconst Text = "hello from the fork"\n' } };
  const outer = newModule();
  const inner: ServedModule = {
    path: `${outer.path}/inner`, version: 'v0.1.0', files: { 'go.mod': `module ${outer.path}/inner\n\ngo 1.22\n`, 'text.go': 'package inner\n\nconst Text = "hello from inside"\n' },
  };
  let proxy: PrivateModuleProxy;
  let netrc: string;
  let stackOf: (files: Record<string, string>, secret: BuildSecret) => SynthesizedStack;

  beforeAll(async () => {
    // Builds run in containers, which reach this machine at the address of the engine's own network.
    const bridge = await dockerApi.get<{ IPAM: { Config: { Gateway: string }[] } }>('/networks/bridge');
    const address = bridge.IPAM.Config[0].Gateway;
    const authority = new PrivateAuthority();
    proxy = new PrivateModuleProxy([...modules, fork, outer, inner], authority.issue([`IP:${address}`]), 'builder', PASSWORD);
    const port = await proxy.listen(address);
    // Since Go 1.24 a port is part of the machine's name.
    netrc = `machine ${address}:${port} login builder password ${PASSWORD}\n`;
    stackOf = (files, secret) => SynthesizedStack.of((stack) => {
      new GoScratchImage(stack, 'private', {
        source: filesOf('private', files),
        moduleProxy: `https://${address}:${port}`,
        caCertificates: [authority.certificateFile],
        privateModules: { netrc: secret },
      });
    });
  });

  afterAll(async () => proxy?.close());

  const stackWith = (module: ServedModule, secret: BuildSecret) => stackOf({
    'go.mod': `module example.com/app\n\ngo 1.22\n\nrequire ${module.path} ${module.version}\n`,
    'go.sum': goSum(module),
    'main.go': `package main\n\nimport private "${module.path}"\n\nfunc main() { println(private.Text) }\n`,
  }, secret);

  test('is refused to those who have no password, and the build says so', async () => {
    const stack = stackWith(modules[0], BuildSecret.fromEnvironmentVariable('TEST_NETRC'));
    const error = await new Deployment(stack, { environment: { TEST_NETRC: '# empty' } }).build().then(() => undefined, (reason) => reason);
    expect(error).toBeInstanceOf(BuildError);
    expect(error.output).toContain('401 Unauthorized');
    expect({ refused: proxy.refused > 0, answered: proxy.answered }).toEqual({ refused: true, answered: 0 });
  });

  test('is downloaded with the secret from an environment variable, and the password is nowhere', async () => {
    const stack = stackWith(modules[0], BuildSecret.fromEnvironmentVariable('TEST_NETRC'));
    const id = await (await new Deployment(stack, { environment: { TEST_NETRC: netrc } }).build()).imageId();
    expect(proxy.answered).toBeGreaterThan(0);
    expect((await fileOfImage(id, '/app')).includes(`hello from ${modules[0].path}`)).toBe(true);
    const image = await savedImage(id);
    // The layers are not compressed: what is in them can be found.
    expect(image.includes(`hello from ${modules[0].path}`)).toBe(true);
    expect(image.includes(PASSWORD)).toBe(false);
    expect(JSON.stringify(await dockerApi.get(`/images/${id}/history`))).not.toContain(PASSWORD);
    expect(fs.readFileSync(path.join(stack.directory, stack.resource('docker_image').build.build_log_file), 'utf8')).not.toContain(PASSWORD);
    expect(fs.readFileSync(path.join(stack.directory, 'cdk.tf.json'), 'utf8')).not.toContain(PASSWORD);
  });

  test('is downloaded with the secret from a file', async () => {
    const stack = stackWith(modules[1], BuildSecret.fromFile(path.join(filesOf('netrc', { netrc }), 'netrc')));
    const id = await (await new Deployment(stack).build()).imageId();
    expect((await fileOfImage(id, '/app')).includes(`hello from ${modules[1].path}`)).toBe(true);
  });

  test('is the fork of another one, or one of several in a repository', async () => {
    const stack = stackOf({
      'go.mod': [
        'module example.com/app\n\ngo 1.22\n',
        `require (\n\t${original} v1.0.0\n\t${outer.path} ${outer.version}\n\t${inner.path} ${inner.version}\n)\n`,
        `replace ${original} => ${fork.path} ${fork.version}\n`,
      ].join('\n'),
      'go.sum': [fork, outer, inner].map(goSum).join(''),
      'main.go': `package main\n\nimport (\n\t"${original}"\n\touter "${outer.path}"\n\t"${inner.path}"\n)\n\n`
        + 'func main() { println(text.Text, outer.Text, inner.Text) }\n',
    }, BuildSecret.fromEnvironmentVariable('TEST_NETRC'));
    const id = await (await new Deployment(stack, { environment: { TEST_NETRC: netrc } }).build()).imageId();
    const program = await fileOfImage(id, '/app');
    expect(['hello from the fork', `hello from ${outer.path}`, 'hello from inside'].map((text) => program.includes(text))).toEqual([true, true, true]);
  });
});
