/** The program of shop.py, in TypeScript. */
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import {
  BackupSchedule, BackupStorage, Duration, Gateway, GoServiceWithPostgres, PostgresVersion, PublishedPort, RoleAccess, Rollout, Size,
} from '../../lib';

const app = new App();
const stack = new TerraformStack(app, 'shop');

const gateway = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(8080) });

const links = new GoServiceWithPostgres(stack, 'links', {
  source: 'app',
  mainPackage: './cmd/links',
  imageOptions: { repository: 'acme/links' },
  rollout: Rollout.blueGreen({ settleTime: Duration.seconds(5) }),
  routes: [gateway.route({ host: 'links.example.com', pathPrefix: '/api' })],
  replicas: 2,
  memory: Size.mebibytes(128),
  migration: { mainPackage: './cmd/migrate' },
  environment: { MIGRATE_ON_START: 'false' },
  database: { version: PostgresVersion.V17, databaseName: 'links', dataProtection: false },
});
const reporting = links.database.addRole('reporting', { access: RoleAccess.readOnly(), connectionLimit: 5 });
links.database.backup({ schedule: BackupSchedule.dailyAt('03:30'), keep: 14, to: BackupStorage.volume() });

new TerraformOutput(stack, 'role', { value: reporting.roleName });

app.synth();
