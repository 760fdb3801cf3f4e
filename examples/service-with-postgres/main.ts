import { GoServiceWithPostgres, HealthCheck, Liveness, PublishedPort } from 'cdktf-go-docker';
import { App, TerraformOutput, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'example');

const links = new GoServiceWithPostgres(stack, 'links', {
  source: 'app',
  mainPackage: './cmd/links',
  publish: PublishedPort.onLoopback(Number(process.env.HOST_PORT ?? 8080)),
  // Whether it can work, which needs the database; and whether it answers at all. Only the second one restarts it.
  healthCheck: HealthCheck.http('/readyz'),
  liveness: Liveness.restart({ check: HealthCheck.http('/livez') }),
  database: {
    databaseName: 'links',
    // Terraform refuses to delete the volume with the rows, unless it is told on purpose: DATA_PROTECTION=off npx cdktf destroy
    dataProtection: process.env.DATA_PROTECTION !== 'off',
  },
});

new TerraformOutput(stack, 'url', { value: links.service.publishedPort?.url });

app.synth();
