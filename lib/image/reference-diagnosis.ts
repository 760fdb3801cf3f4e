import { DIGEST_LENGTHS, DOMAIN, IMAGE_ID, LONGEST_PATH, LONGEST_TAG, PATH_COMPONENT } from './reference-grammar';

/** Why a text is refused, what would be accepted and how to get there. */
export interface Diagnosis {
  readonly what: string;
  readonly allowed: string;
  readonly remedy: string;
}

const NAMES = 'a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…';
const COMPONENTS = 'lower case letters and digits, with one ".", one or two "_" or any number of "-" between them';

/**
 * Says what is wrong with a text that is no image reference; Docker itself says "invalid reference format".
 *
 * @param parts the text, divided at the slash after the registry's host if it begins with one
 */
export function diagnoseReference(text: string, parts: { domain?: string; rest: string }): Diagnosis {
  const [name, ...digests] = parts.rest.split('@');
  const [path, ...tags] = name.split(':');
  return diagnoseWhole(text)
    ?? diagnoseDomain(parts.domain)
    ?? diagnosePath(path, parts.domain)
    ?? (tags.length > 0 ? findTagProblem(tags.join(':')) : undefined)
    ?? (digests.length > 0 ? diagnoseDigest(digests.join('@')) : undefined)
    ?? { what: 'this is no image reference', allowed: NAMES, remedy: 'write it as you would after "docker pull"' };
}

/** Says what is wrong with a text that is no tag. */
export function diagnoseTag(tag: string): Diagnosis {
  return findTagProblem(tag) ?? { what: 'this is no tag', allowed: TAGS, remedy: 'write it as you would after "docker tag"' };
}

function diagnoseWhole(text: string): Diagnosis | undefined {
  if (text === '') {
    return { what: 'the image reference is empty', allowed: NAMES, remedy: 'name an image' };
  }
  const space = /[\s\u0000-\u001f\u007f]/.exec(text);
  if (space !== null) {
    return {
      what: `the image reference has a space or control character at position ${space.index + 1}`,
      allowed: NAMES,
      remedy: text.trim() === text ? 'remove it' : 'remove the space around the reference',
    };
  }
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text)?.[0];
  if (scheme !== undefined) {
    return {
      what: `the image reference begins with the scheme "${scheme}"`,
      allowed: NAMES,
      remedy: `leave out "${scheme}"; whether a registry is asked by HTTP or HTTPS is a setting of the engine`,
    };
  }
  if (IMAGE_ID.test(text)) {
    return {
      what: 'this is an image id, not an image reference',
      allowed: NAMES,
      remedy: "put the repository's name in front, for example acme/api@sha256:…; docker images --digests shows the digest",
    };
  }
  return undefined;
}

function diagnoseDomain(domain: string | undefined): Diagnosis | undefined {
  // Docker takes what is no host for a part of the path, if it can be that.
  if (domain === undefined || DOMAIN.test(domain) || PATH_COMPONENT.test(domain)) {
    return undefined;
  }
  const allowed = 'a host name, an IPv4 address or an IPv6 address in brackets, with an optional port: ghcr.io, 10.0.0.5:5000, [::1]:5000';
  const port = /:([^:\]]*)$/.exec(domain)?.[1];
  if (domain.includes('@')) {
    return { what: 'the registry has a user in front of its host', allowed, remedy: 'leave it out; credentials belong into registry_auth' };
  }
  if (port !== undefined && DOMAIN.test(domain.slice(0, -port.length - 1))) {
    return { what: `the registry's port ${JSON.stringify(port)} is not a number`, allowed, remedy: 'write the port with digits, or leave out the colon' };
  }
  return { what: `the registry's host ${JSON.stringify(domain)} is malformed`, allowed, remedy: 'correct the part before the first slash' };
}

function diagnosePath(path: string, domain: string | undefined): Diagnosis | undefined {
  const components = path.split('/');
  if (components.includes('')) {
    return {
      what: path === '' ? 'the name of the repository is missing' : 'the name of the repository has an empty part',
      allowed: NAMES,
      remedy: path === '' ? 'write the name before the tag or digest' : 'remove the slash at the beginning or end, or the second one in a row',
    };
  }
  const wrong = components.find((component) => !PATH_COMPONENT.test(component));
  if (wrong !== undefined) {
    return diagnoseComponent(wrong);
  }
  // Docker counts the "library/" that it adds, and a first part that it takes for no host.
  const onDockerHub = domain === undefined || domain === 'docker.io' || domain === 'index.docker.io';
  const length = path.length
    + (onDockerHub && components.length === 1 ? 'library/'.length : 0)
    + (domain !== undefined && !DOMAIN.test(domain) ? domain.length + 1 : 0);
  return length <= LONGEST_PATH ? undefined : {
    what: `the name of the repository is too long (${length} characters)`,
    allowed: `at most ${LONGEST_PATH} characters without the registry's host, and with "library/" for a name on Docker Hub without a namespace`,
    remedy: 'shorten it',
  };
}

function diagnoseComponent(component: string): Diagnosis {
  const shown = JSON.stringify(component);
  const lower = component.toLowerCase();
  if (PATH_COMPONENT.test(lower)) {
    return { what: `the part ${shown} of the repository's name has upper case letters`, allowed: COMPONENTS, remedy: `write ${JSON.stringify(lower)}` };
  }
  const character = /[^a-zA-Z0-9._-]/u.exec(component)?.[0];
  if (character !== undefined) {
    return {
      what: `the part ${shown} of the repository's name has the character ${JSON.stringify(character)}`,
      allowed: COMPONENTS,
      remedy: 'remove or replace the character',
    };
  }
  return {
    what: `the part ${shown} of the repository's name begins or ends with a separator or has separators that must not follow each other`,
    allowed: COMPONENTS,
    remedy: 'let the part begin and end with a letter or digit, and put a single separator between words',
  };
}

const TAGS = `1 to ${LONGEST_TAG} letters, digits, "_", "." and "-", of which the first is not "." or "-"`;

function findTagProblem(tag: string): Diagnosis | undefined {
  if (tag === '') {
    return { what: 'the tag is empty', allowed: TAGS, remedy: 'write a tag, or leave out the colon before it' };
  }
  const character = /[^A-Za-z0-9_.-]/u.exec(tag)?.[0];
  if (character !== undefined) {
    return { what: `the tag ${JSON.stringify(tag)} has the character ${JSON.stringify(character)}`, allowed: TAGS, remedy: 'remove or replace the character' };
  }
  if (/^[.-]/.test(tag)) {
    return { what: `the tag ${JSON.stringify(tag)} begins with "${tag[0]}"`, allowed: TAGS, remedy: 'begin it with a letter, a digit or "_"' };
  }
  return tag.length <= LONGEST_TAG ? undefined : { what: `the tag is too long (${tag.length} characters)`, allowed: TAGS, remedy: 'shorten it' };
}

function diagnoseDigest(digest: string): Diagnosis | undefined {
  const allowed = [...DIGEST_LENGTHS].map(([name, digits]) => `${name}: and ${digits}`).join(', ') + ' hexadecimal digits in lower case';
  const remedy = 'copy the digest that docker images --digests or the registry shows';
  const [algorithm, ...rest] = digest.split(':');
  const digits = rest.join(':');
  const expected = DIGEST_LENGTHS.get(algorithm);
  if (rest.length === 0 || expected === undefined) {
    return { what: rest.length === 0 ? 'the digest has no algorithm' : `Docker knows no digest ${JSON.stringify(algorithm)}`, allowed, remedy };
  }
  if (/[^0-9a-f]/.test(digits)) {
    return { what: `the ${algorithm} digest has other characters than hexadecimal digits in lower case`, allowed, remedy };
  }
  return digits.length === expected
    ? undefined
    : { what: `the ${algorithm} digest has ${digits.length} digits instead of ${expected}`, allowed, remedy };
}
