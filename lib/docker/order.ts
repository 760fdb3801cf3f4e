import { Container } from '@cdktf/provider-docker/lib/container';
import { IResolvable, TerraformDataSource, TerraformElement, TerraformModule, TerraformResource, TerraformStack, Token } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { FURTHER_GATES, Gate, Gates } from './gate';
import { assignSlots, circleFrom } from './slots';
import { reject } from '../input/input-error';
import { sharedMap } from '../input/shared';
import { addressOf } from '../terraform/address';
import { namedPath } from '../terraform/names';
import { resolved } from '../terraform/resolved';

/** The containers of a workload, and what they wait for. */
export interface OrderedContainers {
  /** The workload's construct. */
  readonly scope: Construct;
  readonly resources: readonly OrderedContainer[];
  /** The resource that stands for all of them, if there are several. */
  readonly ready?: TerraformResource;
  /** Whether the new containers start beside the old ones. */
  readonly sideBySide: boolean;
  /** Whether they wait behind a gate: the container of a service that is stopped before its successor starts. */
  readonly isGated: boolean;
  /** Whether every container of the stack waits for it, those that have left the program included: a rename leaves the old server. */
  readonly isClaim: boolean;
  readonly gates: Gates;
  /** The addresses of what they wait for. */
  awaited(): readonly string[];
  /** The addresses of what a check asks for. Terraform knows no dependency on it. */
  asked(): readonly string[];
}

/** A container whose synthesis does not need the gates. */
export interface OrderedContainer extends Container {
  /** What Terraform reads, but for the provider. */
  withoutGate(): any;
}

/** What a container of the stack may need, and what may need one. Images and networks are left out: every container needs some. */
const WITHOUT_CONTAINERS = ['docker_image', 'docker_network', 'docker_volume', 'docker_registry_image'];

/** An address in Terraform's expressions. */
const ADDRESS = /\b(?:data\.\w+|\w+)\.[A-Za-z_][\w-]*/g;

/** The order in which Terraform replaces the containers of a stack: who waits for whom, and behind which gate. */
export class Order {
  public static of(scope: Construct): Order {
    const stack = TerraformStack.of(scope);
    const order = orders.get(stack) ?? new Order(stack);
    orders.set(stack, order);
    return order;
  }

  private readonly all: OrderedContainers[] = [];
  private readonly pools = new Set<Gates>();
  private known?: Plan;

  private constructor(private readonly stack: TerraformStack) {}

  public add(containers: OrderedContainers): void {
    this.all.push(containers);
    if (!this.pools.has(containers.gates)) {
      this.pools.add(containers.gates);
      containers.gates.setAwaited((gate) => this.plan.awaitedBy(gate, containers.gates));
    }
    this.changed();
  }

  /** Call it when something that containers wait for was added. */
  public changed(): void {
    this.known = undefined;
  }

  public gateOf(containers: OrderedContainers): Gate {
    return this.plan.gateOf(containers);
  }

  private get plan(): Plan {
    this.known ??= new Plan(this.stack, this.all);
    return this.known;
  }
}

const orders = sharedMap<TerraformStack, Order>('order');

class Plan {
  private readonly elements = new Map<string, TerraformElement>();
  private readonly owners = new Map<string, OrderedContainers>();
  private readonly needed = new Map<string, readonly string[]>();
  private readonly gates = new Map<OrderedContainers, Gate>();
  private readonly awaited = new Map<Gate, Set<string>>();
  private readonly claims = new Map<Gates, string[]>();

  public constructor(private readonly stack: TerraformStack, all: readonly OrderedContainers[]) {
    for (const node of stack.node.findAll()) {
      const address = elementAddress(node);
      if (address !== undefined) {
        this.elements.set(address, node as TerraformElement);
      }
    }
    all.forEach((containers) => containers.resources.forEach((resource) => this.owners.set(addressOf(resource), containers)));
    for (const { gates, resources } of all.filter(({ isClaim }) => isClaim)) {
      this.claims.set(gates, [...this.claims.get(gates) ?? [], ...resources.map(addressOf)]);
    }
    const waiting = all.map((containers) => ({ containers, awaited: this.expanded(containers.awaited()) }));
    this.refuseCircles(waiting.filter(({ awaited }) => awaited.length > 0).map(({ containers }) => containers));
    for (const { containers, awaited } of waiting.filter(({ containers: { sideBySide } }) => sideBySide)) {
      this.refuseExclusive(containers, awaited);
    }
    const pools = new Set(all.map(({ gates }) => gates));
    this.assign([...pools], waiting.filter(({ containers, awaited }) => containers.isGated && awaited.length > 0));
  }

  public gateOf(containers: OrderedContainers): Gate {
    return this.gates.get(containers) ?? containers.gates.images;
  }

  /** One id for each resource that the gate's containers wait for. */
  public awaitedBy(gate: Gate, pool: Gates): readonly string[] {
    const awaited = this.awaited.get(gate) ?? new Set();
    const claims = this.claims.get(pool) ?? [];
    return [...claims.filter((claim) => !awaited.has(claim)), ...[...awaited].sort()].map((address) => Token.asString(new IdOf(address)));
  }

  private assign(pools: readonly Gates[], waiting: readonly { containers: OrderedContainers; awaited: readonly string[] }[]): void {
    const slots = assignSlots(waiting.map(({ containers, awaited }) => ({
      path: namedPath(containers.scope),
      address: addressOf(containers.resources[0]),
      pool: pools.indexOf(containers.gates),
      awaited,
    })), (address) => this.needs(address), FURTHER_GATES);
    for (const { containers, awaited } of waiting) {
      const slot = slots?.get(addressOf(containers.resources[0])) ?? reject(containers.scope, {
        what: `a chain of more than ${FURTHER_GATES} services that wait for each other`,
        allowed: `at most ${FURTHER_GATES}, one behind the other`,
        remedy: 'remove what need not be awaited from `after`, or give some of the services Rollout.blueGreen()',
      });
      const gate = containers.gates.further[slot];
      this.gates.set(containers, gate);
      this.awaited.set(gate, new Set([...this.awaited.get(gate) ?? [], ...awaited]));
    }
  }

  private refuseCircles(all: readonly OrderedContainers[]): void {
    const circle = circleFrom(all.flatMap(({ resources }) => resources.map((resource) => addressOf(resource))), (address) => this.needs(address));
    if (circle) {
      const shown = circle.filter((address) => (this.owners.get(address)?.asked() ?? []).length === 0);
      const paths = [...shown, shown[0]].map((address) => this.pathOf(address)).filter((path, index, list) => path !== list[index - 1]);
      reject(this.owners.get(shown.find((address) => this.owners.has(address))!)!.scope, {
        what: 'constructs wait for each other in a circle, so that none of them could start',
        given: paths.join(' -> '),
        allowed: 'each arrow reads "waits for"; no construct waits for itself over any number of steps',
        remedy: 'remove one of the arrows: an `after`, a `connectTo()`, or a reference to an attribute',
      });
    }
  }

  private refuseExclusive({ scope }: OrderedContainers, awaited: readonly string[]): void {
    for (const address of awaited) {
      const element = this.elements.get(address);
      if (element && isContainer(element) && !element.lifecycle?.createBeforeDestroy) {
        refuseDependency(scope, this.pathOf(address));
      }
    }
  }

  /** The resources for which an address stands. */
  private expanded(addresses: readonly string[]): readonly string[] {
    const readies = new Map([...this.owners.values()].flatMap((containers) =>
      containers.ready === undefined ? [] : [[addressOf(containers.ready), containers] as const]));
    return [...new Set(resolved(this.stack, addresses).flatMap((address) =>
      readies.get(address)?.resources.map((resource) => addressOf(resource)) ?? [address]))];
  }

  private needs(address: string): readonly string[] {
    const known = this.needed.get(address);
    if (known) {
      return known;
    }
    const owner = this.owners.get(address);
    const element = this.elements.get(address);
    const needed = element === undefined ? [] : [...owner ? resolved(this.stack, owner.asked()) : [], ...this.referencesOf(element)];
    this.needed.set(address, needed);
    return needed;
  }

  private referencesOf(element: TerraformElement): readonly string[] {
    if (TerraformResource.isTerraformResource(element) && WITHOUT_CONTAINERS.includes(element.terraformResourceType)) {
      return [];
    }
    const text = JSON.stringify(resolved(this.stack, isOrdered(element) ? element.withoutGate() : element.toTerraform()));
    const own = elementAddress(element);
    return [...new Set(text.match(ADDRESS) ?? [])].filter((address) => address !== own && this.elements.has(address));
  }

  private pathOf(address: string): string {
    return this.owners.get(address)?.scope.node.path ?? this.elements.get(address)?.node.path ?? address;
  }
}

export function refuseDependency(scope: Construct, path: string): never {
  reject(scope, {
    what: `a container that is replaced side by side must not depend on one that is not: ${path}`,
    given: path,
    allowed: 'services, databases, tasks, and resources other than containers; roles through connectTo()',
    remedy: 'Terraform would start a second one beside it as well, which its name and data do not allow. '
      + 'Leave the dependency out and let the program retry until the other one answers',
  });
}

function elementAddress(node: IConstruct): string | undefined {
  if (TerraformResource.isTerraformResource(node)) {
    return addressOf(node);
  }
  if (TerraformDataSource.isTerraformDataSource(node)) {
    return `data.${node.terraformResourceType}.${node.friendlyUniqueId}`;
  }
  return TerraformElement.isTerraformElement(node) && 'source' in node ? `module.${(node as TerraformModule).friendlyUniqueId}` : undefined;
}

function isContainer(element: TerraformElement): element is Container {
  return TerraformResource.isTerraformResource(element) && element.terraformResourceType === Container.tfResourceType;
}

function isOrdered(element: TerraformElement): element is OrderedContainer {
  return typeof (element as Partial<OrderedContainer>).withoutGate === 'function';
}

/** An id as a part of Terraform's expressions. What is no resource of Docker may lack one, so all of its attributes stand in. */
class IdOf implements IResolvable {
  public readonly creationStack: string[] = [];

  public constructor(private readonly address: string) {}

  public resolve(): string {
    return /^(docker_|terraform_data\.)/.test(this.address) ? `${this.address}.id` : `substr(sha256(jsonencode(${this.address})), 0, 12)`;
  }

  public toString(): string {
    return Token.asString(this);
  }
}
