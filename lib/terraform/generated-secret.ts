import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { TerraformData } from './data';

/**
 * A random value that Terraform makes at the first apply and keeps: 122 bits, as a UUID.
 *
 * It stands in `triggers_replace` and not in `input`, because a `terraform_data` shows its input again as its output,
 * and the output is not marked as sensitive: `terraform show` and the plan of a destroy would print it.
 * Measured with Terraform 1.11.
 */
export class GeneratedSecret extends Construct {
  /** The value, marked as sensitive. */
  public readonly value: string;

  /** The underlying resource. */
  public readonly resource: TerraformData;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    this.resource = new TerraformData(this, 'Resource', {
      triggersReplace: { secret: Fn.sensitive(Fn.uuid()) },
      lifecycle: { ignoreChanges: ['triggers_replace'] },
    });
    this.value = this.resource.getStringAttribute('triggers_replace.secret');
  }
}
