import { ITerraformDependable, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { fileToolsOf } from './file-tools';
import { reject } from '../input/input-error';
import { sharedMap } from '../input/shared';
import { Place } from '../places/place';
import { dockerName } from '../terraform/names';
import { resolved } from '../terraform/resolved';
import { defaultLogging } from '../values/default-logging';
import { Size } from '../values/size';
import { helper } from '../workload/helper';
import { Running } from '../workload/running';
import { ContainerMount } from '../workload/storage';
import { Variables } from '../workload/variables';
import { Workload } from '../workload/workload';

const FAILURE = 'The program\'s volumes could not be given to its user. '
  + 'For a volume whose owner cannot change, such as one on NFS, set `keepOwner: true` in ContainerMount.volume(), and give it to the user yourself.';

interface Owned {
  readonly path: string;
  readonly user: string;
}

/** The users of a stack's volumes, by place and name of the volume. */
const owners = sharedMap<TerraformStack, Map<string, Owned>>('volume-owners');

/**
 * A task that gives a program's volumes to its user, before the program starts. The engine makes a new volume for root, and the program has no
 * capability to change that.
 *
 * It runs again with each new image or user. The old version of the program runs until it has ended. When the user changes, the old
 * version cannot write any more from this moment.
 */
export class VolumeOwner extends Construct implements ITerraformDependable {
  private readonly running: Running;
  private readonly mounts: ContainerMount[] = [];

  public constructor(private readonly program: Construct, id: string, private readonly place: Place, private readonly workload: Workload) {
    super(program, id);
    const { image } = workload;
    const tools = fileToolsOf(image) ?? reject(program, {
      what: 'nothing in the image can give a volume to the program\'s user: the image has neither a shell nor this library\'s probe',
      given: image.name,
      allowed: 'an image with a shell, one that this library builds, or a volume that keeps its owner',
      remedy: 'set `keepOwner: true` in ContainerMount.volume(), and give the volume to the user yourself',
    });
    this.running = place._run(this, helper({
      name: dockerName(this),
      image,
      // A dependency of services that are replaced side by side, and one that runs before others are stopped.
      beside: true,
      user: '0:0',
      entrypoint: tools.own,
      command: () => [image.user!, ...this.mounts.map(({ containerPath }) => containerPath)],
      variables: new Variables(this),
      mounts: this.mounts,
      // The directories may be closed to others than their owner.
      capabilities: ['CHOWN', 'DAC_READ_SEARCH'],
      memory: Size.mebibytes(256),
      logging: defaultLogging(this),
      failure: FAILURE,
    }));
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }

  public add(mount: ContainerMount): void {
    this.refuseOtherUser(mount);
    this.mounts.push(mount);
    this.running.refresh();
  }

  private refuseOtherUser(mount: ContainerMount): void {
    const stack = TerraformStack.of(this);
    const known = owners.get(stack) ?? new Map<string, Owned>();
    owners.set(stack, known);
    const key = JSON.stringify([this.place._key, resolved(stack, mount._ownedVolume!)]);
    const user = this.workload.image.user!;
    const other = known.get(key);
    if (other !== undefined && other.user !== user) {
      reject(this.program, {
        what: `another program writes to the same volume as another user: ${other.path} as ${other.user}`,
        given: user,
        allowed: 'one user for all programs that write to a volume',
        remedy: 'give both images the same `user`, mount the volume with `readOnly: true` in one of them, or with `keepOwner: true` in one that needs only '
          + 'what the permissions allow',
      });
    }
    known.set(key, { path: this.program.node.path, user });
  }
}
