import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Configuration, type Resource, creationOrder, nameOf } from '../lib/command/stack/configuration';
import { describe as describeStack, drawTree, isProtected } from '../lib/command/tree/describe';
import { readConfiguration } from '../scripts/example/configuration';
import { exampleDirectory, exampleNames, synthesize } from '../scripts/example/synthesize';

/** Milliseconds; an example is compiled on the fly. */
const TIMEOUT = 120_000;

let output: string;

beforeEach(() => {
  output = fs.mkdtempSync(path.join(os.tmpdir(), 'examples-'));
});

afterEach(() => {
  fs.rmSync(output, { recursive: true });
});

function synthesized(name: string, environment: Record<string, string> = {}): Configuration {
  synthesize(name, output, environment);
  return readConfiguration(output);
}

function ofType(configuration: Configuration, type: string): Resource[] {
  return configuration.resources.filter((resource) => resource.type === type);
}

function named(configuration: Configuration, type: string, name: string): Resource {
  const found = ofType(configuration, type).find((resource) => nameOf(resource) === name);
  expect(found).toBeDefined();
  return found!;
}

function stagedFiles(configuration: Configuration): string[] {
  const build = ofType(configuration, 'docker_image').map(({ settings }) => settings.build).find((settings) => settings);
  return fs.readdirSync(path.join(configuration.directory, build.context), { recursive: true, encoding: 'utf8' });
}

test('the service with PostgreSQL', () => {
  const configuration = synthesized('service-with-postgres', { HOST_PORT: '8080' });

  const service = named(configuration, 'docker_container', 'example-links').settings;
  expect(service.ports).toEqual([{ ip: '127.0.0.1', external: 8080, internal: 8080, protocol: 'tcp' }]);
  expect(service).toMatchObject({ user: '65534:65534', read_only: true, capabilities: { drop: ['ALL'] }, restart: 'unless-stopped' });
  expect(service.healthcheck.test).toEqual([
    'CMD', '/probe', 'http', '8080', '/readyz', '--timeout', '2700', '--liveness', '6', '--interval', '5000', '--stop-grace', '30000',
    '--alive', 'http', '8080', '/livez', '--timeout', '1350',
  ]);
  expect(service.env).toContainEqual(expect.stringMatching(/^DATABASE_URL=\$\{sensitive\(/));
  expect(configuration.outputs).toEqual({ url: 'http://127.0.0.1:8080' });

  const database = named(configuration, 'docker_container', 'example-links-database').settings;
  expect(database.ports).toBeUndefined();
  expect(database.env).toContain('POSTGRES_DB=links');
  expect(ofType(configuration, 'docker_volume')).toEqual([]);
  expect(database.volumes[0].volume_name).toBe('example-links-database-data-17');
  expect(named(configuration, 'docker_network', 'example-links-database-network').settings.internal).toBe(true);

  const files = stagedFiles(configuration);
  expect(files).toContain('src/internal/database/migrations/0001_create_links.sql');
  expect(files).not.toContain('src/cmd/migrate/main.go');
  expect(files.filter((file) => file.endsWith('_test.go'))).toEqual([]);

  const order = creationOrder(configuration.resources).map((group) => group.map(nameOf));
  expect(order.slice(1)).toEqual([[expect.stringContaining('example-links-database-claim')], ['example-links-database'], ['example-links-trial'], ['example-links']]);
}, TIMEOUT);

test('the data of the service with PostgreSQL can be given up', () => {
  const configuration = synthesized('service-with-postgres', { DATA_PROTECTION: 'off' });
  expect(ofType(configuration, 'docker_volume').map(nameOf)).toEqual(['example-links-database-data-17']);
  expect(configuration.resources.filter(isProtected)).toEqual([]);
}, TIMEOUT);

test('the service with PostgreSQL behind a gateway', () => {
  synthesize('service-with-postgres', output, { HOST_PORT: '8080' }, 'blue-green.ts');
  const configuration = readConfiguration(output);

  const ports = ofType(configuration, 'docker_container').flatMap(({ settings }) => settings.ports ?? []);
  expect(ports).toEqual([{ ip: '127.0.0.1', external: 8080, internal: 8080, protocol: 'tcp' }]);
  const sideBySide = ofType(configuration, 'docker_container').filter(({ settings }) => settings.lifecycle?.create_before_destroy);
  expect(sideBySide.filter(({ settings }) => settings.wait)).toHaveLength(2);
  expect(sideBySide.filter(({ settings }) => settings.attach && settings.name.includes('"blue-green-links-migration"'))).toHaveLength(1);
  expect(Object.values(configuration.outputs)).toEqual(['http://127.0.0.1:8080', 'http://127.0.0.1:8080']);
}, TIMEOUT);

test('the scratch image, and a tree of what it is made of', () => {
  const configuration = synthesized('scratch-image', { HOST_PORT: '9090' });
  expect(ofType(configuration, 'docker_container').map(nameOf)).toEqual(['hello-service', 'hello-service-trial']);
  expect(stagedFiles(configuration).filter((file) => file.startsWith('src/'))).toEqual(['src/go.mod', 'src/main.go']);

  const tree = drawTree(describeStack(configuration));
  expect(tree[0]).toBe('hello stack');
  expect(tree).toEqual(expect.arrayContaining([
    expect.stringMatching(/^├─ image {5}hello-image:[0-9a-f]{32} \(built\)$/),
    expect.stringMatching(/^│ {2}├─ Dockerfile assets\/hello-image\/Dockerfile \(\d\.\d kB\)$/),
    '│  ├─ ports        127.0.0.1:9090 -> 8080',
    '│  ├─ health       /probe http 8080 /healthz --timeout 2700 --liveness 6 --interval 5000 --stop-grace 30000 (every 5s)',
    '   └─ 3. container hello-service',
  ]));
}, TIMEOUT);

test.each(exampleNames())('%s is synthesized where there is neither Go, Docker nor Terraform', (name) => {
  const configuration = synthesized(name, { PATH: '' });
  expect(ofType(configuration, 'docker_container').length).toBeGreaterThan(0);
}, TIMEOUT);

test('an error of the library reaches the user without the stack', () => {
  expect(() => synthesize('scratch-image', output, { HOST_PORT: '70000' })).toThrow(new RegExp([
    '^The example could not be synthesized:',
    '',
    'InputError: PublishedPort\\.onLoopback\\(70000\\): the argument `hostPort` is too large',
    ' {2}given: {3}70000',
    ' {2}allowed: a whole number from 1 to 65535',
    ' {2}to do: {3}give a value within these limits',
    ' {2}at: {6}main.ts:\\d+$',
  ].join('\n')));
}, TIMEOUT);

test.each(exampleNames())('%s can be installed with what the library is made for', (name) => {
  const library = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8'));
  const example = JSON.parse(fs.readFileSync(path.join(exampleDirectory(name), 'package.json'), 'utf8'));
  expect(example.dependencies).toEqual({ ...library.peerDependencies, [library.name]: 'latest' });
  expect(example.engines).toEqual(library.engines);
  const toolkit = 'cdktf';
  expect(example.devDependencies[`${toolkit}-cli`]).toBe(library.peerDependencies[toolkit]);
  for (const tool of ['@types/node', 'ts-node', 'typescript']) {
    expect(example.devDependencies[tool]).toBe(library.devDependencies[tool]);
  }
});
