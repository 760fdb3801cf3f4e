import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

/** The containers that a dependency is or is made of. */
export function containersOf(dependency: ITerraformDependable): Container[] {
  const nodes = Construct.isConstruct(dependency) ? (dependency as Construct).node.findAll() : [];
  return nodes.filter((node): node is Container =>
    TerraformResource.isTerraformResource(node) && node.terraformResourceType === Container.tfResourceType);
}
