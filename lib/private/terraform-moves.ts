import { TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

const forgotten = new WeakMap<TerraformStack, string[]>();

/** The Terraform address that a resource of this type would have as the child `id` of `scope`. */
function addressOf(scope: Construct, type: string, id: string): string {
  const place = new TerraformElement(scope, id);
  const address = `${type}.${place.friendlyUniqueId}`;
  scope.node.tryRemoveChild(id);
  return address;
}

/** What Terraform's state has at the place of the sibling `id`, which is not there any more, becomes this resource. */
export function takesThePlaceOf(resource: TerraformResource, id: string): void {
  resource.moveFromId(addressOf(resource.node.scope!, resource.terraformResourceType, id));
}

/** What Terraform's state has at this place is no longer Terraform's, but stays. Needs Terraform 1.7. */
export function forget(scope: Construct, type: string, id: string): void {
  const stack = TerraformStack.of(scope);
  const all = [...forgotten.get(stack) ?? [], addressOf(scope, type, id)];
  forgotten.set(stack, all);
  stack.addOverride('removed', all.map((from) => ({ from, lifecycle: { destroy: false } })));
}
