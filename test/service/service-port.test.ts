import { ContainerImage, Gateway, GoService, HealthCheck, PublishedPort, Rollout, ServicePort } from '../../lib';
import { container, goService, newStack, resources } from '../stack';

type Props = Record<string, any>;

const portsOf = (props: Props): any => {
  const stack = newStack();
  goService(stack, props);
  return container(stack, 'dev-service').ports;
};

describe('further ports', () => {
  test('are published for TCP and UDP, one port of the host for both', () => {
    expect(portsOf({
      publish: PublishedPort.onLoopback(8080),
      ports: [
        ServicePort.udp('dns', 5353, { publish: PublishedPort.onAllInterfaces(53) }),
        ServicePort.tcp('dns-tcp', 5353, { publish: PublishedPort.onAllInterfaces(53) }),
        ServicePort.tcp('metrics', 9153),
      ],
    })).toEqual([
      { ip: '127.0.0.1', external: 8080, internal: 8080, protocol: 'tcp' },
      { ip: '0.0.0.0', external: 53, internal: 5353, protocol: 'udp' },
      { ip: '0.0.0.0', external: 53, internal: 5353, protocol: 'tcp' },
    ]);
  });

  test('have an address for other containers', () => {
    const service = goService(newStack(), { ports: [ServicePort.tcp('metrics', 9153)] });
    expect(service.addressOf('metrics')).toBe('dev-service:9153');
    expect(() => service.addressOf('metric')).toThrow(/the service has no port of this name[^]*given: {3}"metric"[^]*allowed: metrics\n/);
  });

  test('exclude each other on the host by protocol', () => {
    const stack = newStack();
    const port = (protocol: 'tcp' | 'udp') => [ServicePort[protocol]('x', 53, { publish: PublishedPort.onAllInterfaces(53) })];
    goService(stack, { ports: port('udp') }, 'a');
    goService(stack, { ports: port('tcp') }, 'b');
    expect(() => goService(stack, { ports: port('udp') }, 'c')).toThrow('another container of the stack publishes the same host port: dev/a');
  });

  test.each<[string, Props, string]>([
    ['with one name', { ports: [ServicePort.tcp('a', 1), ServicePort.tcp('a', 2)] }, 'two of the service\'s `ports` have one name'],
    ['that are one port', { ports: [ServicePort.tcp('a', 1), ServicePort.tcp('b', 1)] }, 'two of the service\'s `ports` are one port'],
    ['that are the service\'s port', { ports: [ServicePort.tcp('a', 8080)] }, 'one of the service\'s `ports` is its `port`'],
    ['that are published side by side', { rollout: Rollout.blueGreen(), ports: [ServicePort.udp('a', 1, { publish: PublishedPort.onLoopback(1) })] },
      'a blue/green service cannot publish a port of its own'],
  ])('%s are refused', (_, props, message) => {
    expect(() => goService(newStack(), props)).toThrow(message);
  });

  test('one number for UDP and for the service\'s own TCP port is fine', () => {
    expect(portsOf({ ports: [ServicePort.udp('quic', 8080)] })).toBeUndefined();
  });

  test.each<[string, () => unknown, string]>([
    ['a name with capital letters', () => ServicePort.tcp('Metrics', 1), 'not the name of a port'],
    ['another port of the program', () => ServicePort.tcp('metrics', 1, { publish: PublishedPort.onLoopback(80, 2) }), 'leads to another port of the program'],
    ['a port out of range', () => ServicePort.udp('metrics', 0), 'ServicePort.udp'],
  ])('%s is refused', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('get routes of a gateway, with the service\'s health check, also side by side', () => {
    const stack = newStack();
    const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(80) });
    new GoService(stack, 'shop', {
      image: ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe' }),
      rollout: Rollout.blueGreen(),
      healthCheck: HealthCheck.http('/ready'),
      routes: [gateway.route()],
      ports: [ServicePort.tcp('admin', 9000, { routes: [gateway.route({ pathPrefix: '/admin' }), gateway.route({ pathPrefix: '/debug' })] })],
    });
    const configuration = resources(stack, 'docker_container').flatMap(({ env = [] }) => env).find((entry: string) => entry.startsWith('CONFIGURATION=')) as string;
    const backend = configuration.split('\n\n').find((part) => part.includes('backend dev-shop.admin'))!;
    expect(backend).toContain(':9000');
    expect(backend).toContain('/ready');
    expect(backend).toContain('port 8080');
    expect(configuration.match(/^backend dev-shop\.admin from base$/gm)).toHaveLength(1);
  });
});

describe('PORT in the environment', () => {
  const checked = (props: Props): any => {
    const stack = newStack();
    const service = goService(stack, props);
    return { port: service.port, test: container(stack, 'dev-service').healthcheck.test[3], ports: container(stack, 'dev-service').ports?.[0].internal };
  };

  test.each(['9000', ':9000'])('%s is the port of health check and publication', (PORT) => {
    expect(checked({ environment: { PORT }, publish: PublishedPort.onLoopback(80) })).toEqual({ port: 9000, test: '9000', ports: 9000 });
  });

  test.each(['db:5432', '0', '70000', ''])('%p is no port, and changes nothing', (PORT) => {
    expect(checked({ environment: { PORT } }).port).toBe(8080);
  });

  test('may repeat the port, and must not contradict it', () => {
    expect(checked({ environment: { PORT: '9000' }, port: 9000 }).port).toBe(9000);
    expect(() => goService(newStack(), { environment: { PORT: '9000' }, port: 8000 }))
      .toThrow('`environment` gives the program another PORT than `port`');
  });
});
