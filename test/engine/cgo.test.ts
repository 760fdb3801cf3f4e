import { randomBytes } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import {
  BuildError, Deployment, PrivateAuthority, PrivateModuleProxy, ServedModule, SynthesizedStack, describeWithEngine, dockerApi, filesOf, goSum,
} from './engine';
import { BuildSecret, GoScratchImage } from '../../lib';

const CGO = 'package c\n\nimport "C"\n\nfunc Answer() int { return 42 }\n';

/** The engine's cache keeps modules from one run to the next, so that each run needs new ones. */
function newModule(): ServedModule {
  const modulePath = `example.com/private/${randomBytes(6).toString('hex')}`;
  return { path: modulePath, version: 'v1.2.3', files: { 'go.mod': `module ${modulePath}\n\ngo 1.22\n`, 'c/c.go': CGO } };
}

async function failureOf(stack: SynthesizedStack, environment?: Record<string, string>): Promise<{ error: string; log: string }> {
  const error = await new Deployment(stack, { environment }).build().then(() => undefined, (reason) => reason);
  expect(error).toBeInstanceOf(BuildError);
  return { error: error.output, log: fs.readFileSync(path.join(stack.directory, stack.resource('docker_image').build.build_log_file), 'utf8') };
}

describeWithEngine('a build without cgo of a program that needs it, which synth could not know,', () => {
  test('names a package that does not compile, and what to do', async () => {
    const module = newModule();
    const bridge = await dockerApi.get<{ IPAM: { Config: { Gateway: string }[] } }>('/networks/bridge');
    const address = bridge.IPAM.Config[0].Gateway;
    const authority = new PrivateAuthority();
    const proxy = new PrivateModuleProxy([module], authority.issue([`IP:${address}`]), 'builder', 'password');
    try {
      const port = await proxy.listen(address);
      const stack = SynthesizedStack.of((scope) => {
        new GoScratchImage(scope, 'cgo', {
          source: filesOf('cgo', {
            'go.mod': `module example.com/app\n\ngo 1.22\n\nrequire ${module.path} ${module.version}\n`,
            'go.sum': goSum(module),
            'main.go': `package main\n\nimport "${module.path}/c"\n\nfunc main() { println(c.Answer()) }\n`,
          }),
          moduleProxy: `https://${address}:${port}`,
          caCertificates: [authority.certificateFile],
          privateModules: { netrc: BuildSecret.fromEnvironmentVariable('TEST_NETRC') },
        });
      });
      const { log } = await failureOf(stack, { TEST_NETRC: `machine ${address}:${port} login builder password password\n` });
      expect(log).toContain('build constraints exclude all Go files');
      expect(log).toContain(`This image is built without cgo. If the errors name one of these packages, it needs cgo: ${module.path}/c`);
      expect(log).toContain('Use GoDistrolessImage with variant: BaseImage.BASE, or a package in pure Go.');
    } finally {
      await proxy.close();
    }
  });

  test('fails with the name of a module that compiles without cgo and does not work', async () => {
    const stack = SynthesizedStack.of((scope) => {
      new GoScratchImage(scope, 'stub', {
        source: filesOf('stub', {
          'go.mod': 'module example.com/app\n\ngo 1.22\n\nrequire github.com/mattn/go-sqlite3 v1.14.28\n\nreplace github.com/mattn/go-sqlite3 => ./sqlite3\n',
          'main.go': 'package main\n\nimport _ "github.com/mattn/go-sqlite3"\n\nfunc main() {}\n',
          'sqlite3/go.mod': 'module github.com/mattn/go-sqlite3\n\ngo 1.19\n',
          'sqlite3/sqlite3.go': 'package sqlite3\n\nimport "C"\n',
          'sqlite3/static_mock.go': '//go:build !cgo\n\npackage sqlite3\n',
        }),
      });
    });
    const { error, log } = await failureOf(stack);
    const sentence = 'github.com/mattn/go-sqlite3 needs cgo, which this image has not';
    expect([error.includes(sentence), log.includes(sentence)]).toEqual([true, true]);
  });
});
