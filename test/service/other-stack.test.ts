import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { ContainerImage, ContainerMount, ContainerNetwork, DockerHost, Gateway, GoService, GoTask, PostgresDatabase, PublishedPort } from '../../lib';
import { writeFiles } from '../go/fixture';
import { messageOf } from '../message';
import { synthesized } from '../stack';

function twoStacks(): { app: App; data: TerraformStack; shop: TerraformStack } {
  const app = new App({ outdir: writeFiles({}) });
  const [data, shop] = ['data', 'shop'].map((id) => {
    const stack = new TerraformStack(app, id);
    new LocalBackend(stack, { path: `${id}.tfstate` });
    new DockerProvider(stack, 'docker');
    return stack;
  });
  return { app, data, shop };
}

const IMAGE = ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe' });

describe('what Terraform could not apply is refused with both paths', () => {
  const connect = 'create both in one stack, or publish the database and describe it with PostgresDatabase.fromConnection()';
  test.each<[string, string, string, (data: TerraformStack, service: GoService) => void]>([
    ['a database', 'data/database', connect, (data, service) => service.connectTo(new PostgresDatabase(data, 'database'))],
    ['a role of another stack\'s server', 'data/database/Default/Role-shop', connect,
      (data, service) => service.connectTo(new PostgresDatabase(data, 'database').addRole('shop'))],
    ['a task to run after', 'data/task', 'create both in one stack', (data, service) => service.after(new GoTask(data, 'task', { image: IMAGE }))],
    ['a database to run after', 'data/database', 'create both in one stack', (data, service) => service.after(new PostgresDatabase(data, 'database'))],
    ['a gateway', 'data/gateway/Network', 'create the gateway and its services in one stack',
      (data, service) => void service.addRoute(new Gateway(data, 'gateway', { publish: PublishedPort.onLoopback(80) }).route())],
  ])('%s', (_, path, remedy, use) => {
    const { data, shop } = twoStacks();
    const service = new GoService(shop, 'api', { image: IMAGE });
    expect(messageOf(() => use(data, service))).toBe([
      `shop/api: a construct of another stack: ${path}`,
      `  given:   "${path}"`,
      '  allowed: constructs of the stack shop: each stack is applied by itself',
      `  to do:   ${remedy}`,
    ].join('\n'));
  });

  test('a provider', () => {
    const { data, shop } = twoStacks();
    const place = DockerHost.fromProvider(new DockerProvider(data, 'remote', { alias: 'remote', host: 'ssh://two' }));
    expect(messageOf(() => new GoService(shop, 'api', { image: IMAGE, place }))).toContain('shop/api: a construct of another stack: data/remote\n');
  });
});

test('networks and volumes of another stack are used by name: cdktf passes them through the other stack\'s state', () => {
  const { app, data, shop } = twoStacks();
  const network = new ContainerNetwork(data, 'network');
  const database = new PostgresDatabase(data, 'database', { dataProtection: false });
  const service = new GoService(shop, 'api', { image: IMAGE, mounts: [ContainerMount.volume(database.volumeName, '/data', { readOnly: true })] });
  service.joinNetwork(network);
  app.synth();
  const { resource, data: read } = synthesized(shop);
  const text = JSON.stringify(resource);
  expect(text).toMatch(/data\.terraform_remote_state\.cross-stack-reference-input-data\.outputs\.cross-stack-output-docker_network/);
  expect(text).toMatch(/data\.terraform_remote_state\.cross-stack-reference-input-data\.outputs\.cross-stack-output-docker_volume/);
  expect(Object.keys(read)).toEqual(['terraform_remote_state']);
});
