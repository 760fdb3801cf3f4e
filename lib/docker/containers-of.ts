import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct, IConstruct } from 'constructs';

/** The containers in a dependency or a stack. */
export function containersOf(dependency: ITerraformDependable | IConstruct): Container[] {
  const nodes = Construct.isConstruct(dependency) ? (dependency as Construct).node.findAll() : [];
  return nodes.filter((node): node is Container =>
    TerraformResource.isTerraformResource(node) && node.terraformResourceType === Container.tfResourceType);
}
