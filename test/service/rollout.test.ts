import { Container } from '@cdktf/provider-docker/lib/container';
import { App, TerraformResource, TerraformStack, Testing } from 'cdktf';
import { ReferenceGraph } from './reference-graph';
import {
  BlueGreenOptions, ContainerImage, Duration, Gateway, GatewayRouteProps, GoService, GoTask, HealthCheck, PostgresDatabase, PublishedPort,
  ReplicaOrder, Rollout, ServiceOptions, Size,
} from '../../lib';
import { TerraformData } from '../../lib/terraform/data';
import { callMessageOf, messageOf } from '../message';

const IMAGE = ContainerImage.fromRegistry('registry.example/shop:1', { probePath: '/probe' });

function newStack(): TerraformStack {
  return new TerraformStack(new App(), 'dev');
}

function newGateway(stack: TerraformStack): Gateway {
  return new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(8000) });
}

function graphOf(stack: TerraformStack): ReferenceGraph {
  return new ReferenceGraph(JSON.parse(Testing.synth(stack)));
}

function blueGreen(options: ServiceOptions = {}, rollout: BlueGreenOptions = {}, routes: GatewayRouteProps[] = [{}]) {
  const stack = newStack();
  const gateway = newGateway(stack);
  const service = new GoService(stack, 'shop', { image: IMAGE, rollout: Rollout.blueGreen(rollout), routes: routes.map((route) => gateway.route(route)), ...options });
  return { stack, gateway, service };
}

function addressOf(container: TerraformResource): string {
  return `docker_container.${container.friendlyUniqueId}`;
}

function containersOf(stack: TerraformStack): Record<string, any> {
  return JSON.parse(Testing.synth(stack)).resource.docker_container;
}

describe('the graph of a blue/green service', () => {
  test('a container is created beside the old one, under a name of its own, and is waited for', () => {
    const { service, stack } = blueGreen();
    const container = containersOf(stack)[service.resource.friendlyUniqueId];
    expect(container.lifecycle).toEqual({ create_before_destroy: true, ignore_changes: ['name', 'ports', 'wait', 'ulimit', 'log_opts'] });
    expect(container.name).toBe('${join("-", ["dev-shop", substr(uuid(), 0, 8)])}');
    expect(container.wait).toBe('${!local.docker_command}');
    expect(container.destroy_grace_seconds).toBe(30);
    expect(container.ports).toBeUndefined();
  });

  test('its stable name is an alias on each network', () => {
    const { service, stack } = blueGreen();
    service.joinNetwork({ networkName: 'more' });
    const { networks_advanced: networks } = containersOf(stack)[service.resource.friendlyUniqueId];
    expect(networks).toEqual([
      { name: '${docker_network.ServiceNetwork_EF29AF70.name}', aliases: ['dev-shop'] },
      { name: '${docker_network.gateway_Network_5386486A.name}', aliases: ['dev-shop'] },
      { name: 'more', aliases: ['dev-shop'] },
    ]);
  });

  test('it can be found by its construct\'s path', () => {
    const { service, stack } = blueGreen();
    expect(containersOf(stack)[service.resource.friendlyUniqueId].labels)
      .toContainEqual({ label: 'cdktf-go-docker.construct', value: 'dev/shop' });
  });

  test('its health is looked at for the first time after the settle time, and the apply waits for that', () => {
    const healthCheck = HealthCheck.http('/healthz');
    const { service, stack } = blueGreen({ healthCheck }, { settleTime: Duration.seconds(20) });
    const container = containersOf(stack)[service.resource.friendlyUniqueId];
    expect(container.healthcheck.start_interval).toBe('20s');
    expect(container.wait_timeout).toBe(healthCheck._maxWait()!.toSeconds() + 40);
  });

  test('the gateway changes over after the new container is there: its configuration refers to the container', () => {
    const { gateway, service, stack } = blueGreen();
    const graph = graphOf(stack);
    const configuration = addressOf(gateway.configurationResource);
    expect(graph.closure(configuration)).toContain(addressOf(service.resource));
    expect(graph.closure(addressOf(service.resource))).not.toContain(addressOf(gateway.resource));
    expect(graph.attributes(configuration).lifecycle).not.toHaveProperty('create_before_destroy');
    expect(graph.attributes(configuration).env[0]).toContain(`server \${docker_container.${service.resource.friendlyUniqueId}.name} `
      + `\${substr(docker_container.${service.resource.friendlyUniqueId}.id, 0, 12)}:8080 init-addr libc,none`);
  });

  test('without a rollout, a service has a fixed name, and is not created before the old one is destroyed', () => {
    const stack = newStack();
    const service = new GoService(stack, 'shop', { image: IMAGE });
    const container = containersOf(stack)[service.resource.friendlyUniqueId];
    expect(container.name).toBe('dev-shop');
    expect(container.lifecycle).toEqual({ ignore_changes: ['ports', 'wait', 'ulimit', 'log_opts'] });
    expect(container.networks_advanced[0].aliases).toBeUndefined();
    expect(container.healthcheck.start_interval).toBe('500ms');
  });
});

describe('replicas', () => {
  test('together: no container needs another, and who depends on the service waits for all', () => {
    const { service, stack } = blueGreen({ replicas: 3 });
    const other = new GoService(stack, 'other', { image: IMAGE, after: [service] });
    const graph = graphOf(stack);
    const addresses = service.resources.map(addressOf);
    expect(addresses).toHaveLength(3);
    for (const address of addresses) {
      expect([...graph.closure(address)].filter((needed) => needed.startsWith('docker_container.'))).toEqual([]);
      expect(graph.closure(addressOf(other.resource))).toContain(address);
    }
  });

  test('one after another: each waits for the one before', () => {
    const { service, stack } = blueGreen({ replicas: 3 }, { replicaOrder: ReplicaOrder.ONE_AFTER_ANOTHER });
    const graph = graphOf(stack);
    const [first, second, third] = service.resources.map(addressOf);
    expect(graph.attributes(first).depends_on).toBeUndefined();
    expect(graph.attributes(second).depends_on).toEqual([first]);
    expect(graph.attributes(third).depends_on).toEqual([second]);
  });

  test('the gateway knows each of them', () => {
    const { gateway, stack } = blueGreen({ replicas: 3 });
    const [configuration] = containersOf(stack)[gateway.configurationResource.friendlyUniqueId].env;
    const [, backend] = configuration.split('backend dev-shop from base\n');
    expect(backend.split('\n\n')[0].match(/^ {2}server \S+/gm)).toHaveLength(3);
    // The service's name also leads to containers of a version that is not finished.
    expect(configuration).not.toContain('server-template');
  });
});

describe('every combination of options', () => {
  const combinations = [false, true].flatMap((sideBySide) => [1, 2].flatMap((replicas) =>
    [ReplicaOrder.TOGETHER, ReplicaOrder.ONE_AFTER_ANOTHER].flatMap((replicaOrder) => [false, true].flatMap((database) =>
      [false, true].flatMap((task) => [false, true].flatMap((second) => [false, true].map((routed) =>
        ({ sideBySide, replicas, replicaOrder, database, task, second, routed }))))))))
    .filter(({ sideBySide, replicas }) => sideBySide || replicas === 1);

  test('there are some', () => {
    expect(combinations).toHaveLength(96);
  });

  test.each(combinations)('%j: no cycle, no dangling reference, no container that Terraform would run twice', (options) => {
    const stack = newStack();
    const gateway = newGateway(stack);
    const service = new GoService(stack, 'shop', {
      image: IMAGE,
      replicas: options.replicas,
      rollout: options.sideBySide ? Rollout.blueGreen({ replicaOrder: options.replicaOrder }) : Rollout.recreate(),
      routes: options.sideBySide ? [gateway.route({ pathPrefix: '/shop' })] : undefined,
      publish: options.sideBySide ? undefined : PublishedPort.onLoopback(8001),
    });
    const database = options.database ? new PostgresDatabase(stack, 'database') : undefined;
    if (database) {
      service.connectTo(database);
    }
    if (options.task) {
      const task = new GoTask(stack, 'migrate', { image: IMAGE });
      if (database) {
        task.connectTo(database);
      }
      service.after(task);
    }
    if (options.second) {
      const second = new GoService(stack, 'second', {
        image: IMAGE,
        rollout: Rollout.blueGreen(),
        routes: [gateway.route({ host: 'second.example' })],
        after: options.sideBySide ? [service] : [],
      });
      if (database) {
        second.connectTo(database);
      }
    }
    if (options.routed) {
      service.addRoute(gateway.route({ host: 'shop.example' }));
    }
    const graph = graphOf(stack);
    expect(graph.cycles()).toEqual([]);
    expect(graph.dangling()).toEqual([]);
    expect(graph.forcedSideBySide()).toEqual([]);
    expect(graph.addresses('docker_container').length).toBeGreaterThanOrEqual(3);
  });
});

describe('what the graph checks would find', () => {
  test('a cycle and a forced container', () => {
    const graph = new ReferenceGraph({
      provider: { docker: [{}] },
      resource: {
        docker_container: {
          a: { name: 'a', depends_on: ['docker_container.b'], lifecycle: { create_before_destroy: true } },
          b: { name: '${docker_container.a.name}' },
        },
      },
    });
    expect(graph.cycles()).toEqual(['docker_container.a', 'docker_container.b']);
    expect(graph.forcedSideBySide()).toEqual(['docker_container.a -> docker_container.b']);
  });
});

describe('outputs', () => {
  test('the URL of the gateway and of the route', () => {
    const { stack, service } = blueGreen({}, {}, [{ host: 'shop.example', pathPrefix: '/api' }, {}]);
    expect(service.url).toBe('http://shop.example:8000/api');
    expect(Object.values(JSON.parse(Testing.synth(stack)).output)).toEqual([
      { value: 'http://127.0.0.1:8000' }, { value: 'http://shop.example:8000/api' },
    ]);
  });

  test('none for a published port, whose URL the service knows as well', () => {
    const stack = newStack();
    const service = new GoService(stack, 'shop', { image: IMAGE, publish: PublishedPort.onLoopback(8001) });
    expect(service.url).toBe('http://127.0.0.1:8001');
    expect(JSON.parse(Testing.synth(stack)).output).toBeUndefined();
  });

  test('none for a service that is not reached from outside', () => {
    const stack = newStack();
    expect(new GoService(stack, 'shop', { image: IMAGE }).url).toBeUndefined();
    expect(JSON.parse(Testing.synth(stack)).output).toBeUndefined();
  });
});

describe('what is refused', () => {
  test('a published port beside a blue/green rollout', () => {
    expect(messageOf(() => blueGreen({ publish: PublishedPort.onLoopback(8001) }))).toBe([
      'dev/shop: a blue/green service cannot publish a port of its own: two of its containers run at a time, and only one could have the port',
      '  given:   "127.0.0.1:8001"',
      '  allowed: either `publish` or Rollout.blueGreen()',
      '  to do:   leave `publish` out and give the port to the gateway: new Gateway(…, { publish: PublishedPort.… })',
    ].join('\n'));
  });

  test.each([
    [0, 'is too small'], [-1, 'is too small'], [1.5, 'is not a whole number'], [51, 'is too large'], [NaN, 'is not a finite number'],
  ])('%p replicas', (replicas, what) => {
    expect(messageOf(() => blueGreen({ replicas }))).toBe([
      `dev/shop: the prop \`replicas\` ${what}`,
      `  given:   ${replicas}`,
      '  allowed: a whole number from 1 to 50',
      '  to do:   give a value within these limits, or leave it out',
    ].join('\n'));
  });

  test.each([1, 50])('%p replicas are accepted', (replicas) => {
    expect(blueGreen({ replicas }).service.resources).toHaveLength(replicas);
  });

  test('replicas without a gateway', () => {
    expect(messageOf(() => new GoService(newStack(), 'shop', { image: IMAGE, replicas: 2 }))).toBe([
      'dev/shop: several replicas without a gateway that shares the requests among them',
      '  given:   2',
      '  allowed: more than one replica with Rollout.blueGreen() only',
      '  to do:   add `rollout: Rollout.blueGreen()` and `routes` of a gateway, or leave `replicas` out',
    ].join('\n'));
  });
  test.each([
    [Duration.milliseconds(999), 'is too small'], [Duration.seconds(601), 'is too large'], [Duration.milliseconds(1500), 'is not a whole multiple of 1 s'],
  ])('a settle time of %s', (settleTime, what) => {
    expect(callMessageOf(() => blueGreen({}, { settleTime }))).toBe([
      `Rollout.blueGreen({ settleTime: ${settleTime} }): the argument \`options.settleTime\` ${what}`,
      `  given:   ${settleTime}`,
      '  allowed: 1 s to 10 m, in whole multiples of 1 s',
      '  to do:   give a value within these limits, or leave it out',
      '  at:      <line>',
    ].join('\n'));
  });

  test('a dependency on a container that is not this library\'s and not replaced side by side', () => {
    const { stack, service } = blueGreen();
    expect(messageOf(() => service.after(new Container(stack, 'other', { name: 'other', image: 'redis:8' })))).toBe([
      'dev/shop: a container that is replaced side by side must not depend on one that is not: dev/other',
      '  given:   "dev/other"',
      '  allowed: services, databases, tasks, and resources other than containers; roles through connectTo()',
      '  to do:   Terraform would start a second one beside it as well, which its name and data do not allow. '
        + 'Leave the dependency out and let the program retry until the other one answers',
    ].join('\n'));
  });

  test('a role, on whose task Terraform must not depend, is found at synth', () => {
    const { stack, service } = blueGreen();
    service.after(new PostgresDatabase(stack, 'database').addRole('shop'));
    expect(messageOf(() => Testing.synth(stack)))
      .toContain('dev/shop: a container that is replaced side by side must not depend on one that is not: dev/database/Provisioning\n');
  });

  test('not a dependency on resources other than containers', () => {
    const { stack, service } = blueGreen();
    expect(() => service.after(new TerraformData(stack, 'data'))).not.toThrow();
  });
});

test('memory is a setting like any other: GOMEMLIMIT changes with it, and with the environment the container', () => {
  const { service, stack } = blueGreen({ memory: Size.mebibytes(100) });
  expect(containersOf(stack)[service.resource.friendlyUniqueId].env).toContain(`GOMEMLIMIT=${Math.floor(0.9 * 100 * 1024 * 1024)}B`);
});
