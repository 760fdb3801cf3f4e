import { TerraformStack } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { reject } from '../input/input-error';

/** Refuses a construct of another stack. Terraform knows nothing of its resources, so the configuration would be invalid. */
export function refuseOtherStack(scope: Construct, other: unknown, remedy = ONE_STACK): void {
  if (Construct.isConstruct(other) && !TerraformStack.isStack(other) && TerraformStack.of(other) !== TerraformStack.of(scope)) {
    reject(scope, {
      what: `a construct of another stack: ${(other as IConstruct).node.path}`,
      given: (other as IConstruct).node.path,
      allowed: `constructs of the stack ${TerraformStack.of(scope).node.path}: each stack is applied by itself`,
      remedy,
    });
  }
}

const ONE_STACK = 'create both in one stack';
