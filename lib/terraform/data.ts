import { TerraformMetaArguments, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

export interface TerraformDataSettings extends TerraformMetaArguments {
  /** A change of this value replaces the resource. */
  readonly triggersReplace?: unknown;
}

/**
 * A `terraform_data`, built into Terraform since 1.4.
 *
 * cdktf's own class runs `terraform version` for each resource at each synth. That is slow, and fails on machines without Terraform.
 */
export class TerraformData extends TerraformResource {
  public constructor(scope: Construct, id: string, private readonly settings: TerraformDataSettings = {}) {
    super(scope, id, { terraformResourceType: 'terraform_data', ...settings });
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    return { triggers_replace: this.settings.triggersReplace };
  }
}
