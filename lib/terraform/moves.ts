import { TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

/** The `moved` and `removed` blocks of a stack. */
interface StateChanges {
  readonly moved: { readonly from: string; readonly to: string }[];
  readonly removed: { readonly from: string; readonly lifecycle: { readonly destroy: boolean } }[];
}

const changes = new WeakMap<TerraformStack, StateChanges>();

/**
 * Adds a `moved` block from the former sibling `id` to this resource. It has no effect if the state lacks that sibling.
 * cdktf's own `moveFromId` runs Terraform at synth, and synth must also work without Terraform.
 */
export function takesThePlaceOf(resource: TerraformResource, id: string): void {
  const type = resource.terraformResourceType;
  const { moved } = changesOf(resource);
  moved.push({ from: addressOf(resource.node.scope!, type, id), to: `${type}.${resource.friendlyUniqueId}` });
  TerraformStack.of(resource).addOverride('moved', [...moved]);
}

/** Adds a `removed` block: Terraform forgets the former child `id` without destroying it. Needs Terraform 1.7. */
export function forget(scope: Construct, type: string, id: string): void {
  const { removed } = changesOf(scope);
  removed.push({ from: addressOf(scope, type, id), lifecycle: { destroy: false } });
  TerraformStack.of(scope).addOverride('removed', [...removed]);
}

function changesOf(scope: Construct): StateChanges {
  const stack = TerraformStack.of(scope);
  const found = changes.get(stack) ?? { moved: [], removed: [] };
  changes.set(stack, found);
  return found;
}

function addressOf(scope: Construct, type: string, id: string): string {
  const place = new TerraformElement(scope, id);
  const address = `${type}.${place.friendlyUniqueId}`;
  scope.node.tryRemoveChild(id);
  return address;
}
