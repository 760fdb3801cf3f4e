import { TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, IConstruct, Node } from 'constructs';
import { addressOf } from './address';
import { keepNamesOf, namedPath } from './names';

/** A `moved` block. Both are addresses, for example `docker_container.api`. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** A `removed` block: Terraform forgets the resource, or destroys it. */
interface Removal {
  readonly from: string;
  readonly lifecycle: { readonly destroy: boolean };
}

/**
 * Adds a `moved` block from the former sibling `id` to this resource. It has no effect if the state lacks that sibling.
 * cdktf's own `moveFromId` runs Terraform at synth, and synth must also work without Terraform.
 */
export function takesThePlaceOf(resource: TerraformResource, id: string): void {
  const type = resource.terraformResourceType;
  addMoved(resource, { from: namedAddressBelow(resource.node.scope!, type, id), to: namedAddress(resource) });
}

/** Adds a `removed` block: Terraform forgets the former child `id` without destroying it. Needs Terraform 1.7. */
export function forget(scope: Construct, type: string, id: string): void {
  addRemoved(scope, namedAddressBelow(scope, type, id));
}

/** Gives a new resource an address that does not change with its construct's path. What the state has at the former address moves there. */
export function keepAddress(resource: TerraformResource, logicalId: string): void {
  resource.overrideLogicalId(logicalId);
  addMoved(resource, { from: namedAddress(resource), to: addressOf(resource) });
}

/** The stacks whose logical ids follow from named paths. */
const keeping = new WeakSet<TerraformStack>();

/**
 * Gives the resources below `scope` the names and addresses that they would have at another path of the stack. Call it before there are any.
 * Not `moved` blocks: an apply that failed after the rename may have created resources at the new addresses.
 */
export function keepNamesAndAddresses(scope: Construct, formerPath: string): void {
  keepNamesOf(scope, formerPath);
  const stack = TerraformStack.of(scope);
  if (keeping.has(stack)) {
    return;
  }
  keeping.add(stack);
  const allocating = stack as unknown as { allocateLogicalId(element: TerraformElement | Node): string };
  const byPath = allocating.allocateLogicalId.bind(stack);
  allocating.allocateLogicalId = (element) => {
    const isRenamed = TerraformElement.isTerraformElement(element) && namedPath(element) !== element.node.path;
    return byPath(isRenamed ? nodeAt(stack, namedPath(element)) : element);
  };
}

/** The address that follows from the resource's path, or from the path that it had before. */
function namedAddress(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${logicalIdAt(resource, namedPath(resource))}`;
}

/** Adds a `moved` block to the stack. Blocks that a user writes about one of its addresses take precedence. */
export function addMoved(scope: Construct, move: Move): void {
  StateChanges.of(scope).moved.set(`${move.from} ${move.to}`, move);
}

/**
 * Adds a `removed` block to the stack: Terraform forgets the resource at the address without destroying it. Needs Terraform 1.7.
 * A block that a user writes about the address takes precedence. The stack must not contain a resource with the address.
 */
export function addRemoved(scope: Construct, address: string): void {
  StateChanges.of(scope).removed.set(address, { from: address, lifecycle: { destroy: false } });
}

/**
 * The library's `moved` and `removed` blocks of a stack.
 *
 * They are a fragment, not an override: cdktf joins the lists of all fragments and of the user's overrides. An override would replace, and be
 * replaced by, that of a user.
 */
class StateChanges extends TerraformElement {
  /** Found by its id, so that two copies of the library share it. */
  public static of(scope: Construct): StateChanges {
    const stack = TerraformStack.of(scope);
    return (stack.node.tryFindChild(STATE_CHANGES) as StateChanges | undefined) ?? new StateChanges(stack, STATE_CHANGES);
  }

  /** Keyed by content: Terraform refuses a block that is there twice. */
  public readonly moved = new Map<string, Move>();

  public readonly removed = new Map<string, Removal>();

  public toTerraform(): { moved?: Move[]; removed?: Removal[] } {
    const users = new UserBlocks(this.cdktfStack);
    return {
      moved: listed([...this.moved.values()].filter(({ from, to }) => !users.leaves(from) && !users.arrivesAt(to))),
      removed: listed([...this.removed.values()].filter(({ from }) => !users.leaves(from))),
    };
  }
}

const STATE_CHANGES = 'cdktf-go-docker-state-changes';

/**
 * The `moved` and `removed` blocks that users write, by `addOverride` or by cdktf's `moveTo` and its siblings.
 * Terraform refuses two blocks about the same source or the same destination.
 */
class UserBlocks {
  private readonly sources = new Set<string>();

  private readonly destinations = new Set<string>();

  public constructor(stack: TerraformStack) {
    const overrides = (stack as unknown as { readonly rawOverrides: Record<string, unknown> }).rawOverrides;
    for (const kind of ['moved', 'removed']) {
      const given = overrides[kind];
      if (given !== null && typeof given === 'object' && !Array.isArray(given)) {
        // Terraform accepts one block without a list, but cdktf joins lists only.
        overrides[kind] = [given];
      }
      this.add(overrides[kind]);
    }
    for (const resource of stack.node.findAll()) {
      if (TerraformResource.isTerraformResource(resource) && resource.hasResourceMove()) {
        this.add(resource.toTerraform().moved);
      }
    }
  }

  public leaves(address: string): boolean {
    return this.sources.has(address);
  }

  public arrivesAt(address: string): boolean {
    return this.destinations.has(address);
  }

  private add(blocks: unknown): void {
    for (const block of Array.isArray(blocks) ? blocks : []) {
      this.sources.add(block?.from);
      this.destinations.add(block?.to);
    }
  }
}

function listed<T>(blocks: T[]): T[] | undefined {
  return blocks.length > 0 ? blocks : undefined;
}

/** The address of a child that may not exist, by the path of its scope or the path that it had before. */
export function namedAddressBelow(scope: Construct, type: string, id: string): string {
  return `${type}.${logicalIdAt(scope, `${namedPath(scope)}/${id}`)}`;
}

/** The logical id that cdktf gives to an element at a path of the stack. */
function logicalIdAt(scope: IConstruct, path: string): string {
  const stack = TerraformStack.of(scope);
  return stack.getLogicalId(nodeAt(stack, path));
}

/** The part of a node that cdktf derives a logical id from. */
function nodeAt(stack: TerraformStack, path: string): Node {
  const ids = path.slice(stack.node.path.length).split('/').filter((id) => id !== '');
  return { scopes: [stack, ...ids.map((id) => ({ node: { id } }))] } as unknown as Node;
}
