import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { Fn, TerraformProvider, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { reject } from '../input/input-error';
import { sharedMap } from '../input/shared';
import { literalArgument } from '../terraform/text';

/** How many gates of a stack and provider are for further prerequisites, beside the one for images. */
export const FURTHER_GATES = 15;

/** The gates of earlier versions. States may name them, and Terraform needs the configuration to destroy what they hold. */
const FORMER_GATES = ['after_images', 'after_tasks'];

/**
 * A provider configuration that keeps containers untouched until everything that it waits for is over.
 *
 * Quirk: Terraform destroys a container *before* it creates what the new container depends on. After a compile error or a failed migration,
 * the service would stay down.
 *
 * Remedy: containers use a provider configuration that refers to the ids of images, tasks and others. Terraform configures a provider only
 * after all its references exist, so every operation on a container waits for them. If one fails, Terraform touches no container.
 * Measured with provider 3.6.2.
 *
 * The ids are in an argument without effect: `ssh_opts`, as names of environment variables for ssh to send. Such variables do not exist.
 * - A list with one unknown element arrives empty during a plan (3.6.2) or is refused (4.5.0). `split` makes the whole list unknown.
 * - On an engine over ssh, the plan would then lack the user's own `ssh_opts`. There the ids are in `ca_material`, which only TLS reads.
 */
export class Gate extends DockerProvider {
  /** The gate that waits for the images of `scope`'s stack and provider. */
  public static ofImages(scope: Construct, provider?: TerraformProvider): Gate {
    return Gates.of(scope, provider).images;
  }

  /** Keyed by resource, because cdktf creates a new token on every read of an attribute. */
  private readonly ids = new Map<object, string>();

  public constructor(stack: TerraformStack, private readonly ownAlias: string, private readonly gates: Gates) {
    super(stack, `docker_${ownAlias}`, { alias: ownAlias });
  }

  /** Makes the containers wait for an image. */
  public waitFor(resource: object, idOf: () => string): void {
    if (!this.ids.has(resource)) {
      this.ids.set(resource, idOf());
    }
  }

  /** Copies the user's provider configuration at synth, overrides included. */
  public toTerraform(): any {
    const own = super.toTerraform();
    const { alias: _, ...configuration } = this.gates.configuration;
    const ids = [...this.ids.values(), ...this === this.gates.images ? transfersOf(this) : [], ...this.gates.awaitedBy(this)];
    own.provider.docker = [{ ...configuration, ...ids.length === 0 ? {} : waitingFor(ids, configuration), alias: this.ownAlias }];
    return own;
  }
}

function waitingFor(ids: readonly string[], configuration: any): Record<string, unknown> {
  if (isOverSsh(configuration)) {
    return { ca_material: Fn.join(' ', [...ids]) };
  }
  const users: unknown = configuration.ssh_opts ?? [];
  const options = ['-o', Fn.join('=', ['SendEnv', Fn.join(' ', [...ids])])];
  const all = Token.isUnresolved(users)
    ? Fn.concat([users as string[], options])
    : [...(users as string[]).map(literalArgument), ...options];
  return { ssh_opts: Fn.split('\n', Fn.join('\n', all)) };
}

/** Whether the engine is, or may be, reached over ssh. TLS excludes it. */
function isOverSsh({ host, ssh_opts: options, ca_material: authority, cert_material: certificate, cert_path: directory }: any): boolean {
  return [authority, certificate, directory].every((value) => value === undefined)
    && (options !== undefined || Token.isUnresolved(host) || String(host).startsWith('ssh://'));
}

/**
 * The gates of a stack and provider: one for images and a fixed number of others.
 *
 * All of them are always declared. Terraform starts a process of 46 MiB for each one that is in use, and none for the others. A container that
 * leaves the program together with its gate would end in `Provider configuration not present`.
 */
export class Gates {
  public static of(scope: Construct, provider?: TerraformProvider): Gates {
    const stack = TerraformStack.of(scope);
    const key = provider?.alias ?? '';
    const ofStack = pools.get(stack) ?? new Map<string, Gates>();
    pools.set(stack, ofStack);
    const gates = ofStack.get(key) ?? new Gates(stack, key, provider);
    ofStack.set(key, gates);
    return gates;
  }

  /** Makes all containers of the stack, on all engines, wait for the transfer of an image. */
  public static waitForTransfer(transfer: Construct, idOf: () => string): void {
    const stack = TerraformStack.of(transfer);
    const ofStack = transfers.get(stack) ?? new Map<object, string>();
    transfers.set(stack, ofStack);
    ofStack.set(transfer, ofStack.get(transfer) ?? idOf());
  }

  /** Waits for all images of the stack. */
  public readonly images: Gate;

  /** Each waits for prerequisites of some containers. */
  public readonly further: readonly Gate[];

  private provider?: TerraformProvider;
  private awaited?: (gate: Gate) => readonly string[];

  private constructor(private readonly stack: TerraformStack, public readonly key: string, provider: TerraformProvider | undefined) {
    this.provider = provider;
    const named = (name: string) => new Gate(stack, key === '' ? name : `${key}_${name}`, this);
    const [images, ...further] = Array.from({ length: 1 + FURTHER_GATES }, (_, index) => named(`gate_${String(index).padStart(2, '0')}`));
    this.images = images;
    this.further = further;
    FORMER_GATES.forEach(named);
  }

  /** Sets the ids that each gate waits for beside those of images. Evaluated at synth. */
  public setAwaited(awaited: (gate: Gate) => readonly string[]): void {
    this.awaited = awaited;
  }

  public awaitedBy(gate: Gate): readonly string[] {
    return this.awaited?.(gate) ?? [];
  }

  /** The user's configuration of the provider. */
  public get configuration(): any {
    this.provider ??= this.defaultProvider();
    return this.provider?.toTerraform().provider.docker[0] ?? {};
  }

  private defaultProvider(): TerraformProvider | undefined {
    const [first, second] = this.stack.node.findAll().filter((node): node is TerraformProvider =>
      TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'docker' && node.alias === undefined);
    if (second) {
      reject(second, {
        what: 'the stack has two default Docker providers, and Terraform accepts one',
        given: `${first.node.path}, ${second.node.path}`,
        allowed: 'one Docker provider without `alias`',
        remedy: 'give one of them an `alias`, and give its constructs `place: DockerHost.fromProvider(…)`',
      });
    }
    return first;
  }
}

/** The ids of the transfers of images, by stack. */
const transfers = sharedMap<TerraformStack, Map<object, string>>('transfers');

function transfersOf(scope: Construct): readonly string[] {
  return [...transfers.get(TerraformStack.of(scope))?.values() ?? []];
}

const pools = sharedMap<TerraformStack, Map<string, Gates>>('gates');
