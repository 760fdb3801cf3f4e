import { IMAGE_ID, LONGEST_PATH, LONGEST_TAG, REFERENCE, TAG } from './reference-grammar';
import { InputError } from '../input/input-error';

/**
 * An image reference as Docker reads it, with the names of Docker Hub completed.
 *
 * @see https://pkg.go.dev/github.com/distribution/reference
 */
export interface ImageReference {
  /**
   * The registry's host and port, by default `docker.io`. It is empty for names like `my.host_name/app`, whose first part is no host
   * despite its dot: such images exist only on the engine.
   */
  readonly domain: string;
  /** The repository on the registry, for example `library/ubuntu`. */
  readonly path: string;
  /** The repository's name as Docker shows it: `ubuntu` for `docker.io/library/ubuntu`. */
  readonly familiarName: string;
  readonly tag?: string;
  /** Algorithm and hexadecimal digits: `sha256:…`. */
  readonly digest?: string;
  /** The complete reference that an engine pulls: `docker.io/library/ubuntu:latest`. A digest replaces the tag. */
  readonly pullReference: string;
}

const DOCKER_HUB = 'docker.io';
const LEGACY_DOCKER_HUB = 'index.docker.io';
const OFFICIAL = 'library/';

/**
 * Reads an image reference, for example `ubuntu`, `ghcr.io/acme/api:1.2` or `localhost:5000/api@sha256:…`.
 *
 * @throws InputError if Docker would refuse it.
 */
export function parseImageReference(text: string): ImageReference {
  const reference = tryParse(text);
  if (reference === undefined) {
    throw new InputError({
      what: 'not an image reference',
      given: text,
      allowed: 'a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…',
      remedy: remedyFor(text),
    });
  }
  if (reference.tag === 'undefined' || reference.tag === 'null') {
    throw new InputError({
      what: `the image's tag is "${reference.tag}": the variable that it is made of has no value`,
      given: text,
      allowed: 'a tag of the image, for example postgres:17',
      remedy: 'set the variable that the reference is made of',
    });
  }
  return reference;
}

/**
 * Reads an image's name without tag and digest, for example `ghcr.io/acme/api`.
 *
 * @throws InputError if Docker would refuse it, or there is a tag or a digest.
 */
export function validateRepository(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference.tag !== undefined || reference.digest !== undefined) {
    const part = reference.digest === undefined ? 'tag' : 'digest';
    throw new InputError({
      what: `the repository has a ${part}`,
      given: text,
      allowed: 'a name without tag and digest, for example ghcr.io/acme/api',
      remedy: part === 'tag'
        ? `leave out ":${reference.tag}"; if it is a port, the name of the repository is missing after it`
        : `leave out "@${reference.digest}"`,
    });
  }
  return reference;
}

/** @throws InputError if Docker would refuse the tag. */
export function validateTag(text: string): void {
  if (!TAG.test(text)) {
    throw new InputError({
      what: 'not an image tag',
      given: text,
      allowed: `1 to ${LONGEST_TAG} letters, digits, "_", "." and "-", of which the first is not "." or "-"`,
      remedy: 'correct the tag',
    });
  }
}

function remedyFor(text: string): string {
  if (/^[a-z]+:\/\//i.test(text)) {
    return 'remove the scheme; the settings of the engine decide between HTTP and HTTPS';
  }
  if (IMAGE_ID.test(text)) {
    return 'put the name of the repository before the id, for example acme/api@sha256:…';
  }
  return tryParse(text.toLowerCase().trim()) === undefined
    ? 'write the reference as for "docker pull"'
    : 'write it in lower case and without spaces';
}

function tryParse(text: string): ImageReference | undefined {
  // Docker reads 64 hexadecimal digits as an image's id.
  if (IMAGE_ID.test(text)) {
    return undefined;
  }
  const groups = REFERENCE.exec(complete(text))?.groups;
  if (groups === undefined || groups.path.length > LONGEST_PATH) {
    return undefined;
  }
  const { domain = '', path, tag, digest } = groups;
  const name = domain === '' ? path : `${domain}/${path}`;
  return {
    domain,
    path,
    familiarName: familiarName(domain, path),
    tag,
    digest,
    pullReference: digest === undefined ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`,
  };
}

/** Adds Docker Hub's host and the namespace `library`, as Docker does. */
function complete(text: string): string {
  const { domain = DOCKER_HUB, rest } = splitDomain(text);
  const host = domain === LEGACY_DOCKER_HUB ? DOCKER_HUB : domain;
  return host === DOCKER_HUB && !rest.includes('/') ? `${host}/${OFFICIAL}${rest}` : `${host}/${rest}`;
}

/** Splits off the host: `acme.dev/api` has one, `acme/api` is on Docker Hub. */
function splitDomain(text: string): { domain?: string; rest: string } {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  return isDomain ? { domain: first, rest: text.slice(slash + 1) } : { rest: text };
}

function familiarName(domain: string, path: string): string {
  if (domain !== DOCKER_HUB) {
    return domain === '' ? path : `${domain}/${path}`;
  }
  const official = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : undefined;
  return official === undefined || official.includes('/') ? path : official;
}
