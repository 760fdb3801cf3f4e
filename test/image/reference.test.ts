import { parseImageReference, validateRepository, validateTag } from '../../lib/image/reference';
import { messageOf } from '../message';

const HEX = '0123456789abcdef'.repeat(4);
const NAMES = 'a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…';
const HOSTS = 'a host name, an IPv4 address or an IPv6 address in brackets, with an optional port: ghcr.io, 10.0.0.5:5000, [::1]:5000';
const COMPONENTS = 'lower case letters and digits, with one ".", one or two "_" or any number of "-" between them';
const TAGS = '1 to 128 letters, digits, "_", "." and "-", of which the first is not "." or "-"';
const DIGESTS = 'sha256: and 64, sha384: and 96, sha512: and 128 hexadecimal digits in lower case';
const LENGTH = 'at most 255 characters without the registry\'s host, and with "library/" for a name on Docker Hub without a namespace';
const COPY = 'copy the digest that docker images --digests or the registry shows';

/** An error's whole text. */
function message(what: string, given: string, allowed: string, remedy: string): string {
  const json = JSON.stringify(given);
  const shown = json.length > 200 ? `${json.slice(0, 200)}… (${json.length} characters)` : json;
  return [what, `  given:   ${shown}`, `  allowed: ${allowed}`, `  to do:   ${remedy}`].join('\n');
}

test('parts of a reference', () => {
  expect(parseImageReference('ubuntu')).toEqual({
    domain: 'docker.io', path: 'library/ubuntu', familiarName: 'ubuntu', pullReference: 'docker.io/library/ubuntu:latest',
  });
  expect(parseImageReference(`[::1]:5000/acme/api:1.2@sha256:${HEX}`)).toEqual({
    domain: '[::1]:5000',
    path: 'acme/api',
    familiarName: '[::1]:5000/acme/api',
    tag: '1.2',
    digest: `sha256:${HEX}`,
    pullReference: `[::1]:5000/acme/api@sha256:${HEX}`,
  });
});

test.each([
  ['', 'the image reference is empty', NAMES, 'name an image'],
  [' ubuntu', 'the image reference has a space or control character at position 1', NAMES, 'remove the space around the reference'],
  ['my image', 'the image reference has a space or control character at position 3', NAMES, 'remove it'],
  ['a\u0000b', 'the image reference has a space or control character at position 2', NAMES, 'remove it'],
  [
    'https://ghcr.io/acme/api', 'the image reference begins with the scheme "https://"', NAMES,
    'leave out "https://"; whether a registry is asked by HTTP or HTTPS is a setting of the engine',
  ],
  [
    HEX, 'this is an image id, not an image reference', NAMES,
    "put the repository's name in front, for example acme/api@sha256:…; docker images --digests shows the digest",
  ],
  ['me@ghcr.io/api', 'the registry has a user in front of its host', HOSTS, 'leave it out; credentials belong into registry_auth'],
  ['ghcr.io:https/api', 'the registry\'s port "https" is not a number', HOSTS, 'write the port with digits, or leave out the colon'],
  ['ghcr.io:/api', 'the registry\'s port "" is not a number', HOSTS, 'write the port with digits, or leave out the colon'],
  ['::1/api', 'the registry\'s host "::1" is malformed', HOSTS, 'correct the part before the first slash'],
  ['-a.io/api', 'the registry\'s host "-a.io" is malformed', HOSTS, 'correct the part before the first slash'],
  [':17', 'the name of the repository is missing', NAMES, 'write the name before the tag or digest'],
  ['acme//api', 'the name of the repository has an empty part', NAMES, 'remove the slash at the beginning or end, or the second one in a row'],
  ['/api', 'the name of the repository has an empty part', NAMES, 'remove the slash at the beginning or end, or the second one in a row'],
  ['acme/api/', 'the name of the repository has an empty part', NAMES, 'remove the slash at the beginning or end, or the second one in a row'],
  ['acme/API', 'the part "API" of the repository\'s name has upper case letters', COMPONENTS, 'write "api"'],
  ['$(id)', 'the part "$(id)" of the repository\'s name has the character "$"', COMPONENTS, 'remove or replace the character'],
  ['acme/日本', 'the part "日本" of the repository\'s name has the character "日"', COMPONENTS, 'remove or replace the character'],
  [
    'a..b',
    'the part "a..b" of the repository\'s name begins or ends with a separator or has separators that must not follow each other',
    COMPONENTS,
    'let the part begin and end with a letter or digit, and put a single separator between words',
  ],
  ['a'.repeat(248), 'the name of the repository is too long (256 characters)', LENGTH, 'shorten it'],
  [`ghcr.io/${'a'.repeat(256)}`, 'the name of the repository is too long (256 characters)', LENGTH, 'shorten it'],
  ['postgres:', 'the tag is empty', TAGS, 'write a tag, or leave out the colon before it'],
  ['postgres:a+b', 'the tag "a+b" has the character "+"', TAGS, 'remove or replace the character'],
  ['postgres:.17', 'the tag ".17" begins with "."', TAGS, 'begin it with a letter, a digit or "_"'],
  [`postgres:${'a'.repeat(129)}`, 'the tag is too long (129 characters)', TAGS, 'shorten it'],
  [`ghcr.io/${'a'.repeat(250)}:`, 'the tag is empty', TAGS, 'write a tag, or leave out the colon before it'],
  ['postgres@', 'the digest has no algorithm', DIGESTS, COPY],
  [`postgres@${HEX}`, 'the digest has no algorithm', DIGESTS, COPY],
  [`postgres@md5:${HEX}`, 'Docker knows no digest "md5"', DIGESTS, COPY],
  [`postgres@sha256:${HEX.toUpperCase()}`, 'the sha256 digest has other characters than hexadecimal digits in lower case', DIGESTS, COPY],
  [`postgres@sha512:${HEX}`, 'the sha512 digest has 64 digits instead of 128', DIGESTS, COPY],
])('%j is refused', (text, what, allowed, remedy) => {
  expect(messageOf(() => parseImageReference(text))).toBe(message(what, text, allowed, remedy));
  expect(messageOf(() => validateRepository(text))).toBe(message(what, text, allowed, remedy));
});

test.each([
  ['localhost:5000', 'the repository has a tag', 'leave out ":5000"; if it is a port, the name of the repository is missing after it'],
  ['ghcr.io/acme/api:1', 'the repository has a tag', 'leave out ":1"; if it is a port, the name of the repository is missing after it'],
  [`acme/api:1@sha256:${HEX}`, 'the repository has a digest', `leave out "@sha256:${HEX}"`],
])('%j is no repository', (text, what, remedy) => {
  expect(messageOf(() => validateRepository(text)))
    .toBe(message(what, text, 'a name without tag and digest, for example ghcr.io/acme/api', remedy));
});

test.each([
  ['', 'the tag is empty', 'write a tag, or leave out the colon before it'],
  ['a:b', 'the tag "a:b" has the character ":"', 'remove or replace the character'],
  ['1\n', 'the tag "1\\n" has the character "\\n"', 'remove or replace the character'],
  ['-x', 'the tag "-x" begins with "-"', 'begin it with a letter, a digit or "_"'],
  ['x'.repeat(129), 'the tag is too long (129 characters)', 'shorten it'],
])('%j is no tag', (text, what, remedy) => {
  expect(messageOf(() => validateTag(text))).toBe(message(what, text, TAGS, remedy));
});

test.each(['x', '_', '1.2-rc_1', 'X'.repeat(128)])('%s is a tag', (text) => {
  expect(() => validateTag(text)).not.toThrow();
});
