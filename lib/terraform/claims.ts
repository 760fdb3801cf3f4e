import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { reject } from '../input/input-error';
import { sharedMap } from '../input/shared';

/** A host port that a container of a stack publishes. */
export interface ClaimedPort {
  readonly address: string;
  readonly hostPort: number;
}

interface Claims {
  readonly names: Map<string, string>;
  readonly ports: { readonly port: ClaimedPort; readonly owner: string }[];
}

/** Keyed by stack, then by place. */
const claims = sharedMap<TerraformStack, Map<string, Claims>>('claims');

/** Refuses the name of another container of the stack and place. The engine would refuse it only in the middle of an apply. */
export function claimContainerName(scope: Construct, place: string, name: string): void {
  claimName(scope, place, 'container', 'containerName', name);
}

/** Refuses the name of another volume of the stack and place. Both constructs would share its data. */
export function claimVolumeName(scope: Construct, place: string, name: string): void {
  claimName(scope, place, 'volume', 'volumeName', name);
}

/** @returns how many networks the stack has in the place, this one included */
export function claimNetworkName(scope: Construct, place: string, name: string): number {
  claimName(scope, place, 'network', 'name', name);
  return [...claimsOf(scope, place).names.keys()].filter((key) => key.startsWith('network ')).length;
}

function claimName(scope: Construct, place: string, kind: string, prop: string, name: string): void {
  const { names } = claimsOf(scope, place);
  const key = `${kind} ${name}`;
  const owner = names.get(key);
  if (owner !== undefined) {
    reject(scope, {
      what: `another ${kind} of the stack has the same name: ${owner}`,
      given: name,
      allowed: 'a name that is used once in a stack',
      remedy: `give one of the two another name, or leave \`${prop}\` out: names then follow from the constructs' paths`,
    });
  }
  names.set(key, scope.node.path);
}

export function claimHostPort(
  scope: Construct, place: string, port: ClaimedPort, overlaps: (other: ClaimedPort) => boolean,
): void {
  const { ports } = claimsOf(scope, place);
  const taken = ports.find((claim) => overlaps(claim.port));
  if (taken) {
    reject(scope, {
      what: `another container of the stack publishes the same host port: ${taken.owner}`,
      given: `${port.address}:${port.hostPort}`,
      allowed: 'a port that is used once on each address of the host',
      remedy: 'choose another host port for one of the two',
    });
  }
  ports.push({ port, owner: scope.node.path });
}

function claimsOf(scope: Construct, place: string): Claims {
  const stack = TerraformStack.of(scope);
  const byPlace = claims.get(stack) ?? new Map<string, Claims>();
  claims.set(stack, byPlace);
  const found = byPlace.get(place) ?? { names: new Map(), ports: [] };
  byPlace.set(place, found);
  return found;
}
