import { TerraformStack } from 'cdktf';
import {
  BackupSchedule, BackupStorage, ConnectionPool, ContainerMount, Gateway, GoScratchImage, GoService, GoServiceWithPostgres, PostgresDatabase,
  PostgresVersion, PublishedPort, RoleAccess, Rollout, Schedule, ScheduledTask,
} from '../../lib';
import { helloProgram } from '../stack';

/** A stack with every kind of node that a picture has. */
export function shop(stack: TerraformStack): void {
  const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onAllInterfaces(80) });
  const program = helloProgram();
  new GoServiceWithPostgres(stack, 'shop', {
    source: program,
    rollout: Rollout.blueGreen(),
    routes: [gateway.route({ host: 'shop.example' })],
    replicas: 2,
    migration: { mainPackage: '.' },
  });
  const database = new PostgresDatabase(stack, 'records', { version: PostgresVersion.V17 });
  const owner = database.addRole('app', { access: RoleAccess.owner() });
  database.backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 14, to: BackupStorage.directory('/mnt/backups') });
  const image = new GoScratchImage(stack, 'image', { source: program });
  const api = new GoService(stack, 'api', {
    image,
    rollout: Rollout.blueGreen(),
    routes: [gateway.route({ host: 'shop.example', pathPrefix: '/api' })],
    mounts: [ContainerMount.volume('uploads', '/data')],
  });
  api.connectTo(owner, { pool: ConnectionPool.pgx(5) });
  new ScheduledTask(stack, 'report', { image: new GoScratchImage(stack, 'report-image', { source: program, scheduler: true }), schedule: Schedule.cron('30 3 * * *') })
    .connectTo(owner, { pool: ConnectionPool.pgx(2) });
}
