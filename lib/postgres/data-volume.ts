import * as fs from 'fs';
import * as path from 'path';
import { TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { PostgresVersion } from './postgres-version';
import { ContainerNetwork } from '../places/container-network';
import { dockerName, namedPath } from '../terraform/names';
import { ContainerMount } from '../workload/storage';
import { Variables } from '../workload/variables';

/** Where the records of a stack's databases are mounted. */
export const RECORDS = '/var/lib/cdktf-go-docker';

/** The volume of a server, and what is known about its data at synth. */
export interface DataVolume {
  readonly name: string;
  readonly version: PostgresVersion;
  /** The volume with the stack's records. Undefined for data without protection. */
  readonly records?: string;
  /** Whether the data may belong to another stack. */
  readonly adopt: boolean;
}

/** The volume with a file for each volume of the stack that has data, so that data is found again under another name. */
export function recordsVolume(scope: Construct): string {
  return `${dockerName(TerraformStack.of(scope))}-database-records`;
}

/** The path of the stack. It is in the volume's marker, so it must not depend on Terraform's state. */
export function ownerOf(scope: Construct): string {
  return TerraformStack.of(scope).node.path;
}

/** The variables of the server that start.sh and healthy.sh read. */
export function addVolumeVariables(variables: Variables, scope: Construct, { name, adopt, records }: DataVolume): void {
  variables.add('VOLUME_OWNER', ownerOf(scope));
  variables.add('VOLUME_RECORD', records === undefined ? '' : path.posix.join(RECORDS, name));
  variables.add('ADOPT_VOLUME', String(adopt));
  variables.add('CONSTRUCT', namedPath(scope));
}

export function volumeMounts({ name, version, records }: DataVolume, readOnly = false): ContainerMount[] {
  return [
    ContainerMount.volume(name, version.volumePath, { readOnly }),
    ...records === undefined ? [] : [ContainerMount.volume(records, RECORDS)],
  ];
}

/** The text of scripts, without their comments. */
export function scriptText(...names: string[]): string {
  return names.map((name) => fs.readFileSync(path.join(__dirname, 'scripts', `${name}.sh`), 'utf8').replace(/^(#.*)?\n/gm, '')).join('');
}

/**
 * Lets Terraform ignore the labels of the database's network. Without this, the network of a database that is protected no longer would be
 * replaced. Terraform 1.11 refuses that as a cycle: the claim goes too, and it refers to the network.
 */
export function keepNetworkLabels(network: ContainerNetwork): void {
  networkOf(network)?.addOverride('lifecycle', { ignore_changes: ['labels'] });
}

/**
 * Whether the database's network, and so its volume, was created by a version of the library that did not mark volumes: "true" in an
 * expression of Terraform. Terraform ignores a changed label, as it ignores the options, so only new networks have it.
 */
export function recogniseFormerNetwork(network: ContainerNetwork): string {
  const resource = networkOf(network);
  if (resource === undefined) {
    return 'false';
  }
  resource.addOverride('labels', [{ label: 'cdktf-go-docker.marks-volumes', value: 'true' }]);
  return `\${length(docker_network.${resource.friendlyUniqueId}.labels) == 0}`;
}

/** The network of an engine. Another kind of place makes other resources, or none, and has no networks of earlier versions. */
function networkOf(network: ContainerNetwork): TerraformResource | undefined {
  const resource = network.node.tryFindChild('Resource') as TerraformResource | undefined;
  return resource?.terraformResourceType === 'docker_network' ? resource : undefined;
}
