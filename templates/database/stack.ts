import { TerraformOutput, TerraformStack } from 'cdktf';
import { GoServiceWithPostgres, PublishedPort } from 'cdktf-go-docker';
import { Construct } from 'constructs';

export class ServiceStack extends TerraformStack {
  public constructor(scope: Construct, id: string) {
    super(scope, id);

    const { service } = new GoServiceWithPostgres(this, 'my-service', {
      source: 'app',
      publish: PublishedPort.onLoopback(8080),
      // Terraform does not delete the data, unless it is told: DATA_PROTECTION=off npx cdktf deploy, and the same with destroy.
      database: { dataProtection: process.env.DATA_PROTECTION !== 'off' },
    });

    new TerraformOutput(this, 'url', { value: service.publishedPort?.url });
  }
}
