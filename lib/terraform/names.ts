import { createHash } from 'crypto';
import { TerraformStack } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { reject } from '../input/input-error';
import { sharedMap } from '../input/shared';

/** The longest DNS label: containers reach each other by name. */
const LONGEST_NAME = 63;

/** The path that a construct had before it was renamed or moved. */
const formerPaths = new WeakMap<IConstruct, string>();

/** Keeps the names that a construct and its children had under another path of the stack. */
export function keepNamesOf(scope: Construct, formerPath: string): void {
  formerPaths.set(scope, `${TerraformStack.of(scope).node.path}/${formerPath}`);
}

/** The path that names follow from: the construct's own, or the one it had before. */
export function namedPath(scope: IConstruct): string {
  const ids: string[] = [];
  for (let node: IConstruct | undefined = scope; node; node = node.node.scope) {
    const former = formerPaths.get(node);
    if (former !== undefined) {
      return [former, ...ids].join('/');
    }
    ids.unshift(node.node.id);
  }
  return scope.node.path;
}

/** Keyed by app: name → path of the construct that has it. */
const owners = sharedMap<IConstruct, Map<string, string>>('names');

/**
 * The name of a construct's Docker object: the construct's path in lower case, joined by hyphens.
 *
 * A name with replaced characters or a shortened one gets eight hexadecimal digits of the path's hash.
 * Names are a contract: a changed name replaces the user's container or volume.
 *
 * @throws when another construct of the app has the same name, for example `shop-api` beside an `api` in `shop`
 */
export function dockerName(scope: Construct): string {
  const name = nameOf(scope);
  const names = owners.get(scope.node.root) ?? new Map<string, string>();
  owners.set(scope.node.root, names);
  const owner = names.get(name) ?? scope.node.path;
  if (owner !== scope.node.path) {
    reject(scope, {
      what: `the Docker objects of this construct would have the same name as those of ${owner}`,
      given: name,
      allowed: 'ids whose paths still differ in lower case and joined by hyphens',
      remedy: 'change the id of one of the two constructs',
    });
  }
  names.set(name, owner);
  return name;
}

function nameOf(scope: Construct): string {
  // Since 10.7, `constructs` writes two hyphens for a line break of an id. A newer version must not rename containers.
  const parts = namedPath(scope).replace(/\n/g, '--').split('/').filter((part) => part !== '');
  const readable = parts.join('-').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  if (parts.every((part) => READABLE_ID.test(part)) && readable.length <= LONGEST_NAME) {
    return readable;
  }
  const hash = createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 8);
  return [readable.slice(0, LONGEST_NAME - hash.length - 1).replace(/-+$/, ''), hash].filter((part) => part !== '').join('-');
}

/** Ids that lose at most their case in a name. */
const READABLE_ID = /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;

/** Docker's rule for names of containers, volumes and networks: moby `daemon/names/names.go`. */
const DOCKER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

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
