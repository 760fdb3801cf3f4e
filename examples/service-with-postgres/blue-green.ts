import { Gateway, GoServiceWithPostgres, HealthCheck, Liveness, PublishedPort, Rollout } from 'cdktf-go-docker';
import { App, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'blue-green');

const gateway = new Gateway(stack, 'gateway', {
  publish: PublishedPort.onLoopback(Number(process.env.HOST_PORT ?? 8080)),
});

new GoServiceWithPostgres(stack, 'links', {
  source: 'app',
  mainPackage: './cmd/links',
  rollout: Rollout.blueGreen(),
  routes: [gateway.route()],
  replicas: 2,
  healthCheck: HealthCheck.http('/readyz'),
  liveness: Liveness.restart({ check: HealthCheck.http('/livez') }),
  // A program of its own migrates the database, once and before any new version starts.
  migration: { mainPackage: './cmd/migrate' },
  environment: { MIGRATE_ON_START: 'false', SHUTDOWN_DELAY: '3s', DRAIN_TIMEOUT: '20s' },
  database: {
    databaseName: 'links',
    dataProtection: process.env.DATA_PROTECTION !== 'off',
  },
});

app.synth();
