import { TerraformStack } from 'cdktf';

/** A version of the Docker provider instead of the one that the binding was made for: `DOCKER_PROVIDER=4.5.0 npm run e2e -- …`. */
export const PROVIDER_VERSION: string | undefined = process.env.DOCKER_PROVIDER || undefined;

/** What users write to choose a version. */
export function chooseProvider(stack: TerraformStack, version = PROVIDER_VERSION): void {
  if (version !== undefined) {
    stack.addOverride('terraform.required_providers.docker.version', version);
  }
}
