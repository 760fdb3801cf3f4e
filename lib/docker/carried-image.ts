import * as fs from 'fs';
import * as path from 'path';
import { Image } from '@cdktf/provider-docker/lib/image';
import { Volume } from '@cdktf/provider-docker/lib/volume';
import { Fn, Lazy, TerraformProvider, TerraformStack } from 'cdktf';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';
import { connectionSettings } from './connection-settings';
import { hasSshHost } from './docker-command';
import { Gates } from './gate';
import { reject } from '../input/input-error';
import { sharedMap } from '../input/shared';
import { claimVolumeName } from '../terraform/claims';
import { TerraformData } from '../terraform/data';
import { dockerName } from '../terraform/names';

/** Where the program that carries images is, relative to the stack's directory. */
const PROGRAM = 'assets/transfer';

export interface CarriedImageSettings {
  /** The image, on the engine that builds it. */
  readonly image: Image;
  /** `repository:tag`. The tag is the image's fingerprint. */
  readonly reference: string;
  /** The engine that builds it. */
  readonly from?: TerraformProvider;
}

/** An engine that gets the image, and the volume that stands for its machine. */
interface Target {
  readonly provider?: TerraformProvider;
  readonly machine: Volume;
}

/**
 * An image that travels from the engine that builds it to others, without a registry, before any container of the stack is touched.
 *
 * Quirks, each measured with provider 3.6.2:
 * - On an engine over ssh, a build ends with `invalid bind address format: http://docker.example.com`: the provider hands the address of its
 *   connection helper to the build library.
 * - Containers refer to the image by its tag. Ids differ between the image stores of engines, and with an id a fresh machine would replace
 *   its containers.
 * - Terraform does not see whether another engine has an image. A volume without content stands for that engine: it is gone when the machine
 *   is a new one, and then everything is sent again.
 */
export class CarriedImage extends TerraformData {
  /** The one transfer of an image, which grows with each engine. */
  public static of(scope: Construct, id: string, settings: CarriedImageSettings): CarriedImage {
    return scope.node.tryFindChild(id) as CarriedImage | undefined ?? new CarriedImage(scope, id, settings);
  }

  private readonly targets = new Map<string, Target>();

  private constructor(scope: Construct, id: string, private readonly carried: CarriedImageSettings) {
    super(scope, id, { dependsOn: [carried.image] });
    const stack = TerraformStack.of(this);
    shipProgram(stack);
    const settingsOf = (name: string, provider: TerraformProvider | undefined) => connectionSettings(name, Gates.of(stack, provider).configuration);
    this.provisioners = [{
      type: 'local-exec',
      // The values are in the environment, where no shell reads them.
      command: `node ${PROGRAM}/main.mjs`,
      environment: {
        IMAGE: carried.reference,
        SOURCE: Lazy.stringValue({ produce: () => Fn.jsonencode(settingsOf('this machine', carried.from)) }),
        TARGETS: Lazy.stringValue({
          produce: () => Fn.jsonencode([...this.targets].sort(byKey).map(([, { provider }]) => settingsOf(shownName(stack, provider), provider))),
        }),
      },
    }];
  }

  /** Sends it to one more engine. Returns what containers there refer to. */
  public to(provider: TerraformProvider | undefined): string {
    const key = provider?.alias ?? '';
    if (!this.targets.has(key)) {
      Gates.of(this, provider);
      this.targets.set(key, { provider, machine: machineOf(this, provider) });
      Gates.waitForTransfer(this, () => this.getStringAttribute('id'));
    }
    return this.carried.reference;
  }

  /** The mountpoint is unknown while the volume is a new one. `replace_triggered_by` ignores new resources (Terraform 1.11). */
  protected synthesizeAttributes(): { [name: string]: any } {
    const machines = [...this.targets].sort(byKey).flatMap(([key, { machine }]) => [key, machine.mountpoint]);
    return { triggers_replace: [this.carried.reference, ...machines] };
  }
}

/**
 * What containers on an engine refer to: the image's id where it was built, and its tag where it was sent.
 * @param engine the provider of the engine that runs the containers
 */
export function referenceOn(scope: Construct, settings: CarriedImageSettings, engine: TerraformProvider | undefined): string {
  return (engine?.alias ?? '') === (settings.from?.alias ?? '')
    ? settings.image.imageId
    : CarriedImage.of(scope, 'Transfer', settings).to(engine);
}

const byKey = ([one]: [string, unknown], [other]: [string, unknown]) => one < other ? -1 : 1;

/** What messages call the engine of a provider. */
function shownName(stack: TerraformStack, provider: TerraformProvider | undefined): string {
  const { host } = Gates.of(stack, provider).configuration;
  return host ?? provider?.alias ?? 'this machine';
}

/** The empty volume that stands for a machine. */
function machineOf(scope: Construct, provider: TerraformProvider | undefined): Volume {
  const stack = TerraformStack.of(scope);
  const alias = provider?.alias ?? '';
  const id = `Machine${alias === '' ? '' : `-${alias}`}`;
  const known = stack.node.tryFindChild(id) as Volume | undefined;
  if (known !== undefined) {
    return known;
  }
  const name = `${dockerName(stack)}-machine`;
  claimVolumeName(stack, alias, name);
  return new Volume(stack, id, { name, provider });
}

/** The stacks that have the program. */
const shipped = sharedMap<TerraformStack, true>('transfer-program');

/** Writes the program beside the stack, so that its path is the same on every machine. */
function shipProgram(stack: TerraformStack): void {
  if (shipped.has(stack)) {
    return;
  }
  shipped.set(stack, true);
  addCustomSynthesis(new Construct(stack, 'TransferProgram'), {
    onSynthesize: ({ manifest }) => {
      const target = path.join(manifest.outdir, manifest.forStack(stack).synthesizedStackPath, '..', PROGRAM);
      fs.mkdirSync(target, { recursive: true });
      const source = path.join(__dirname, 'transfer');
      for (const file of fs.readdirSync(source).filter((name) => name.endsWith('.mjs'))) {
        fs.copyFileSync(path.join(source, file), path.join(target, file));
      }
    },
  });
}

/** Refuses a build on an engine that is reached by ssh. Evaluated at synth, because the provider's host may change until then. */
export function refuseBuildOverSsh(scope: Construct, provider: TerraformProvider | undefined): void {
  const { configuration } = Gates.of(scope, provider);
  if (hasSshHost(configuration)) {
    const host = String(configuration.host);
    reject(scope, {
      what: 'the Docker provider cannot build images on an engine that is reached by ssh',
      given: host,
      allowed: 'an engine of this machine, which builds the image and sends it to the other one',
      remedy: `leave \`host\` out of the default provider, and set \`place: DockerHost.ssh('${host.slice('ssh://'.length)}')\``,
    });
  }
}
