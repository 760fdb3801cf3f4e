import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { TerraformData } from './data';

/**
 * A random UUID (122 bits), which Terraform creates at the first apply and keeps.
 *
 * It is in `triggers_replace`, not `input`: `terraform show` and the plan of a destroy would print `input` through the output, which is not
 * sensitive. Measured with Terraform 1.11.
 */
export class GeneratedSecret extends Construct {
  public readonly value: string;

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
