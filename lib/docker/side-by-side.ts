import { Container } from '@cdktf/provider-docker/lib/container';
import { Fn, ITerraformDependable, TerraformResourceLifecycle } from 'cdktf';
import { containersOf } from './containers-of';
import { isUnresolved, literalArgument } from '../terraform/text';

/**
 * The lifecycle of a container that its successor replaces side by side.
 *
 * With `create_before_destroy`, Terraform creates the new container, waits until it is healthy and then destroys the old one.
 * Terraform marks an unhealthy new container as tainted. It keeps the old one as a "deposed object" until a later apply succeeds,
 * even after several failures. Measured with Terraform 1.11 and provider 3.6.2.
 */
export const SIDE_BY_SIDE = { createBeforeDestroy: true, ignoreChanges: ['name'] } satisfies TerraformResourceLifecycle;

/**
 * A unique name for each container of a resource, because old and new container exist at the same time.
 *
 * Terraform evaluates `uuid()` at each plan, and `ignore_changes` hides the result. A replacement ignores `ignore_changes`, so each new
 * container gets a new name. A name derived from the settings would clash with the failed container at the second attempt.
 */
export function releaseName(name: string): string {
  return Fn.join('-', [isUnresolved(name) ? literalArgument(name) : name, Fn.substr(Fn.uuid(), 0, 8)]);
}

/**
 * The first container of a dependency that cannot run twice, if there is one.
 *
 * Quirk: Terraform applies `create_before_destroy` to all direct and indirect dependencies as well. It can then no longer replace
 * a container with a fixed name, host port or exclusive data (a database). Measured: "Conflict. The container name … is already in use".
 *
 * Remedy: a container with a side-by-side replacement waits for such containers without a Terraform dependency.
 */
export function exclusiveContainer(dependency: ITerraformDependable): Container | undefined {
  return containersOf(dependency).find(({ lifecycle }) => !lifecycle?.createBeforeDestroy);
}
