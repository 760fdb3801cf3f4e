import { Container } from '@cdktf/provider-docker/lib/container';
import { Fn, ITerraformDependable, TerraformResourceLifecycle } from 'cdktf';
import { containersOf } from './containers-of';

/**
 * How a container is replaced by one that is created beside it.
 *
 * `create_before_destroy` makes Terraform create the new one, wait until it is healthy and only then destroy the old one. When the
 * new one does not become healthy, it is marked as tainted and the old one is kept, as a "deposed object", until some later apply
 * has created a healthy one: also over several failed applies in a row. Measured with Terraform 1.11 and provider 3.6.2.
 */
export const SIDE_BY_SIDE: TerraformResourceLifecycle = { createBeforeDestroy: true, ignoreChanges: ['name'] };

/**
 * A name that differs for each container that is created from one resource.
 *
 * Quirk: two containers of one resource exist for a while, and the engine gives a name only once.
 *
 * Remedy: Terraform evaluates `uuid()` at each plan, and `ignore_changes` keeps the result from planning anything. A replacement is
 * planned from the configuration without `ignore_changes`, so that the new container gets a new name whatever the reason: a changed
 * setting, `-replace`, or a container that a failed apply has left tainted. A name that follows from the settings would not do: the
 * second try after a failed apply would ask for the name that the failed container still has.
 */
export function releaseName(name: string): string {
  return Fn.join('-', [name, Fn.substr(Fn.uuid(), 0, 8)]);
}

/**
 * The first container of a dependency that the engine could not run twice, if there is one.
 *
 * Quirk: Terraform applies `create_before_destroy` to everything that such a resource depends on, over any number of steps.
 * A container with a fixed name, host port or exclusive data (a database) can then no longer be replaced: the engine refuses the
 * second one of the same name. Measured: "Conflict. The container name … is already in use".
 *
 * Remedy: a container that is replaced side by side waits for the others without a dependency of Terraform's.
 */
export function exclusiveContainer(dependency: ITerraformDependable): Container | undefined {
  return containersOf(dependency).find(({ lifecycle }) => !lifecycle?.createBeforeDestroy);
}
