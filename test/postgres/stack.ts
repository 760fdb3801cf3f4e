import { TerraformResource, TerraformStack, Testing } from 'cdktf';

/** The resources of a stack, by type and then by the path of the construct below it. */
export function resourcesOf(stack: TerraformStack): Record<string, Record<string, any>> {
  const paths = new Map(stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node))
    .map((node) => [(node as TerraformResource).friendlyUniqueId, node.node.path.slice(stack.node.path.length + 1)]));
  const { resource } = JSON.parse(Testing.synth(stack));
  return Object.fromEntries(Object.entries<Record<string, any>>(resource).map(([type, all]) => [
    type, Object.fromEntries(Object.entries(all).map(([id, attributes]) => [paths.get(id) ?? id, attributes])),
  ]));
}

export function newStack(): TerraformStack {
  return new TerraformStack(Testing.app(), 'test');
}
