import { parseImageReference, validateRepository, validateTag } from '../../lib/image/reference';
import { messageOf } from '../message';

const HEX = '0123456789abcdef'.repeat(4);
const NAMES = 'a name like postgres:17, acme/api, ghcr.io/acme/api:1.2 or localhost:5000/api@sha256:…';
const TAGS = '1 to 128 letters, digits, "_", "." and "-", of which the first is not "." or "-"';
const PULL = 'write the reference as for "docker pull"';
const LOWER = 'write it in lower case and without spaces';

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
  ['https://ghcr.io/acme/api', 'remove the scheme; the settings of the engine decide between HTTP and HTTPS'],
  ['Docker://ubuntu', 'remove the scheme; the settings of the engine decide between HTTP and HTTPS'],
  [HEX, 'put the name of the repository before the id, for example acme/api@sha256:…'],
  ['acme/API', LOWER],
  [' ubuntu', LOWER],
  ['ubuntu\n', LOWER],
  [`postgres@sha256:${HEX.toUpperCase()}`, LOWER],
  ['', PULL],
  [' ', PULL],
  ['my image', PULL],
  ['a\u0000b', PULL],
  ['me@ghcr.io/api', PULL],
  ['ghcr.io:https/api', PULL],
  ['::1/api', PULL],
  [':17', PULL],
  ['acme//api', PULL],
  ['$(id)', PULL],
  ['a'.repeat(248), PULL],
  ['postgres:', PULL],
  ['postgres:a+b', PULL],
  [`postgres:${'a'.repeat(129)}`, PULL],
  ['postgres@', PULL],
  [`postgres@sha512:${HEX}`, PULL],
])('%j is refused', (text, remedy) => {
  expect(messageOf(() => parseImageReference(text))).toBe(message('not an image reference', text, NAMES, remedy));
  expect(messageOf(() => validateRepository(text))).toBe(message('not an image reference', text, NAMES, remedy));
});

test.each([
  ['localhost:5000', 'the repository has a tag', 'leave out ":5000"; if it is a port, the name of the repository is missing after it'],
  ['ghcr.io/acme/api:1', 'the repository has a tag', 'leave out ":1"; if it is a port, the name of the repository is missing after it'],
  [`acme/api:1@sha256:${HEX}`, 'the repository has a digest', `leave out "@sha256:${HEX}"`],
])('%j is no repository', (text, what, remedy) => {
  expect(messageOf(() => validateRepository(text)))
    .toBe(message(what, text, 'a name without tag and digest, for example ghcr.io/acme/api', remedy));
});

test.each(['', 'a:b', '1\n', '-x', 'x'.repeat(129)])('%j is no tag', (text) => {
  expect(messageOf(() => validateTag(text))).toBe(message('not an image tag', text, TAGS, 'correct the tag'));
});

test.each(['x', '_', '1.2-rc_1', 'X'.repeat(128)])('%s is a tag', (text) => {
  expect(() => validateTag(text)).not.toThrow();
});
