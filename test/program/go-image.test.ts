import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { AssetType, TerraformAsset, TerraformStack, Testing } from 'cdktf';
import { DockerfileParser, From } from 'dockerfile-ast';
import { BuildSecret, GoScratchImage, HealthCheck, Platform, VersionStamp } from '../../lib';
import { dockerfilePath } from '../../lib/command/tree/dockerfile-path';
import { goFile, writeFiles } from '../go/fixture';
import { GO_MOD, PROGRAM, container, filesBelow, goImage, goService, newStack, resources, warnings, withoutFingerprints, writeStack } from '../stack';

/** The beginning of a private key is enough to recognise it. */
const PRIVATE_KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\n';
const HOSTILE = 'a"b\'c\\d$HOME${HOME}$(id)`id` #;&& \\';

function instructions(image: GoScratchImage): { keyword: string; text: string }[] {
  return DockerfileParser.parse(image.dockerfile).getInstructions()
    .map((instruction) => ({ keyword: instruction.getKeyword(), text: instruction.getArgumentsContent() ?? '' }));
}

function texts(image: GoScratchImage, keyword: string): string[] {
  return instructions(image).filter((instruction) => instruction.keyword === keyword).map(({ text }) => text);
}

/** What BuildKit's word lexer makes of a text in double quotes, written down from its rules and checked with `docker buildx build`. */
function unquoted(text: string): string {
  expect(text).toMatch(/^"(\\["\\$]|[^"\\$])*"$/);
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

function argument(image: GoScratchImage, name: string): string | undefined {
  const found = texts(image, 'ARG').find((text) => text.startsWith(`${name}=`));
  return found === undefined ? undefined : unquoted(found.slice(name.length + 1));
}

describe('Dockerfile', () => {
  test('the stages and what the image runs', () => {
    const image = goImage(newStack());
    const dockerfile = DockerfileParser.parse(image.dockerfile);
    const froms = dockerfile.getInstructions().filter((instruction): instruction is From => instruction.getKeyword() === 'FROM');
    expect(froms.map((from) => [from.getImage(), from.getBuildStage()])).toEqual([
      ['golang:1.26', 'toolchain'], ['toolchain', 'probe'], ['toolchain', 'root-fs'], ['toolchain', 'build'], ['scratch', null],
    ]);
    expect(texts(image, 'ENTRYPOINT')).toEqual(['["/app"]']);
    expect(texts(image, 'USER')).toEqual(['65534:65534']);
    expect(texts(image, 'EXPOSE')).toEqual(['8080']);
    expect(withoutFingerprints(image.dockerfile)).toMatchSnapshot();
  });

  test('no value of a user is in a line that a shell reads', () => {
    const plain = goImage(newStack());
    const image = goImage(newStack(), {
      labels: { team: HOSTILE },
      ldflags: ['-s', '-extldflags=$(id)`id`'],
      variables: { 'main.main': '$HOME ${HOME} $(id) `id` "' },
      tags: ['integration'],
      moduleProxy: 'https://proxy.example.com/$(id)'.replace('$(id)', ';id'),
      privateModules: { patterns: ['example.com/;id'] },
    });
    expect(texts(image, 'RUN')).toEqual(texts(plain, 'RUN'));
    expect(texts(image, 'LABEL')).toContain(`"team"="${HOSTILE.replace(/["\\$]/g, '\\$&')}"`);
    expect(argument(image, 'LINKER_FLAGS')).toBe('-s -extldflags=$(id)`id` -X \'main.main=$HOME ${HOME} $(id) `id` "\'');
    expect(argument(image, 'BUILD_TAGS')).toBe('integration');
    expect(argument(image, 'GOPROXY')).toBe('https://proxy.example.com/;id');
    expect(argument(image, 'GOPRIVATE')).toBe('example.com/;id');
  });

  test('a directory of shell text', () => {
    const source = writeFiles({ 'go.mod': GO_MOD, '$(id) "x"/main.go': goFile('main') });
    const image = goImage(newStack(), { source });
    expect(argument(image, 'MAIN_PACKAGE')).toBe('./$(id) "x"');
    expect(texts(image, 'RUN').join()).not.toContain('$(id)');
  });

  test.each([
    [{ user: '1000' }, 'USER', ['1000']],
    [{ user: '1000:2000' }, 'USER', ['1000:2000']],
    [{ user: '4294967294' }, 'USER', ['4294967294']],
    [{ ports: [1, 65_535] }, 'EXPOSE', ['1', '65535']],
    [{ ports: [] }, 'EXPOSE', []],
    [{ timezones: false }, 'ENV', ['GOTOOLCHAIN=local GOCACHE=/var/cache/go-build']],
    [{ goVersion: '1.25.3' }, 'FROM', ['golang:1.25.3 AS toolchain', 'toolchain AS probe', 'toolchain AS root-fs',
      'toolchain AS build', 'scratch']],
    [{ builderImage: 'mirror.example.com/go:1@sha256:' + '0'.repeat(64) }, 'FROM', [
      `mirror.example.com/go:1@sha256:${'0'.repeat(64)} AS toolchain`, 'toolchain AS probe', 'toolchain AS root-fs',
      'toolchain AS build', 'scratch',
    ]],
  ])('%j gives %s %j', (props, keyword, expected) => {
    expect(texts(goImage(newStack(), props), keyword)).toEqual(expected);
  });

  test('a probe with TLS, for a health check over TLS', () => {
    const stack = newStack();
    const image = goImage(stack, { probeTls: true });
    const [probe, withoutTls] = [image, goImage(newStack())].map((each) => texts(each, 'RUN').find((text) => text.includes('/out/probe '))!);
    expect(probe.replace(' "-tags=tls"', '')).toBe(withoutTls);
    expect(probe).not.toBe(withoutTls);
    goService(stack, { image, healthCheck: HealthCheck.https('/healthz', { insecure: true }) });
    expect(container(stack, 'dev-service').healthcheck.test.slice(0, 3)).toEqual(['CMD', '/probe', 'https']);
  });

  test('images of one program have the same steps, whatever their paths, stamps, labels and ports are', () => {
    const stack = newStack();
    const source = writeFiles(PROGRAM);
    const one = goImage(stack, { source, stamp: VersionStamp.of({ revision: 'a' }) }, 'one');
    const two = goImage(stack, { source, stamp: VersionStamp.of({ revision: 'b' }), labels: { team: 'b' }, ports: [1], repository: 'other' }, 'two');
    expect(texts(two, 'RUN')).toEqual(texts(one, 'RUN'));
  });

  test('stages that services share are the same in each of their Dockerfiles', () => {
    const stack = newStack();
    const source = writeFiles({ 'go.mod': GO_MOD, 'a/main.go': goFile('main'), 'b/main.go': goFile('main') });
    const [one, two] = ['a', 'b'].map((name) => goImage(stack, { source, mainPackage: `./${name}` }, name));
    expect(texts(one, 'RUN')).toEqual(texts(two, 'RUN'));
  });

  test('a netrc is mounted for the download alone', () => {
    const stack = newStack();
    const image = goImage(stack, { privateModules: { netrc: BuildSecret.fromFile('/run/${x}/netrc') } });
    const mounting = image.dockerfile.split('\n\n').flatMap((stage) => stage.split(/^(?=RUN)/m)).filter((text) => text.includes('type=secret,id=netrc'));
    expect(mounting).toEqual([expect.stringContaining('go mod download')]);
    expect(resources(stack, 'docker_image')[0].build.secrets).toEqual([{ id: 'netrc', src: '/run/$${x}/netrc' }]);
  });
});

describe('fingerprint', () => {
  const FILES = { ...PROGRAM, 'main.go': goFile('main', 'example.com/app/internal/a'), 'internal/a/a.go': goFile('a') };

  function tag(source: string, props: Record<string, unknown> = {}): string {
    return goImage(newStack(), { source, ...props }).reference.split(':')[1];
  }

  const original = () => tag(writeFiles(FILES));

  test('is the same in another place, at another time, beside other files', () => {
    const source = writeFiles({ ...FILES, 'README.md': '#', 'main_test.go': goFile('main'), 'cmd/other/main.go': goFile('main'), '.env': 'x' });
    filesBelow(source).forEach((file) => fs.utimesSync(file, 1, 1));
    expect(tag(source, { mainPackage: '.' })).toBe(original());
    expect(original()).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each<[string, Record<string, string>]>([
    ['a changed byte', { ...FILES, 'internal/a/a.go': `${goFile('a')}\n` }],
    ['other line ends', { ...FILES, 'internal/a/a.go': goFile('a').replace(/\n/g, '\r\n') }],
    ['another file name', { 'go.mod': GO_MOD, 'main.go': FILES['main.go'], 'internal/a/b.go': goFile('a') }],
    ['another go.mod', { ...FILES, 'go.mod': `${GO_MOD}// x\n` }],
    ['a further file', { ...FILES, 'internal/a/b.go': goFile('a') }],
  ])('%s changes it', (_, files) => {
    expect(tag(writeFiles(files))).not.toBe(original());
  });

  test('an executable bit changes it', () => {
    const source = writeFiles(FILES);
    fs.chmodSync(path.join(source, 'main.go'), 0o755);
    expect(tag(source)).not.toBe(original());
  });

  test.each<[string, Record<string, unknown>]>([
    ['the user', { user: '1:1' }], ['a label', { labels: { a: 'b' } }], ['a tag', { tags: ['x'] }], ['a platform', { platform: Platform.LINUX_ARM64 }],
    ['the Go version', { goVersion: '1.25' }], ['a variable', { variables: { 'main.main': '1' } }],
  ])('%s changes it', (_, props) => {
    expect(tag(writeFiles(FILES), props)).not.toBe(original());
  });
});

describe('staged context', () => {
  test('holds what is built, with times that follow from the contents and fixed modes, below the directory of the stack', () => {
    const stack = newStack();
    const source = writeFiles({ ...PROGRAM, 'README.md': '#', 'main_test.go': goFile('main'), 'data.bin': 'x' });
    fs.chmodSync(path.join(source, 'main.go'), 0o600);
    const image = goImage(stack, { source, extraFiles: { '/etc/app/data.bin': path.join(source, 'data.bin') } });
    const directory = path.join(writeStack(stack), image.contextPath);
    const staged = filesBelow(directory).map((file) => path.relative(directory, file)).sort();
    expect(staged).toEqual([...image.contextFiles].sort());
    expect(staged.filter((file) => !file.startsWith('probe/')))
      .toEqual(['files/etc/app/data.bin', 'modules/go.mod', 'src/go.mod', 'src/main.go']);
    expect(fs.readFileSync(path.join(directory, '../../dev-image/Dockerfile'), 'utf8')).toBe(image.dockerfile);
    expect(image.dockerfile.split('\n')[0]).toBe(`# Build context: ../contexts/${path.basename(directory)}`);
    for (const file of filesBelow(directory)) {
      const digest = createHash('sha256').update(fs.readFileSync(file)).digest();
      expect(fs.statSync(file).mtimeMs).toBe((digest.readUInt32BE() % 2 ** 30) * 1000);
      expect((fs.statSync(file).mode % 0o1000).toString(8)).toBe('644');
    }
    expect(filesBelow(directory).reduce((sum, file) => sum + fs.statSync(file).size, 0)).toBe(image.contextBytes);
    const [{ build }] = resources(stack, 'docker_image');
    expect({ ...build, dockerfile: dockerfilePath(build) }).toEqual({
      builder: 'default',
      build_args: { SOURCE_DATE_EPOCH: '0' },
      build_log_file: 'assets/dev-image/build.log',
      context: image.contextPath,
      dockerfile: 'assets/dev-image/Dockerfile',
    });
  });

  test('is shared by images that are built from the same files', () => {
    const stack = newStack();
    const source = writeFiles(PROGRAM);
    const images = ['a', 'b', 'c'].map((id) => goImage(stack, { source, labels: { id } }, id));
    const other = goImage(stack, { source: writeFiles({ ...PROGRAM, 'other.go': goFile('main') }) }, 'other');
    expect(new Set(images.map(({ contextPath }) => contextPath)).size).toBe(1);
    expect(new Set([...images, other].map(({ reference }) => reference.split(':')[1])).size).toBe(4);
    const contexts = path.join(writeStack(stack), 'assets/contexts');
    expect(fs.readdirSync(contexts).sort()).toEqual([images[0], other].map(({ contextPath }) => path.basename(contextPath)).sort());
  });

  test('replaces its predecessor and leaves a log of the same context', () => {
    const files = { ...PROGRAM };
    const source = writeFiles(files);
    const outdir = writeFiles({});
    const synth = () => {
      const stack = new TerraformStack(Testing.app({ outdir }), 'dev');
      const image = goImage(stack, { source });
      writeStack(stack);
      return path.join(outdir, 'stacks/dev', image.contextPath);
    };
    const first = synth();
    const log = path.join(outdir, 'stacks/dev/assets/dev-image/build.log');
    fs.writeFileSync(log, 'failed');
    expect([synth(), fs.existsSync(log)]).toEqual([first, true]);
    fs.appendFileSync(path.join(source, 'main.go'), '// changed\n');
    const second = synth();
    expect([fs.existsSync(first), fs.existsSync(second), fs.existsSync(log)]).toEqual([false, true, false]);
  });

  test.each<[string, (context: string) => void]>([
    ['an edited file', (context) => fs.appendFileSync(path.join(context, 'src/main.go'), '// edited\n')],
    ['an edited file of the same size and time', (context) => {
      const file = path.join(context, 'src/main.go');
      const { atime, mtime } = fs.statSync(file);
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('main', 'niam'));
      fs.utimesSync(file, atime, mtime);
    }],
    ['an executable bit', (context) => fs.chmodSync(path.join(context, 'src/main.go'), 0o755)],
    ['a further file', (context) => fs.writeFileSync(path.join(context, 'src/more.go'), goFile('main'))],
    ['a missing file', (context) => fs.rmSync(path.join(context, 'src/main.go'))],
    ['a link in the place of a file', (context) => {
      fs.renameSync(path.join(context, 'src/main.go'), path.join(context, '..', 'main.go'));
      fs.symlinkSync('../../main.go', path.join(context, 'src/main.go'));
    }],
  ])('is restored by the next synth after %s', (_, edit) => {
    const source = writeFiles(PROGRAM);
    const outdir = writeFiles({});
    const synth = (): { context: string; reference: string } => {
      const stack = new TerraformStack(Testing.app({ outdir }), 'dev');
      const image = goImage(stack, { source });
      return { context: path.join(writeStack(stack), image.contextPath), reference: image.reference };
    };
    const content = (context: string): unknown[] => filesBelow(context).sort()
      .map((file) => [file, fs.lstatSync(file).mode, fs.statSync(file).mtimeMs, fs.readFileSync(file, 'utf8')]);
    const first = synth();
    const written = content(first.context);
    edit(first.context);
    expect(synth()).toEqual(first);
    expect(content(first.context)).toEqual(written);
  });

  test.each(['contexts', 'dev-image'])('leaves an asset of cdktf with the id %s alone', (id) => {
    const source = writeFiles(PROGRAM);
    const outdir = writeFiles({});
    const synth = (): string => {
      const stack = new TerraformStack(Testing.app({ outdir }), 'dev');
      const asset = new TerraformAsset(stack, id, { path: writeFiles({ 'a.txt': 'a' }), type: AssetType.DIRECTORY });
      goImage(stack, { source });
      return path.join(writeStack(stack), asset.path, 'a.txt');
    };
    expect(fs.existsSync(synth())).toBe(true);
    fs.appendFileSync(path.join(source, 'main.go'), '// changed\n');
    expect(fs.existsSync(synth())).toBe(true);
  });

  test.each<[string, string[] | undefined, string[]]>([
    ['the closure', undefined, ['go.mod', 'main.go']],
    ['no pattern', [], ['go.mod', 'main.go']],
    ['the whole module', ['**'], ['README.md', 'go.mod', 'main.go', 'templates/a.html', 'templates/b.txt']],
    ['included files', ['templates/*.html', './README.md'], ['README.md', 'go.mod', 'main.go', 'templates/a.html']],
    ['included files but some', ['!**/*.html', 'templates/**'], ['go.mod', 'main.go', 'templates/b.txt']],
    ['hidden files', ['.ignored', '.h/*'], ['.h/a', '.ignored', 'go.mod', 'main.go']],
    ['a private key that is named', ['keys/id_rsa'], ['go.mod', 'keys/id_rsa', 'main.go']],
  ])('%s', (_, include, expected) => {
    const keys = { 'keys/.gitignore': '*', 'keys/id_rsa': PRIVATE_KEY };
    const source = writeFiles({
      ...PROGRAM,
      'README.md': '#',
      'templates/a.html': 'a',
      'templates/b.txt': 'b',
      '.ignored': '',
      '.h/a': '',
      '.dockerignore': 'main.go\ngo.mod\n',
      ...include?.includes('**') ? {} : keys,
    });
    const staged = goImage(newStack(), { source, include }).contextFiles.filter((file) => file.startsWith('src/')).map((file) => file.slice(4));
    expect(staged).toEqual(expected);
  });

  test.each(['prod.env', 'keys/id_ed25519', 'store.p12', 'prod.tfvars', 'a.env'])('a wildcard that matches %s is refused; its name without a wildcard is not', (file) => {
    const source = writeFiles({ ...PROGRAM, [file]: 'x' });
    expect(() => goImage(newStack(), { source, include: ['**'] })).toThrow('a wildcard of `include` matches a file whose name says that it holds secrets');
    expect(goImage(newStack(), { source, include: [file] }).contextFiles).toContain(`src/${file}`);
    expect(goImage(newStack(), { source, include: ['**', `!${file}`] }).contextFiles).not.toContain(`src/${file}`);
  });

  test.each(['.*', '.env*', '.ssh/*'])('the wildcard %s for hidden names is refused for secrets as well', (pattern) => {
    const source = writeFiles({ ...PROGRAM, '.env': 'x', '.env.example': 'x', '.ssh/config': 'x' });
    expect(() => goImage(newStack(), { source, include: [pattern] })).toThrow('whose name says that it holds secrets');
  });

  test('a module that lies below a hidden directory is staged', () => {
    const source = path.join(writeFiles({ '.git/app/go.mod': GO_MOD, '.git/app/main.go': goFile('main'), '.git/app/a.txt': '' }), '.git/app');
    expect(goImage(newStack(), { source, include: ['**'] }).contextFiles).toContain('src/a.txt');
  });

  test('names that only look like those of secrets are included', () => {
    const names = ['.env.example', '.env.sample', 'environment.go.txt', 'env.txt', 'id_rsa.pub', 'certificate.pem'];
    const source = writeFiles({ ...PROGRAM, ...Object.fromEntries(names.map((name) => [name, 'x'])) });
    expect(goImage(newStack(), { source, include: ['**', '.env.*'] }).contextFiles).toEqual(expect.arrayContaining(names.map((name) => `src/${name}`)));
  });

  test.each(['link', 'directory/a.txt', 'directory/**'])('%s, a link out of the module, is refused', (pattern) => {
    const outside = writeFiles({ 'a.txt': 'a' });
    const source = writeFiles({ ...PROGRAM, link: `-> ${outside}/a.txt`, directory: `-> ${outside}` });
    expect(() => goImage(newStack(), { source, include: [pattern] })).toThrow('follows a symbolic link out of the module');
  });

  test('a link within the module is followed', () => {
    const source = writeFiles({ ...PROGRAM, 'a.txt': 'a', 'link': '-> a.txt' });
    expect(goImage(newStack(), { source, include: ['link'] }).contextFiles).toContain('src/link');
  });

  test('files of other modules are included by their paths', () => {
    const directory = writeFiles({
      'go.work': 'go 1.26\nuse (\n./app\n./other\n)\n', 'app/go.mod': GO_MOD, 'app/main.go': goFile('main'), 'app/a.txt': '', 'other/go.mod': 'module other\n', 'other/b.txt': '',
    });
    const staged = (...include: string[]) => goImage(newStack(), { source: path.join(directory, 'app'), include }).contextFiles.filter((file) => file.endsWith('.txt'));
    expect(staged('**')).toEqual(['src/app/a.txt']);
    expect(staged('**', '../other/**')).toEqual(['src/app/a.txt', 'src/other/b.txt']);
  });

  test('what earlier synths have staged is not included', () => {
    const source = writeFiles(PROGRAM);
    const synth = () => {
      const stack = new TerraformStack(Testing.app({ outdir: path.join(source, 'cdktf.out') }), 'dev');
      const { reference } = goImage(stack, { source, include: ['**'] });
      writeStack(stack);
      return reference;
    };
    expect(synth()).toBe(synth());
  });

  test('a large file that is not needed is not read, and CRLF in go.mod is fine', () => {
    const source = writeFiles({ ...PROGRAM, 'go.mod': GO_MOD.replace(/\n/g, '\r\n') });
    fs.writeFileSync(path.join(source, 'large.bin'), '');
    fs.truncateSync(path.join(source, 'large.bin'), 2 ** 31);
    expect(goImage(newStack(), { source }).contextBytes).toBeLessThan(100_000);
  });

  test('each file is read once, however many images are built from it', () => {
    const source = writeFiles({ ...PROGRAM, 'main.go': goFile('main', 'example.com/app/a'), 'a/a.go': goFile('a') });
    const opened = jest.spyOn(jest.requireActual<typeof fs>('fs'), 'openSync');
    try {
      const stack = newStack();
      for (let index = 0; index < 20; index += 1) {
        goImage(stack, { source, user: `${index + 1}` }, `image${index}`);
      }
      const read = opened.mock.calls.map(([file]) => String(file)).filter((file) => file.startsWith(source));
      expect(read.sort()).toEqual([...new Set(read)]);
      expect(read).toEqual(expect.arrayContaining([path.join(source, 'main.go'), path.join(source, 'a/a.go')]));
    } finally {
      opened.mockRestore();
    }
  });
});

test('a program that runs as root has a warning', () => {
  const stack = newStack();
  goImage(stack, { user: '0' });
  expect(warnings(stack)).toEqual(['The program runs as root. Leave out `user`, and it runs as an unprivileged user.']);
  const other: TerraformStack = newStack();
  goImage(other);
  expect(warnings(other)).toEqual([]);
});

test('the view of the file system is the app\'s, so that a later synth sees later files', () => {
  const source = writeFiles(PROGRAM);
  const one = goImage(newStack(), { source }).reference;
  fs.appendFileSync(path.join(source, 'main.go'), '// later\n');
  expect(goImage(newStack(), { source }).reference).not.toBe(one);
});
