import { TerraformResource, dependable } from 'cdktf';
import { Construct } from 'constructs';
import {
  ContainerFile, Defaults, Gateway, GoService, GoTask, IContainerImage, Place, PostgresDatabase, PublishedPort, Rollout,
} from '../../lib';
import type { NetworkSettings, VolumeSettings } from '../../lib/places/place';
import type { PlacedFile, Running } from '../../lib/workload/running';
import type { Workload } from '../../lib/workload/workload';
import { goImage, newStack, resourcesByPath } from '../stack';

/** What a place makes of a workload: here, no more than its description. */
class Pod extends TerraformResource {
  public constructor(scope: Construct, id: string, private readonly describe: () => object) {
    super(scope, id, { terraformResourceType: 'example_pod' });
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    return { ...this.describe() };
  }
}

/** A whole place, in one file, and without Docker. */
class Planet extends Place {
  public readonly workloads: Workload[] = [];
  public readonly files: PlacedFile[] = [];

  public get _key(): string {
    return 'planet';
  }

  public _builder() {
    return undefined;
  }

  public _image(scope: Construct, image: IContainerImage) {
    return image.bind(scope);
  }

  public _network(_scope: Construct, _id: string, { name }: NetworkSettings): string {
    return name;
  }

  public _volume(_scope: Construct, _id: string, { name }: VolumeSettings): string {
    return name;
  }

  public _run(scope: Construct, workload: Workload, id = 'Resource'): Running {
    this.workloads.push(workload);
    const pod = new Pod(scope, id, () => ({
      name: workload.name,
      lifetime: workload.lifetime,
      replicas: workload.replicas,
      variables: Object.fromEntries(workload.variables.rendered),
      networks: workload.networks.map(({ network }) => network.networkName),
      volumes: workload.mounts.flatMap((mount) => mount._volume()?.volumeName ?? []),
      waits_for: workload.after.map(dependable),
    }));
    return {
      ready: pod,
      hostName: `${workload.name}.planet`,
      resources: [pod],
      memoryBytes: () => workload.memory.toBytes(),
      place: workload.spreads ? (files) => this.files.push(...files) : undefined,
      refresh: () => undefined,
    };
  }
}

test('a further place is one class: services, tasks, gateways and databases run there without another change', () => {
  const stack = newStack();
  const planet = new Planet();
  Defaults.apply(stack, { place: planet });
  const gateway = new Gateway(stack, 'Gateway', { publish: PublishedPort.onLoopback(8080) });
  const database = new PostgresDatabase(stack, 'Database');
  const image = goImage(stack);
  const migration = new GoTask(stack, 'Migration', { image });
  migration.connectTo(database);
  const service = new GoService(stack, 'Api', {
    image, replicas: 3, rollout: Rollout.blueGreen(), routes: [gateway.route()], after: [migration], files: [ContainerFile.text('/etc/api/level', 'info')],
  });
  service.connectTo(database.addRole('api'));
  const { docker_container: containers, docker_network: networks, example_pod: pods } = resourcesByPath(stack);
  expect(containers).toBeUndefined();
  expect(networks).toBeUndefined();
  expect(pods).toMatchObject({
    'Api/Resource': { name: 'dev-api', lifetime: 'service', replicas: 3, networks: expect.arrayContaining(['dev-gateway-network', 'dev-database-network']) },
    'Migration/Resource': { lifetime: 'task', variables: { DATABASE_URL: expect.anything() } },
    'Database/Resource': { lifetime: 'service', volumes: ['dev-database-data-17', 'dev-database-records'] },
    'Gateway/Resource': { lifetime: 'service', volumes: ['dev-gateway-state'] },
    'Gateway/Configuration': { lifetime: 'task', variables: { CONFIGURATION: expect.stringContaining('dev-api.planet') } },
  });
  expect(pods['Api/Resource'].waits_for).toEqual(expect.arrayContaining([expect.stringMatching(/^example_pod\.Migration/)]));
  expect(planet.files).toMatchObject([{ path: '/etc/api/level', mode: '0444', isSecret: false }]);
  expect(planet.workloads.filter(({ spreads }) => spreads).map(({ name }) => name)).toEqual(['dev-api']);
});
