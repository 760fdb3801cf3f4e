import { parseImageReference, validateRepository, validateTag } from '../../lib/image/reference';
import { InputError } from '../../lib/input/input-error';
import { describeWithGo, GoOracle, ORACLE_TIMEOUT } from '../oracles/go-oracle';
import { SeededRandom } from '../oracles/seeded-random';

interface DockerAnswer {
  readonly error?: string;
  readonly domain: string;
  readonly path: string;
  readonly familiar: string;
  readonly tag: string;
  readonly digest: string;
  readonly pulled: string;
  readonly isTag: boolean;
}

interface Reading {
  readonly text: string;
  readonly isTag: boolean;
  readonly isRepository: boolean;
  readonly parts?: object;
}

function accepts(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    return false;
  }
}

function ourReading(text: string): Reading {
  const isTag = accepts(() => validateTag(text));
  const isRepository = accepts(() => validateRepository(text));
  if (!accepts(() => parseImageReference(text))) {
    return { text, isTag, isRepository };
  }
  const { domain, path, familiarName, tag = '', digest = '', pullReference } = parseImageReference(text);
  return { text, isTag, isRepository, parts: { domain, path, familiar: familiarName, tag, digest, pulled: pullReference } };
}

function dockersReading(text: string, { error, isTag, ...parts }: DockerAnswer): Reading {
  return error !== undefined
    ? { text, isTag, isRepository: false }
    : { text, isTag, isRepository: parts.tag === '' && parts.digest === '', parts };
}

/** @returns how many of the texts Docker accepts */
function expectSameAsDocker(texts: string[]): number {
  const answers = new GoOracle('reference').ask<string, DockerAnswer>(texts);
  const ours = texts.map(ourReading);
  const theirs = texts.map((text, index) => dockersReading(text, answers[index]));
  const different = ours.flatMap((reading, index) => (
    JSON.stringify(reading) === JSON.stringify(theirs[index]) ? [] : [{ ours: reading, theirs: theirs[index] }]
  ));
  expect(different.slice(0, 5)).toEqual([]);
  return answers.filter((answer) => answer.error === undefined).length;
}

const HEX = '0123456789abcdef'.repeat(8);

const DIGESTS = [
  '', ':', 'sha256', 'sha256:', `sha256:${HEX.slice(0, 64)}`, `sha384:${HEX.slice(0, 96)}`, `sha512:${HEX}`, `sha256:${HEX.slice(0, 63)}`, `sha256:${HEX.slice(0, 65)}`,
  `sha512:${HEX.slice(0, 64)}`, `sha256:${HEX.slice(0, 64).toUpperCase()}`, `SHA256:${HEX.slice(0, 64)}`, `md5:${HEX.slice(0, 32)}`, `sha256:${'g'.repeat(64)}`,
  `sha256+b64:${HEX.slice(0, 64)}`, `sha256:${HEX.slice(0, 64)}@sha256:${HEX.slice(0, 64)}`, `sha256:${HEX.slice(0, 64)}:tag`, `sha256:${HEX.slice(0, 64)}\n`,
];

const NAMES = [
  '', 'ubuntu', 'library/ubuntu', 'docker.io/ubuntu', 'docker.io/library/ubuntu', 'index.docker.io/ubuntu', 'index.docker.io/acme/api', 'docker.io/library/a/b', 'library/a/b',
  'docker.io', 'docker.io/', 'registry-1.docker.io/library/x', 'acme/api', 'ghcr.io/acme/api', 'GHCR.io/acme/api', 'Acme/api', 'acme/API', 'Ubuntu', 'LOCALHOST/x', 'localhost', 'localhost/x',
  'localhost:5000', 'localhost:5000/x', 'localhost:/x', 'localhost:port/x', 'host:5000/x', 'host:5000/x/y/z', '10.0.0.5/x', '10.0.0.5:5000/x', '[::1]/x', '[::1]:5000/x', '[FE80::1]:5000/a/b',
  '[fe80::1%eth0]/x', '[::ffff:1.2.3.4]/x', '::1/x', '[::1', '[::1]', '[]/x', '[::1]x/y', 'a.b_c/x', 'a_b.c/x', 'a.b_c/X', '-a.b/x', 'a-.b/x', 'a..b/x', 'a.b./x', '.a/x', 'a--b.c/x', 'xn--bcher-kva.example/x',
  'bücher.example/x', 'user@host.io/x', 'user:password@host.io/x', 'a/b/c/d/e', '/a', 'a/', 'a//b', '//a', '/', 'a/./b', 'a/../b', './a', '../a', '~/a', 'a.b', 'a..b', 'a_b', 'a__b', 'a___b', 'a._b', 'a-b',
  'a----b', 'a.-b', '_a', 'a_', '.a', 'a.', '-a', 'a-', 'a/_b', 'a/b_', 'a+b', 'a b', ' a', 'a ', 'a\n', '\ta', 'a\0b', 'a"b', "a'b", 'a$b', '$(a)', '${a}', 'a\\b', 'a*', 'ä', 'aä', 'İ', 'ſ', '日本', '😀',
  'https://ghcr.io/acme/api', 'docker://ubuntu', 'oci:acme', HEX.slice(0, 64), HEX.slice(0, 63), HEX.slice(0, 64).toUpperCase(), `x/${HEX.slice(0, 64)}`, `sha256:${HEX.slice(0, 64)}`,
  'a'.repeat(247), 'a'.repeat(248), 'a'.repeat(255), 'a'.repeat(256), `x/${'a'.repeat(253)}`, `x/${'a'.repeat(254)}`, `ghcr.io/${'a'.repeat(255)}`, `ghcr.io/${'a'.repeat(256)}`, `docker.io/${'a'.repeat(247)}`,
  `docker.io/${'a'.repeat(248)}`, `${'h'.repeat(300)}.io/x`, `a.b_c/${'a'.repeat(249)}`, `a.b_c/${'a'.repeat(250)}`, `${'a-'.repeat(50_000)}/x`, '0', '0/0', '0:0', '1.2.3.4', '1.2.3.4:5',
];

const TAGS = ['latest', '1.2', 'V1', '_x', '.x', '-x', 'x-', 'x.', 'a+b', 'a/b', 'a:b', 'a b', 'ä', 'x\n', 'x'.repeat(127), 'x'.repeat(128), 'x'.repeat(129), HEX.slice(0, 64), '@', ' ', '$x'];

describeWithGo('image references against distribution/reference', () => {
  test('names, with each tag and digest', () => {
    const texts = NAMES.flatMap((name) => [name, ...TAGS.map((tag) => `${name}:${tag}`), ...DIGESTS.map((digest) => `${name}@${digest}`), `${name}:`, `${name}@`]);
    const accepted = expectSameAsDocker([...texts, ...TAGS, ...TAGS.flatMap((tag) => DIGESTS.map((digest) => `ghcr.io/acme/api:${tag}@${digest}`))]);
    expect(accepted).toBeGreaterThan(500);
  }, ORACLE_TIMEOUT);

  test('20,000 random texts', () => {
    const random = new SeededRandom(11);
    const atom = () => random.pick(['a', 'b', 'z', '0', '9', 'a', 'b', '.', '_', '-', '__', 'A', 'localhost', 'docker.io', 'library', 'ghcr.io', ':', ':5000', '[::1]', '@', ' ', 'ä', '/']);
    const part = () => random.several(1, 3, atom).join('');
    const digest = () => `sha256:${random.several(62, 66, () => random.pick([...'0123456789abcdef'])).join('')}`;
    const accepted = expectSameAsDocker(Array.from({ length: 20_000 }, () => (
      random.several(1, 3, part).join('/')
      + (random.below(3) === 0 ? `:${part()}` : '')
      + (random.below(5) === 0 ? `@${random.pick([digest, () => random.pick(DIGESTS)])()}` : '')
    )));
    expect(accepted).toBeGreaterThan(1_500);
    expect(accepted).toBeLessThan(17_000);
  }, ORACLE_TIMEOUT);

  test('20,000 valid references with one character changed', () => {
    const random = new SeededRandom(12);
    const valid = ['ubuntu', 'acme/api:1.2', 'ghcr.io/acme/api:1.2-rc_1', 'localhost:5000/api', '[::1]:5000/a__b/c-d', `acme/api@sha256:${HEX.slice(0, 64)}`, `reg.example:443/a.b/c:t@sha512:${HEX}`, 'index.docker.io/x'];
    const accepted = expectSameAsDocker(Array.from({ length: 20_000 }, () => {
      const characters = [...random.pick(valid)];
      characters.splice(random.below(characters.length + 1), random.below(2), random.pick([...'aZ09._-/:@[] \n+%é', '']));
      return characters.join('');
    }));
    expect(accepted).toBeGreaterThan(3_000);
    expect(accepted).toBeLessThan(17_000);
  }, ORACLE_TIMEOUT);
});
