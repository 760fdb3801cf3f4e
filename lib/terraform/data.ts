import { TerraformMetaArguments, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

/** Settings of a {@link TerraformData}. */
export interface TerraformDataSettings extends TerraformMetaArguments {
  /** A change of this value replaces the resource. */
  readonly triggersReplace?: unknown;
}

/**
 * A `terraform_data`, which every Terraform from 1.4 has built in.
 *
 * `cdktf`'s own class for it runs `terraform version` for each resource of each synth: that fails on machines without Terraform,
 * where synth and unit tests must work, and takes a hundred services some seconds.
 */
export class TerraformData extends TerraformResource {
  public constructor(scope: Construct, id: string, private readonly settings: TerraformDataSettings = {}) {
    super(scope, id, { terraformResourceType: 'terraform_data', ...settings });
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    return { triggers_replace: this.settings.triggersReplace };
  }
}
