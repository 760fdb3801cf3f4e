import { GoScratchImage, GoService, PublishedPort } from 'cdktf-go-docker';
import { App, TerraformOutput, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'hello');

const image = new GoScratchImage(stack, 'Image', { source: 'app' });

const service = new GoService(stack, 'Service', {
  image,
  publish: PublishedPort.onLoopback(Number(process.env.HOST_PORT ?? 8080)),
});

new TerraformOutput(stack, 'url', { value: service.publishedPort?.url });

app.synth();
