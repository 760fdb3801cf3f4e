import { TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

/** The blocks of a stack that say what became of resources in Terraform's state. */
interface StateChanges {
  readonly moved: { readonly from: string; readonly to: string }[];
  readonly removed: { readonly from: string; readonly lifecycle: { readonly destroy: boolean } }[];
}

const changes = new WeakMap<TerraformStack, StateChanges>();

/**
 * What Terraform's state has at the place of the sibling `id`, which is not there any more, becomes this resource. Where the state
 * has nothing there, it is without effect.
 *
 * cdktf's own `moveFromId` asks Terraform for its version at synth, which also has to work where there is no Terraform.
 */
export function takesThePlaceOf(resource: TerraformResource, id: string): void {
  const type = resource.terraformResourceType;
  const { moved } = changesOf(resource);
  moved.push({ from: addressOf(resource.node.scope!, type, id), to: `${type}.${resource.friendlyUniqueId}` });
  TerraformStack.of(resource).addOverride('moved', [...moved]);
}

/** What Terraform's state has at the place of the child `id`, which is not there any more, is no longer Terraform's. Needs Terraform 1.7. */
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

/** The Terraform address that a resource of this type would have as the child `id` of `scope`. */
function addressOf(scope: Construct, type: string, id: string): string {
  const place = new TerraformElement(scope, id);
  const address = `${type}.${place.friendlyUniqueId}`;
  scope.node.tryRemoveChild(id);
  return address;
}
