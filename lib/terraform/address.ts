import { TerraformResource } from 'cdktf';

/** The resource's address in Terraform's expressions, for example `docker_container.api`. */
export function addressOf({ terraformResourceType, friendlyUniqueId }: TerraformResource): string {
  return `${terraformResourceType}.${friendlyUniqueId}`;
}
