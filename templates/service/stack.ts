import { TerraformOutput, TerraformStack } from 'cdktf';
import { GoScratchImage, GoService, PublishedPort } from 'cdktf-go-docker';
import { Construct } from 'constructs';

export class ServiceStack extends TerraformStack {
  public constructor(scope: Construct, id: string) {
    super(scope, id);

    const service = new GoService(this, 'my-service', {
      image: new GoScratchImage(this, 'my-service-image', { source: 'app' }),
      publish: PublishedPort.onLoopback(8080),
    });

    new TerraformOutput(this, 'url', { value: service.publishedPort?.url });
  }
}
