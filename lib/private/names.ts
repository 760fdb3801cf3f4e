import { createHash } from 'crypto';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { reject } from './input-error';

/** The longest name that is also one DNS label, as containers are reached by name. */
const LONGEST_NAME = 63;

/**
 * The name of a construct's Docker object: the stack's id and the construct's path, in lower case, joined by hyphens.
 *
 * Where characters had to be replaced or the name shortened, eight hexadecimal digits of the path's hash keep it unique.
 * Names are a contract: a changed name replaces the user's container or volume.
 */
export function dockerName(scope: Construct): string {
  const stack = TerraformStack.of(scope);
  const parts = [stack.node.id, ...scope.node.path.slice(stack.node.path.length).split('/')].filter((part) => part !== '');
  const exact = parts.join('-');
  const readable = exact.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const lossless = readable === exact.toLowerCase() && parts.every((part) => !part.includes('-'));
  if ((lossless || isUnambiguous(parts)) && readable.length <= LONGEST_NAME && readable !== '') {
    return readable;
  }
  const hash = createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 8);
  return [readable.slice(0, LONGEST_NAME - hash.length - 1).replace(/-+$/, ''), hash].filter((part) => part !== '').join('-');
}

/** Ids of lower-case letters, digits and single hyphens, and the first letter's case, may be joined as they are. */
function isUnambiguous(parts: string[]): boolean {
  return parts.every((part) => /^[A-Z]?[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
}

/** Docker's rule for names of containers, volumes and networks: moby `daemon/names/names.go`. */
const DOCKER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** @throws when Docker would refuse the name */
export function validateDockerName(scope: Construct, what: string, name: string): void {
  if (!DOCKER_NAME.test(name) || name.length > LONGEST_NAME) {
    reject(scope, {
      what: `not a name for a ${what}`,
      given: name,
      allowed: `2 to ${LONGEST_NAME} characters: letters, digits, "_", "." and "-", the first one a letter or a digit`,
      remedy: `choose another name, or leave it out: the ${what} is then named after the construct's path`,
    });
  }
}
