import { TerraformLocal, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { sharedMap } from '../input/shared';

const all = sharedMap<TerraformStack, Map<string, TerraformLocal>>('locals');

/**
 * The address of a local value of the stack, which is created when it is first asked for.
 * @param expression as Terraform reads it
 */
export function localOf(scope: Construct, name: string, expression: string): string {
  const stack = TerraformStack.of(scope);
  const ofStack = all.get(stack) ?? new Map<string, TerraformLocal>();
  all.set(stack, ofStack);
  const local = ofStack.get(name) ?? new TerraformLocal(stack, name, expression);
  ofStack.set(name, local);
  return `local.${local.friendlyUniqueId}`;
}
