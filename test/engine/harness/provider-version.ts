import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack } from 'cdktf';

/** A version of the Docker provider instead of the one that the binding was made for: `DOCKER_PROVIDER=4.5.0 npm run e2e -- …`. */
export const PROVIDER_VERSION: string | undefined = process.env.DOCKER_PROVIDER || undefined;

/** The version that the stacks of the tests ask for. */
export function providerVersion(): string {
  return PROVIDER_VERSION ?? boundVersion();
}

/** The version that the binding was made for. Both toolkits say it under their own name. */
function boundVersion(): string {
  const file = path.join(path.dirname(require.resolve('@cdktf/provider-docker')), '..', 'package.json');
  const { cdktf, cdktn } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return (cdktf ?? cdktn).provider.version;
}

/** What users write to choose a version. */
export function chooseProvider(stack: TerraformStack, version = PROVIDER_VERSION): void {
  if (version !== undefined) {
    stack.addOverride('terraform.required_providers.docker.version', version);
  }
}
