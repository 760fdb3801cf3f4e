import { ITerraformDependable, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { DataVolume, RECORDS, ownerOf, scriptText, volumeMounts } from './data-volume';
import { ContainerImageBinding } from '../image/container-image';
import { Place } from '../places/place';
import { dockerName, namedPath } from '../terraform/names';
import { defaultLogging } from '../values/default-logging';
import { Size } from '../values/size';
import { helper } from '../workload/helper';
import { Running } from '../workload/running';
import { Variables } from '../workload/variables';

export interface VolumeClaimSettings {
  readonly volume: DataVolume;
  readonly image: ContainerImageBinding;
  readonly place: Place;
  /** Whether the volume's name follows from the construct's path. */
  readonly nameIsDerived: boolean;
  readonly startEmpty: boolean;
  /** Whether data without a marker is the stack's own: "true" in an expression of Terraform. */
  readonly unmarkedIsOwn: string;
  /** A volume that the database leaves in this apply. */
  readonly formerVolume?: string;
}

/** The protected volumes of the databases of each stack. */
const volumes = new WeakMap<TerraformStack, string[]>();

/**
 * A task that refuses a volume with data of another stack, another version or another database, before any container of the stack stops.
 *
 * It mounts the volume, so that the engine refuses to delete it.
 */
export class VolumeClaim extends Construct implements ITerraformDependable {
  private readonly running: Running;

  public constructor(scope: Construct, id: string, settings: VolumeClaimSettings) {
    super(scope, id);
    const { volume, place } = settings;
    const stack = TerraformStack.of(this);
    const current = volumes.get(stack) ?? [];
    volumes.set(stack, current);
    current.push(volume.name, ...settings.formerVolume === undefined ? [] : [settings.formerVolume]);
    const variables = new Variables(this);
    variables.add('CONSTRUCT', namedPath(scope));
    variables.add('OWNER', ownerOf(this));
    variables.add('VOLUME_NAME', volume.name);
    variables.add('NAME_IS_DERIVED', String(settings.nameIsDerived));
    variables.add('VOLUME_PATH', volume.version.volumePath);
    variables.add('MAJOR', String(volume.version.major));
    variables.addLate('CURRENT_VOLUMES', () => [...current].sort().join('\n'));
    variables.add('RECORDS', RECORDS);
    variables.add('ADOPT_VOLUME', String(volume.adopt));
    variables.add('START_EMPTY', String(settings.startEmpty));
    variables.addLate('UNMARKED_IS_OWN', () => settings.unmarkedIsOwn);
    this.running = place._run(this, helper({
      name: dockerName(this),
      image: settings.image,
      beside: true,
      first: true,
      user: 'root',
      entrypoint: ['/bin/sh', '-ec', scriptText('claim')],
      variables,
      mounts: volumeMounts(volume, true),
      // The data directory belongs to the server's user.
      capabilities: ['DAC_READ_SEARCH'],
      memory: Size.mebibytes(64),
      logging: defaultLogging(this, 'databases'),
    }));
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }
}
