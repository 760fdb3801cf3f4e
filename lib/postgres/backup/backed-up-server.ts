import { ITerraformDependable } from 'cdktf';
import { Place } from '../../places/place';
import { IContainerNetwork } from '../../workload/network';

export interface BackedUpServer {
  readonly image: string;
  /** Where the image declares a volume. */
  readonly volumePath: string;
  readonly hostName: string;
  readonly network: IContainerNetwork;
  readonly username: string;
  readonly password: string;
  readonly sslMode: string;
  readonly databases: () => string[];
  readonly dataProtection: boolean;
  readonly ready: ITerraformDependable;
  readonly place: Place;
}

/** The databases' names, percent-encoded as in file names: readable and unique. */
export function databaseList(names: readonly string[]): string {
  return names.map((name) => `${fileNameOf(name)}\t${name}`).join('\n');
}

function fileNameOf(database: string): string {
  return [...Buffer.from(database)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
