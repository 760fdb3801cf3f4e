import * as path from 'path';
import { TerraformStack, TerraformVariable } from 'cdktf';
import {
  ContainerFile, ContainerImage, ContainerMount, FileChange, GoService, GoTask, PostgresDatabase, Rollout, ServiceProps,
} from '../../lib';
import { writeFiles } from '../go/fixture';
import { messageOf } from '../message';
import { goImage, goService, newStack, resourcesByPath, synthesized } from '../stack';

function withFiles(files: ContainerFile[], props: Partial<ServiceProps> = {}): TerraformStack {
  const stack = newStack();
  goService(stack, { image: goImage(stack, { user: '7:8' }), files, ...props });
  return stack;
}

function containers(stack: TerraformStack): Record<string, any> {
  return resourcesByPath(stack).docker_container;
}

const uploads = (stack: TerraformStack) => containers(stack)['service/Files/Writer'].upload;
const arrangement = (stack: TerraformStack) => containers(stack)['service/Files/Writer'].command;

describe('the files of a program', () => {
  test('are uploaded into a volume for each directory, by a container of its image that ends before it starts', () => {
    const stack = withFiles([
      ContainerFile.text('/etc/shop/config', 'text ${HOME}\n'), ContainerFile.text('/etc/shop/below/more', 'x'), ContainerFile.text('/run/a/b', 'y'),
    ]);
    const { docker_container: all, docker_volume: volumes, terraform_data: data } = resourcesByPath(stack);
    const { 'service/Resource': program, 'service/Files/Writer': writer } = all;
    expect(Object.keys(volumes).sort()).toEqual(['service/Files/Volume', 'service/Files/Volume2']);
    Object.values<any>(volumes).forEach(({ lifecycle }) => expect(lifecycle).toEqual({ create_before_destroy: true }));
    expect(volumes['service/Files/Volume'].name).toMatch(/^\$\{join\("-", \["dev-service-files", substr\(terraform_data\.service_Files_Version_\w+\.id, 0, 8\)\]\)\}$/);
    expect(program.volumes).toEqual([
      { volume_name: expect.stringContaining('docker_volume.service_Files_Volume_'), container_path: '/etc/shop', read_only: true },
      { volume_name: expect.stringContaining('docker_volume.service_Files_Volume2_'), container_path: '/run/a', read_only: true },
    ]);
    expect(program.read_only).toBe(true);
    expect(writer.volumes.map(({ container_path: at, read_only: readOnly }: any) => [at, readOnly])).toEqual([['/etc/shop', false], ['/run/a', false]]);
    expect(writer).toMatchObject({ user: '0:0', read_only: false, entrypoint: ['/probe', 'place'], attach: true, image: program.image });
    expect(writer.capabilities).toEqual({ drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER'] });
    expect(writer.command).toEqual([
      '7:8', '0444', '/etc/shop/.cdktf-go-docker/0', '/etc/shop/below/more',
      '7:8', '0444', '/etc/shop/.cdktf-go-docker/1', '/etc/shop/config',
      '7:8', '0444', '/run/a/.cdktf-go-docker/0', '/run/a/b',
    ]);
    expect(writer.upload).toEqual([
      { file: '/etc/shop/.cdktf-go-docker/0', content: 'x', permissions: '0400' },
      { file: '/etc/shop/.cdktf-go-docker/1', content: 'text $${HOME}\n', permissions: '0400' },
      { file: '/run/a/.cdktf-go-docker/0', content: 'y', permissions: '0400' },
    ]);
    expect(data['service/Files/Version'].triggers_replace.image).toBe(program.image);
  });

  test('are read before the trial and the program, whether it is replaced side by side or not', () => {
    for (const rollout of [Rollout.recreate(), Rollout.blueGreen()]) {
      const stack = withFiles([ContainerFile.text('/etc/shop/config', 'x')], { rollout });
      const { 'service/Resource': program, 'service/Trial/Resource': trial } = containers(stack);
      const writer = expect.stringMatching(/^docker_container\.service_Files_Writer_/);
      expect(program.depends_on).toContainEqual(writer);
      if (!rollout._sideBySide) {
        expect(trial.depends_on).toContainEqual(writer);
        expect(trial.volumes).toEqual(program.volumes);
      }
    }
  });

  test('have the owner and mode of their options', () => {
    const stack = withFiles([
      ContainerFile.text('/etc/shop/config', 'x', { owner: '1', mode: '640', environmentVariable: 'CONFIG' }), ContainerFile.text('/etc/shop/empty', ''),
    ]);
    expect(arrangement(stack).slice(0, 4)).toEqual(['1', '0640', '/etc/shop/.cdktf-go-docker/0', '/etc/shop/config']);
    expect(arrangement(stack).slice(4)).toEqual(['7:8', '0444', '/etc/shop/.cdktf-go-docker/1', '/etc/shop/empty']);
    expect(uploads(stack)).toHaveLength(1);
    expect(containers(stack)['service/Resource'].env).toContain('CONFIG=/etc/shop/config');
  });

  test('come from templates, whose values are data', () => {
    const stack = withFiles([ContainerFile.template('/etc/shop/config', '${a}-$${a}-${b}-$x', { a: '${b}', b: '%{x}' })]);
    expect(uploads(stack)[0].content).toBe('$${b}-$${a}-%%{x}-$x');
  });

  test('come from files and directories, bytes as well, with their executable bits', () => {
    const directory = writeFiles({ 'b/script': '#!/bin/sh\n', 'a': 'text ${x}' });
    const stack = withFiles([ContainerFile.fromDirectory('/templates', directory), ContainerFile.fromFile('/etc/shop/a', path.join(directory, 'a'))]);
    expect(arrangement(stack)).toEqual([
      '7:8', '0444', '/etc/shop/.cdktf-go-docker/0', '/etc/shop/a',
      '7:8', '0444', '/templates/.cdktf-go-docker/0', '/templates/a',
      '7:8', '0444', '/templates/.cdktf-go-docker/1', '/templates/b/script',
    ]);
    expect(uploads(stack)[1].content).toBe('text $${x}');
  });

  test('that are secrets are sensitive, and only a hash that Terraform does not print replaces them', () => {
    const stack = newStack();
    const variable = new TerraformVariable(stack, 'key', { type: 'string', sensitive: true });
    goService(stack, { image: goImage(stack), files: [ContainerFile.secret('/run/secrets/key', variable.stringValue, { environmentVariable: 'KEY_FILE' })] });
    expect(uploads(stack)[0].content).toBe('${sensitive(var.key)}');
    expect(arrangement(stack).slice(0, 2)).toEqual(['65534:65534', '0400']);
    expect(resourcesByPath(stack).terraform_data['service/Files/Version'].triggers_replace.values).toEqual(['${sha256(sensitive(var.key))}']);
    expect(containers(stack)['service/Resource'].env).toContain('KEY_FILE=/run/secrets/key');
  });

  test('that are secrets are readable for a user that is not known', () => {
    const stack = newStack();
    const variable = new TerraformVariable(stack, 'key', { type: 'string', sensitive: true });
    goService(stack, { files: [ContainerFile.secret('/run/secrets/key', variable.stringValue)] });
    expect(arrangement(stack).slice(0, 2)).toEqual(['0:0', '0444']);
    expect(containers(stack)['service/Files/Writer'].entrypoint.slice(0, 2)).toEqual(['/bin/sh', '-euc']);
  });

  test('with text in place of a secret get a warning', () => {
    const stack = withFiles([ContainerFile.secret('/run/secrets/key', 'plain')]);
    synthesized(stack);
    const warnings = stack.node.findAll().flatMap(({ node }) => node.metadata).filter(({ type }) => type === '@cdktf/warn').map(({ data }) => data);
    expect(warnings.join()).toContain('The secret file /run/secrets/key is plain text, which is in the synthesized files');
  });

  test('of a task replace it', () => {
    const stack = newStack();
    new GoTask(stack, 'task', { image: goImage(stack), files: [ContainerFile.text('/etc/shop/config', 'x')] });
    expect(containers(stack)['task/Resource'].volumes).toHaveLength(1);
  });

  test('may be added later, also for connections', () => {
    const stack = newStack();
    const service = goService(stack, { image: goImage(stack) });
    service.connectTo(new PostgresDatabase(stack, 'database'), { file: '/run/secrets/database' });
    service.addFile(ContainerFile.text('/etc/shop/config', 'x'));
    expect(arrangement(stack).filter((_: string, index: number) => index % 4 === 3)).toEqual(['/etc/shop/config', '/run/secrets/database']);
    const { env } = containers(stack)['service/Resource'];
    expect(env).toContain('DATABASE_URL_FILE=/run/secrets/database');
    expect(env.join()).not.toContain('postgres');
  });

  test('keep mount points below their directories', () => {
    const stack = withFiles([ContainerFile.text('/etc/shop/config', 'x')], { mounts: [ContainerMount.directory('/srv', '/etc/shop/mounted')] });
    expect(arrangement(stack).slice(0, 4)).toEqual(['0:0', '0755', '/etc/shop/mounted', '/etc/shop/mounted/']);
  });

  describe('with a signal', () => {
    const signalled = (content: string) => withFiles([ContainerFile.text('/etc/shop/config', content)], { onFileChange: FileChange.signal('SIGHUP') });

    test('stay in their volume as long as only contents change', () => {
      const version = (stack: TerraformStack) => resourcesByPath(stack).terraform_data['service/Files/Version'].triggers_replace;
      expect(version(signalled('a')).files).toBe(version(signalled('b')).files);
      expect(version(withFiles([ContainerFile.text('/etc/shop/config', 'a')])).files)
        .not.toBe(version(withFiles([ContainerFile.text('/etc/shop/config', 'b')])).files);
    });

    test('without files, nothing would send the signal', () => {
      const alone = () => synthesized(withFiles([], { onFileChange: FileChange.signal('SIGHUP') }));
      expect(messageOf(alone)).toContain('nothing sends this signal, because the service has no `files`');
      expect(messageOf(alone)).toContain('dev/service');
      const stack = withFiles([], { onFileChange: FileChange.signal('SIGHUP') });
      (stack.node.findChild('service') as GoService).addFile(ContainerFile.text('/etc/shop/config', 'x'));
      expect(() => synthesized(stack)).not.toThrow();
    });

    test('signal the program when they have been placed', () => {
      const { 'service/Files/Signal': signal, 'service/Resource': program } = containers(signalled('a'));
      expect(signal).toMatchObject({
        entrypoint: ['/probe', 'reload'],
        command: ['SIGHUP', '/etc/shop/config'],
        user: '7:8',
        network_mode: 'none',
        volumes: program.volumes,
        pid_mode: expect.stringMatching(/^container:\$\{docker_container\.service_\w+\.id\}$/),
      });
      expect(signal.labels).toContainEqual({
        label: 'cdktf-go-docker.files', value: expect.stringMatching(/^\$\{docker_container\.service_Files_Writer_\w+\.id\}$/),
      });
    });

    test('signal each replica', () => {
      const stack = withFiles([ContainerFile.text('/etc/shop/config', 'x')],
        { onFileChange: FileChange.signal('SIGUSR1'), replicas: 2, rollout: Rollout.blueGreen() });
      const { 'service/Files/Signal': first, 'service/Files/Signal2': second } = containers(stack);
      expect(first.pid_mode).not.toBe(second.pid_mode);
      expect(second.name).toBe('dev-service-files-signal2');
    });
  });

  test.each<[string, () => TerraformStack, string]>([
    ['a file below a file', () => withFiles([ContainerFile.text('/a/b', ''), ContainerFile.text('/a/b/c/d', '')]), 'a file lies below /a/b'],
    ['twice at one path', () => withFiles([ContainerFile.text('/etc/a/b', 'x'), ContainerFile.text('/etc/a/b', 'x')]), 'two files at one path of the container'],
    ['below a mount', () => withFiles([ContainerFile.text('/data/a/b', 'x')], { mounts: [ContainerMount.volume('data', '/data')] }),
      'a file lies in a directory that something else is mounted at\n  given:   "/data/a/b"'],
    ['in /tmp', () => withFiles([ContainerFile.text('/tmp/a', 'x')]), 'a file lies in a directory that something else is mounted at'],
    ['that are large', () => withFiles([ContainerFile.text('/etc/a/b', 'x'.repeat(1024 * 1024 + 1))]), 'the files of the program are too large'],
    ['that are missing', () => withFiles([ContainerFile.fromFile('/etc/a/b', '/nowhere')]), 'no such file for /etc/a/b\n  given:   "/nowhere"'],
    ['that are a directory', () => withFiles([ContainerFile.fromFile('/etc/a/b', '/')]), 'use ContainerFile.fromDirectory()'],
    ['of no directory', () => withFiles([ContainerFile.fromDirectory('/etc/a', '/nowhere')]), 'no files for /etc/a'],
    ['of an image that cannot place them', () => withFiles([ContainerFile.text('/etc/a/b', 'x')],
      { image: ContainerImage.fromRegistry('acme/x:1', { hasShell: false, probePath: '/probe' }) }), 'nothing in the image can place files'],
  ])('are refused %s', (_, program, text) => {
    expect(messageOf(() => synthesized(program()))).toContain(text);
  });

  test.each<[string, () => unknown, string]>([
    ['a relative path', () => ContainerFile.text('etc/a', ''), 'not a path in the container for a file'],
    ['a file of the engine', () => ContainerFile.text('/etc/hosts', ''), 'the engine writes itself'],
    ['a path in the root directory', () => ContainerFile.text('/a', ''), 'an absolute path in a directory'],
    ['a path of the kernel', () => ContainerFile.text('/proc/sys/a', ''), 'not below /proc, /sys or /dev'],
    ['a slash at the end', () => ContainerFile.fromDirectory('/etc/a/', ''), 'not a path in the container for a file'],
    ['a mode', () => ContainerFile.text('/etc/a', '', { mode: '888' }), 'not the permissions of a file'],
    ['an owner', () => ContainerFile.text('/etc/a', '', { owner: 'nobody' }), 'not a numeric user'],
    ['a variable without a value', () => ContainerFile.template('/etc/a', '${a} ${b}', { a: '' }), 'a variable of the template has no value\n  given:   "${b}"'],
    ['a value without a variable', () => ContainerFile.template('/etc/a', '${a}', { a: '', b: '' }), 'the template has no variable of this name\n  given:   "b"'],
    ['another signal', () => FileChange.signal('SIGKILL'), 'not a signal for changed files'],
  ])('are refused with %s', (_, call, text) => {
    expect(messageOf(call)).toContain(text);
  });

  test('may hold what Terraform knows later', () => {
    const stack = newStack();
    const variable = new TerraformVariable(stack, 'host', { type: 'string' });
    goService(stack, { image: goImage(stack), files: [ContainerFile.template('/etc/shop/config', 'host=${host} "${text}"', { host: variable.stringValue, text: 'a"' })] });
    expect(uploads(stack)[0].content).toContain('${var.host}');
    expect(resourcesByPath(stack).terraform_data['service/Files/Version'].triggers_replace.values[0]).toContain('var.host');
  });
});

describe('a connection in a file is refused', () => {
  test('beside the same one in a variable, which would show what the file hides', () => {
    const stack = newStack();
    const service = goService(stack, { image: goImage(stack) });
    const database = new PostgresDatabase(stack, 'database');
    service.connectTo(database);
    expect(messageOf(() => service.connectTo(database.addRole('shop'), { file: '/run/secrets/database' })))
      .toContain('the variable that gets the connection is set already\n  given:   "DATABASE_URL"');
    service.connectTo(database.addRole('other'), { file: '/run/secrets/database', variable: 'OTHER_FILE' });
  });

  test('beside a placeholder', () => {
    const stack = newStack();
    const service = goService(stack, { image: goImage(stack), arguments: ['{url}'] });
    expect(messageOf(() => service.connectTo(new PostgresDatabase(stack, 'database'), { file: '/run/url', placeholder: '{url}' })))
      .toContain('`file` and `placeholder` for one connection: the arguments would show what the file hides');
  });
});
