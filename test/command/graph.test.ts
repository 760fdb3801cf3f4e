import * as fs from 'fs';
import * as path from 'path';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { shop } from './topology';
import { layOut } from '../../lib/command/graph/layout';
import { mermaid } from '../../lib/command/graph/mermaid';
import type { Topology } from '../../lib/command/graph/model';
import { svg } from '../../lib/command/graph/svg';
import { shortened, textWidth } from '../../lib/command/graph/text-width';
import { topologyOf } from '../../lib/command/graph/topology';
import { main } from '../../lib/command/main';
import { Program } from '../../lib/command/program';
import { writeFiles } from '../go/fixture';

/** A synthesized program, as the command reads it. */
function synthesizedProgram(stacks: Readonly<Record<string, (stack: TerraformStack) => void>>): string {
  const output = writeFiles({});
  const app = new App({ outdir: output });
  for (const [id, define] of Object.entries(stacks)) {
    const stack = new TerraformStack(app, id);
    new LocalBackend(stack, {});
    define(stack);
  }
  app.synth();
  return output;
}

/** A program with these containers, as another tool may have written them. */
function written(containers: Readonly<Record<string, object>>, more: object = {}): Topology[] {
  const output = writeFiles({
    'manifest.json': JSON.stringify({ stacks: { dev: { synthesizedStackPath: 'stacks/dev/cdk.tf.json' } } }),
    'stacks/dev/cdk.tf.json': JSON.stringify({
      resource: {
        docker_container: Object.fromEntries(Object.entries(containers).map(([id, settings]) => [id, { 'image': 'acme/x:1', ...settings, '//': { metadata: { path: `dev/${id}/Resource` } } }])),
        ...more,
      },
    }),
  });
  return Program.readAll({ output }).map(topologyOf);
}

async function graph(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) => jest.spyOn(process[stream], 'write').mockImplementation((part) => {
    text[stream] += part;
    return true;
  }));
  try {
    return { exitCode: await main(['graph', ...args]), ...text };
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
}

/** The picture's elements of a name. Fails where it is not well-formed XML. */
function elements(picture: string, name: string): Element[] {
  const onError = (level: string, message: string) => {
    // It warns of U+FFFD, which stands for what XML does not allow.
    if (level !== 'warning') {
      throw new Error(`${level}: ${message}`);
    }
  };
  const document = new DOMParser({ onError }).parseFromString(picture, 'image/svg+xml');
  return Array.from(document.getElementsByTagName(name));
}

interface Rectangle { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

function rectangles(picture: string, style: string): Rectangle[] {
  return elements(picture, 'rect').filter((element) => element.getAttribute('class') === style).map((element) => {
    const [left, top, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(element.getAttribute(name)));
    return { left, top, right: left + width, bottom: top + height };
  });
}

function overlap(one: Rectangle, other: Rectangle): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

describe('a program with everything', () => {
  let output: string;
  let topology: Topology;

  beforeAll(() => {
    output = synthesizedProgram({ dev: shop });
    [topology] = Program.readAll({ output }).map(topologyOf);
  });

  test('has a node for what its author declared, and none for the steps of the library', () => {
    expect(topology.nodes.map(({ kind, name, details, replicas }) => [kind, name, replicas, ...details]).sort()).toEqual([
      ['backup', 'dev-records-backup', 1, 'each day, keeps 14'],
      ['database', 'dev-records', 1, 'postgres:17'],
      ['database', 'dev-shop-database', 1, 'postgres:17'],
      ['directory', '/mnt/backups', 0, 'on the host'],
      ['gateway', 'dev-gateway', 1, 'haproxy:3.0'],
      ['port', ':80', 0, 'all addresses'],
      ['scheduled task', 'dev-report', 1, '30 3 * * * UTC'],
      ['service', 'dev-api', 1, 'built from source, blue/green'],
      ['service', 'dev-shop', 2, 'built from source, blue/green'],
      ['task', 'dev-shop-migration', 1, 'runs to its end'],
      ['volume', 'dev-records-data-17', 0, 'stays when it is destroyed'],
      ['volume', 'dev-shop-database-data-17', 0, 'stays when it is destroyed'],
      ['volume', 'uploads', 0, 'stays when it is destroyed'],
    ]);
  });

  test('has an edge for each route, connection, mount and wait', () => {
    const names = new Map(topology.nodes.map(({ id, name }) => [id, name]));
    expect(topology.edges.map(({ from, to, kind, text }) => `${names.get(from)} ${kind} ${names.get(to)}${text === undefined ? '' : ` (${text})`}`).sort()).toEqual([
      ':80 publishes dev-gateway',
      'dev-api connects dev-records',
      'dev-api mounts uploads (/data)',
      'dev-gateway routes dev-api (shop.example/api)',
      'dev-gateway routes dev-shop (shop.example)',
      'dev-records mounts dev-records-data-17',
      'dev-records-backup connects dev-records',
      'dev-records-backup mounts /mnt/backups',
      'dev-report connects dev-records',
      'dev-shop connects dev-shop-database',
      'dev-shop waits dev-shop-migration',
      'dev-shop-database mounts dev-shop-database-data-17',
      'dev-shop-migration connects dev-shop-database',
    ]);
  });

  test('has its networks', () => {
    expect(topology.networks).toEqual([
      { name: 'dev-services', isIsolated: false }, { name: 'dev-gateway-network', isIsolated: false },
      { name: 'dev-records-network', isIsolated: true }, { name: 'dev-shop-database-network', isIsolated: true },
    ]);
    expect(topology.nodes.find(({ name }) => name === 'dev-api')!.networks).toEqual(['dev-services', 'dev-gateway-network', 'dev-records-network']);
  });

  test('is drawn without anything over anything else', () => {
    const picture = svg([topology]);
    const boxes = rectangles(picture, 'box');
    const all = [...boxes, ...rectangles(picture, 'plate')];
    expect(boxes).toHaveLength(topology.nodes.length);
    expect(all.flatMap((one, index) => all.slice(index + 1).filter((other) => overlap(one, other)))).toEqual([]);
    expect(elements(picture, 'title').map(({ textContent }) => textContent)).toEqual(expect.arrayContaining([
      'What runs in the stack dev', 'service dev-shop\nbuilt from source, blue/green\nnetworks: dev-services, dev-gateway-network, dev-shop-database-network',
      'dev-shop waits for dev-shop-migration',
    ]));
  });

  test('is the same picture each time', () => {
    expect(svg(Program.readAll({ output }).map(topologyOf))).toBe(svg([topology]));
  });

  test('holds no secret and no expression', () => {
    expect(svg([topology]) + mermaid([topology]) + JSON.stringify(topology)).not.toMatch(/\$\{|uuid|secret|postgres:\/\//);
  });

  test('is written as Mermaid', () => {
    const text = mermaid([topology]);
    expect(text).toMatch(/^flowchart LR\n {2}subgraph s0\["dev"\]\n {4}direction LR\n/);
    expect(text).toMatch(/ {4}n0_\d+\["<b>dev-shop<\/b> × 2<br\/><i>service<\/i><br\/>built from source, blue\/green<br\/>networks: dev-services, dev-gateway-network, dev-shop-database-network \(isolated\)"\]\n/);
    expect(text).toMatch(/ {2}n0_\d+ -->\|"shop\.example\/api"\| n0_\d+\n/);
    expect(text).toMatch(/ {2}n0_\d+ -\.->\|"waits for"\| n0_\d+\n/);
  });

  test('is written by the command, in each format and to a file', async () => {
    const file = path.join(output, 'picture.svg');
    expect(await graph('--output', output)).toEqual({ exitCode: 0, stderr: '', stdout: mermaid([topology]) });
    expect(await graph('--output', output, '--format', 'svg')).toEqual({ exitCode: 0, stderr: '', stdout: svg([topology]) });
    expect(JSON.parse((await graph('--output', output, '--json')).stdout)).toEqual(JSON.parse(JSON.stringify([topology])));
    expect(await graph('--output', output, '--write', file)).toEqual({ exitCode: 0, stderr: '', stdout: '' });
    expect(fs.readFileSync(file, 'utf8')).toBe(svg([topology]));
    expect(await graph('--output', output, '--write', path.join(output, 'no', 'x.svg'))).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^the picture cannot be written: ENOENT/) });
    expect(await graph('--output', output, '--format', 'png')).toMatchObject({ exitCode: 2, stderr: '--format is mermaid or svg, not "png"\n' });
  });
});

test('several stacks are drawn one below the other, or one that is named', async () => {
  const output = synthesizedProgram({ one: shop, two: shop });
  const both = (await graph('--output', output, '--format', 'svg')).stdout;
  expect(elements(both, 'tspan').map(({ textContent }) => textContent)).toEqual(['stack ', 'one', 'stack ', 'two']);
  expect(both).toContain('two-shop-migration');
  const [first, second] = elements(both, 'g').map((element) => /^translate\(20 ([\d.]+)\)$/.exec(element.getAttribute('transform') ?? '')?.[1]).filter((top) => top !== undefined).map(Number);
  expect(second).toBeGreaterThan(first + 300);
  const one = (await graph('--output', output, '--format', 'svg', '--stack', 'two')).stdout;
  expect(one).not.toContain('one-shop');
  expect((await graph('--output', output)).stdout).toMatch(/subgraph s0\["one"\][^]*subgraph s1\["two"\]/);
});

test('programs and stacks that are empty are drawn as such', async () => {
  const output = synthesizedProgram({ dev: () => undefined });
  expect((await graph('--output', output, '--format', 'svg')).stdout).toContain('Nothing runs in this stack.');
  expect((await graph('--output', output)).stdout).toBe('flowchart LR\n  subgraph s0["dev"]\n    direction LR\n  end\n');
  const none = writeFiles({ 'manifest.json': '{"stacks":{}}' });
  expect(elements((await graph('--output', none, '--format', 'svg')).stdout, 'text').map(({ textContent }) => textContent)).toEqual(['The program has no stack.']);
  expect((await graph('--output', none)).stdout).toBe('flowchart LR\n');
});

test.each([
  '</text><script>alert(1)</script>', '"]; click n0 "javascript:alert(1)"', '& &amp; #35; `|{}', 'line\nbreak', '\u0000\u001b[31m', '\ud800', '数据库 🚀', '$${not} %%{a}', 'x'.repeat(300),
])('the name %j is only a name', (name) => {
  const topologies = written({ shop: { name, ports: [{ ip: '::1', external: 1, internal: 1, protocol: 'udp' }], volumes: [{ volume_name: name, container_path: name }] } });
  const picture = svg(topologies);
  expect(elements(picture, 'script')).toEqual([]);
  expect(elements(picture, 'text').length).toBeGreaterThan(5);
  const wide = elements(picture, 'text').filter(({ textContent }) => textWidth(textContent ?? '', 14, true) > 320);
  expect(wide).toEqual([]);
  for (const line of mermaid(topologies).trimEnd().split('\n')) {
    expect(line).toMatch(/^(flowchart LR| {2}subgraph s0\["dev"\]| {4}direction LR| {2}end| {4}n0_\d+[[({/]{1,2}"[^"\n[\]{}|`]*"[\])}/]{1,2}| {2}n0_\d+ -->(\|"[^"\n[\]{}|`]*"\|)? n0_\d+)$/);
  }
});

test.each<[string, object, string, string[]]>([
  ['a port of this machine', { ports: [{ ip: '127.0.0.1', external: 8080, internal: 80 }] }, '127.0.0.1:8080', ['this machine alone']],
  ['a port in IPv6', { ports: [{ ip: '::', external: 53, internal: 53, protocol: 'udp' }] }, '[::]:53 udp', ['all addresses']],
  ['a port that the engine chooses', { ports: [{ internal: 80 }] }, ':…', ['all addresses']],
  ['a directory', { mounts: [{ type: 'bind', source: '/srv', target: '/data' }] }, '/srv', ['on the host']],
  ['a database of another tool', { env: ['POSTGRES_DB=x'] }, 'a', ['acme/x:1']],
])('%s is a node', (_, settings, name, details) => {
  const [{ nodes }] = written({ a: { name: 'a', ...settings } });
  expect(nodes.map((node) => [node.name, node.details])).toContainEqual([name, details]);
});

test('a volume that the stack owns goes with it', () => {
  const [{ nodes }] = written({ a: { name: 'a', volumes: [{ volume_name: '${docker_volume.v.name}', container_path: '/data' }] } }, { docker_volume: { v: { name: 'data' } } });
  expect(nodes.map(({ name, details }) => [name, details])).toContainEqual(['data', ['removed with the stack']]);
});

test('a name within another one is no connection, and neither is one without a common network', () => {
  const network = { networks_advanced: [{ name: 'n' }] };
  const [{ edges }] = written({
    a: { name: 'a', env: ['DB=shop-database:5432', 'ALONE=alone'], ...network }, shop: { name: 'shop', ...network }, db: { name: 'shop-database', ...network }, alone: { name: 'alone' },
  });
  expect(edges).toEqual([{ from: 'dev/a', to: 'dev/db', kind: 'connects' }]);
});

test('lines do not cross where they need not', () => {
  // In the order in which they are given, they would.
  const boxes = ['a', 'b', 'x', 'y'].map((id) => ({ id, width: 100, height: 50 }));
  const line = (from: string, to: string) => ({ from, to, width: 0, height: 0 });
  const layout = layOut(boxes, [line('a', 'y'), line('b', 'x')]);
  const top = (id: string) => layout.boxes.get(id)!.y;
  expect(Math.sign(top('a') - top('b'))).toBe(Math.sign(top('y') - top('x')));
});

test('long texts are shortened in their middle', () => {
  expect(shortened('short', 14, 100)).toBe('short');
  const text = shortened('a-very-long-name-of-a-service-that-nobody-can-read', 14, 120);
  expect(text).toMatch(/^a-very.*….*read$/);
  expect(textWidth(text, 14)).toBeLessThanOrEqual(120);
});
