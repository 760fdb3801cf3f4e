import { TerraformStack } from 'cdktf';
import {
  BackupSchedule, BackupStorage, Gateway, GoScratchImage, GoService, GoTask, PostgresDatabase, PublishedPort, Rollout, Size,
} from '../../../lib';

export interface CisPorts { readonly service: number; readonly gateway: number; readonly metrics: number }

export interface CisStack {
  /** The directory of a Go program. */
  readonly source: string;
  readonly ports: CisPorts;
  /** The image of the metrics exporter. */
  readonly exporter: string;
  readonly processes?: number;
}

/** A stack with every kind of container that the library makes, with its defaults. */
export function everyContainer(stack: TerraformStack, { source, ports, exporter, processes }: CisStack): void {
  const image = new GoScratchImage(stack, 'image', { source });
  const database = new PostgresDatabase(stack, 'db', { memory: Size.mebibytes(256), initScripts: [`${source}/schema.sql`] });
  const role = database.addRole('shop');
  database.backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 7, to: BackupStorage.volume() });
  database.metrics({ image: exporter });
  const migration = new GoTask(stack, 'task', { image });
  migration.connectTo(database);
  const service = new GoService(stack, 'service', { image, publish: PublishedPort.onLoopback(ports.service), after: [migration], processes });
  service.connectTo(role);
  const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(ports.gateway), metricsPort: ports.metrics });
  const beside = new GoService(stack, 'beside', { image, rollout: Rollout.blueGreen(), routes: [gateway.route()] });
  beside.connectTo(role);
}
