import * as fs from 'fs';
import * as net from 'net';
import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { cisTable, tableOf, withTable } from './cis/page';
import { Inspected } from './cis/rules';
import { CisPorts, everyContainer } from './cis/stack';
import { describeWithEngine, dockerApi, freePort } from './engine';
import { exporterImage } from './harness/exporter-image';
import { docker } from './harness/applied-stack';
import { Inspection, RunningContainer } from './harness/running-container';
import { terraformProblem } from './harness/terraform-project';
import { AppliedStack } from './harness/terraform-stack';
import { testRun } from './harness/test-run';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'security-cis.md');
const SOURCE = path.join(__dirname, 'fixtures', 'every');
const EXPORTER = 'quay.io/prometheuscommunity/postgres-exporter:v0.20.1';

/** Containers by name, without the stack's id and random suffixes → what the page calls them. */
const KINDS: Readonly<Record<string, string>> = {
  'service': 'service',
  'beside': 'blue/green service',
  'task': 'task',
  'service-trial': 'trial of a version',
  'beside-dbready': 'readiness check',
  'task-dbready': 'readiness check',
  'db': 'PostgreSQL',
  'db-claim': 'volume claim',
  'db-initialisation': 'initialisation',
  'db-provisioning': 'roles and passwords',
  'db-backup': 'backup',
  'db-backup-check': 'check of the backup directory',
  'db-metrics': 'metrics exporter',
  'gateway': 'gateway',
  'gateway-configuration': 'gateway configuration',
};

const problem = terraformProblem();
if (problem) {
  process.stderr.write(`skipped: the table of the CIS Docker Benchmark (${problem})\n`);
}

// In a `describe` of its own, so that the stack is gone before what the run made is removed.
(problem ? describe.skip : describeWithEngine)('with the real provider', () => describe('every container of the library', () => {
  let stack: AppliedStack;
  let ports: CisPorts;
  let define: (terraformStack: TerraformStack, processes?: number) => void;
  const inspected = new Map<string, Inspected>();

  beforeAll(async () => {
    ports = { service: await freePort(), gateway: await freePort(), metrics: await freePort() };
    const exporter = exporterImage(EXPORTER);
    define = (terraformStack, processes) => everyContainer(terraformStack, { source: SOURCE, ports, exporter, processes });
    stack = new AppliedStack(`cis-${testRun.id}`).define((terraformStack) => define(terraformStack)).apply();
    for (const { Id, Names: [name] } of await dockerApi.get<{ Id: string; Names: string[] }[]>('/containers/json', { all: 'true' })) {
      if (name.startsWith(`/${stack.id}-`)) {
        const own = name.slice(stack.id.length + 2).replace(/(-[0-9a-f]{8})+$/, '');
        const kind = KINDS[own] ?? own;
        inspected.set(kind, await inspect(new RunningContainer(Id, name), kind));
      }
    }
  });

  afterAll(() => {
    stack.destroy();
    for (const volume of docker('volume', 'ls', '--quiet').split('\n').filter((name) => name.startsWith(`${stack.id}-`))) {
      docker('volume', 'rm', volume);
    }
    for (const image of docker('images', '--format', '{{.Repository}}:{{.Tag}}').split('\n').filter((name) => name.startsWith(`${stack.id}-`))) {
      docker('rmi', image);
    }
  });

  async function inspect(running: RunningContainer, kind: string): Promise<Inspected> {
    const container = await running.inspect() as Inspected['container'];
    const image = await dockerApi.get<Inspected['image']>(`/images/${(container as unknown as { Image: string }).Image}/json`);
    const isBuilt = (image.RepoTags ?? []).some((tag) => tag.startsWith(`${stack.id}-image`));
    return {
      kind,
      container,
      image,
      isBuilt,
      steps: isBuilt ? (await dockerApi.get<{ CreatedBy: string }[]>(`/images/${container.Config.Image}/history`)).map(({ CreatedBy }) => CreatedBy) : undefined,
      publishedPorts: { service: 1, gateway: 2 }[kind] ?? 0,
      runsOnce: container.HostConfig.RestartPolicy.Name === 'no',
    };
  }

  const hostConfig = (kind: string): Inspection['HostConfig'] => inspected.get(kind)!.container.HostConfig;

  test('is in the table of the CIS Docker Benchmark, as docker inspect shows it', () => {
    const kinds = [...new Set(Object.values(KINDS))];
    expect([...inspected.keys()].sort()).toEqual([...kinds].sort());
    const table = cisTable(kinds.map((kind) => inspected.get(kind)!));
    expect(table).not.toContain('UNEXPECTED');
    if (process.env.WRITE_CIS_TABLE !== undefined) {
      fs.writeFileSync(PAGE, withTable(fs.readFileSync(PAGE, 'utf8'), table));
    }
    expect(tableOf(fs.readFileSync(PAGE, 'utf8'))).toBe(table);
  });

  test('has a limit of processes when it runs on, which a change of the program sets without a new container', () => {
    expect(stack.plan()).toEqual({});
    for (const [kind, { runsOnce }] of inspected) {
      expect([kind, hostConfig(kind).PidsLimit ?? 0]).toEqual([kind, runsOnce ? 0 : 2048]);
    }
    const service = inspected.get('service')!.container.Id;
    stack.define((terraformStack) => define(terraformStack, 100));
    expect(Object.entries(stack.plan())).toEqual([[expect.stringContaining('terraform_data.service_Processes'), ['delete', 'create']]]);
    stack.apply();
    expect(docker('inspect', '--format', '{{.HostConfig.PidsLimit}}', service)).toBe('100');
    expect(stack.plan()).toEqual({});
  });

  test('on an isolated network does not reach the host, and one on another network does', async () => {
    const server = net.createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as net.AddressInfo;
    const reaches = (name: string) => {
      const network = `${stack.id}-${name}`;
      const address = docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', network);
      return docker('run', '--rm', '--network', network, '--entrypoint', 'bash', 'haproxy:3.0', '-c',
        `for address in ${address} 172.17.0.1; do timeout 5 bash -c "exec 3<>/dev/tcp/$address/${port}" 2> /dev/null && echo yes; done; true`);
    };
    try {
      expect(reaches('services')).toContain('yes');
      expect(reaches('db-network')).toBe('');
    } finally {
      server.close();
    }
  });
}));
