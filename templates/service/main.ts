import { App, S3Backend } from 'cdktf';
import { ServiceStack } from './stack';

const app = new App();
const stack = new ServiceStack(app, 'dev');

// Terraform's state is in terraform.dev.tfstate, or in this bucket. A deploy from elsewhere needs the same state.
if (process.env.STATE_BUCKET) {
  new S3Backend(stack, { bucket: process.env.STATE_BUCKET, region: process.env.AWS_REGION, key: 'my-service/dev.tfstate', encrypt: true });
  // Two deploys at once wait for each other. Terraform 1.10 or newer.
  stack.addOverride('terraform.backend.s3.use_lockfile', true);
}

app.synth();
