import { DockerIgnore } from '../../lib/files/dockerignore';
import { InputError } from '../../lib/input/input-error';
import { describeWithGo, GoOracle, ORACLE_TIMEOUT } from '../oracles/go-oracle';
import { SeededRandom } from '../oracles/seeded-random';

interface Case {
  readonly text: string;
  readonly files: string[];
}

interface DockerAnswer {
  readonly error?: string;
  readonly sent: string[];
  readonly matched: string[];
}

function askDocker(cases: Case[]): DockerAnswer[] {
  return new GoOracle('patternmatcher').ask(cases.map(({ text, files }) => ({ ignore: Buffer.from(text).toString('base64'), files })));
}

/** What the library says, in the form of Docker's answer. */
function sentOrRefused({ text, files }: Case): string[] | 'refused' {
  let ignore: DockerIgnore;
  try {
    ignore = DockerIgnore.parse(Buffer.from(text), '.dockerignore');
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    return 'refused';
  }
  return files.filter((file) => !ignore.ignores(file)).sort();
}

function expectSameAsDocker(cases: Case[]): DockerAnswer[] {
  const answers = askDocker(cases);
  const comparable = (text: string, sent: string[] | 'refused') => ({ text, sent });
  const ours = cases.map((each) => comparable(each.text, sentOrRefused(each)));
  const theirs = cases.map((each, index) => comparable(each.text, answers[index].error ? 'refused' : [...answers[index].sent].sort()));
  const different = cases.flatMap((each, index) => (
    JSON.stringify(ours[index]) === JSON.stringify(theirs[index]) ? [] : [{ files: each.files, ours: ours[index], theirs: theirs[index] }]
  ));
  expect(different.slice(0, 5)).toEqual([]);
  return answers;
}

const FILES = [
  'Dockerfile', 'README.md', 'a', 'ab', 'a+b', 'a|b', '^a', '^ab', 'xa', 'c++', 'c', 'ccc', 'main.go', 'main_test.go', '.git/config', '.env',
  '!x', '#x', ' lead', 'trail ', 'in side', '[x]', 'x', '*', 'star*', 'q?', 'a\\b', '$', '$x', '{a}', '(a)', 'a.b', 'axb', 'ä', 'äö/ü', '日本/語.go',
  '😀', '😀😀/x', 'A', 'MAIN.GO', 'd/a', 'd/ab', 'd/e/a', 'd/e/f/a', 'd/e/f/g.txt', 'd/b', 'foo/bar/baz.go', 'foo/bar/qux_test.go', 'foo/foo/foo',
  'node_modules/x/index.js', 'services/shop/node_modules/y.js', 'services/shop/main.go', 'services/mail/main.go', 'vendor/modules.txt', 'new\nline',
  'cr\rx', 'u\u2028x', '\uFEFFbom', '-', 'a-z', 'a]', ']', 'z/z/z', 'b5', 'd5', '5', '_', 'tab\tx', 'e\u0301', '..a', '...', 'dir/x',
];

const LINES = [
  '', '#', '# comment', ' # x', '/#x', '\\#x', '!', '! ', '!/', '! /', '!.', '!..', '!!x', '/!x', '\\!x', '!\\!x', '! x', '!/ x', '/ x', '.', '..', '/', '//', './',
  '../a', './a', '/a', '//a', 'a/', 'a//', 'd//e', 'd/./e', 'd/x/../e', 'd/e/', '*/', '/*', '*', '**', '***', '****', '**/', '/**', '**/**', '*/*', '*/*/*', '**/*',
  '*/**', '**a', '**/a', 'a**', 'd/**', 'd/*', 'd**', 'd/**/a', 'd/**a', 'd/e**/a', '**/e/**', '**e**', '**/*.go', '*.go', '**.go', '*.*', '.*', '**/.*', '?', '??',
  '?/?', 'd/?', 'a?b', 'c++', 'a+b', 'a|b', '^a', '^a*', 'a^*', '$', '$*', '{a}', '{a}*', '(a)', '(a)*', 'a.b', 'a.*', '+', '[a-z]', '[a-z]*', '[^a-z]', '[^a-z]*', '[!a]',
  '[]a]', '[a', 'a[', ']', 'a]', '[]', '[^]', '[^]]', '[a-]', '[-a]', '[a-a]', '[z-a]', '[\\]]', '[\\[]x\\]', '\\[x\\]', '[[]x]', '[*]', '[?]', '[**]', '[a*]', '[a/b]',
  '[[:alpha:]]', '[[:^alpha:]]', '[[:word:]]*', '[[:foo:]]', '[[:alpha:]', '[:alpha:]', '[a\\-z]', '[\\d]', '[\\D]', '[\\w.]*', '[ä-ü]', 'ä', '?/ü', '日*/**', '😀*', '?', '[😀]',
  '\\', 'a\\', 'a*\\', '*\\', '\\a*', '\\*', 'star\\*', 'q\\?', 'a\\\\b', '\\d', '\\d*', '\\w', '\\W*', '\\s*', '\\S', 'b\\5', '\\x61', '\\x6', '\\101', '\\1', '\\0', '\\8', '\\pL', '\\PL*', '\\pl',
  '\\p', '\\pX', '\\A*', '*\\z', '\\b*', '\\B*', '\\Cx', '\\Q*', '\\Q*\\E', '\\E', 'a\\E', '\\Qa\\Eb', '\\é', '\\_', '\\-', '\\ä', '\\q', '\\n*', 'new\\nline', '\\t', 'tab\\tx', 'tab\tx',
  'new*line', 'cr*x', 'u*x', 'new**line', 'cr**x', 'u**x', '\uFEFFbom', '\uFEFF*bom', '\uFEFFa', '\uFEFF*.go', ' a ', '\ta\t', 'a\r', '\u00a0a\u00a0', '\u0085a', '\u3000a', '\u200ba', ' lead', 'trail ', 'in side', 'in\\ side',
  'A', 'MAIN.GO', 'Main.go', 'node_modules', '**/node_modules', '**/node_modules/', 'services/*/node_modules', 'services/**/main.go', '.git', '.env*', 'foo/*/*.go', 'foo/**/*_test.go', 'foo/foo',
  'foo', 'foo/foo/foo', 'foo/foo/foo/foo', '*a*b*', '_', '-', 'e\u0301', '...', '..*', '..a',
];

const TEXTS = [
  '', '\n\n', '\uFEFF# comment\na', '\uFEFF!a', '\uFEFFa', '\uFEFF\uFEFFa', 'a\r\nd\r\n', 'a\r\n!a\r\n', '*\r\n!d/**\r\n', '*\n!main.go', '*\n!d/e', '*\n!d/e/a', '*\n!d', '*\n!d\nd/e', '**\n!d/e/f/a',
  '**\n!**/*.go\n**/*_test.go', 'd\n!d/e\nd', 'd\n!d/a\nd', 'd/e\n!d/*/**', 'd\n!d/*/**', 'd\n!d/**', 'd\n!d/*', 'd/e\n!d/e/*', '*\n!foo/bar/\nfoo/bar/qux*', '!a\na', 'a\n!a\na', '!**\n*', '*\n!*',
  '*\n!*/\n', '*\n!*/*', 'd\n!**/a', '**/e\n!d/e/f', '**/e\n!d/e/f/g.txt', 'd\n!./d/a', 'd\n!/d/a', 'd\n! /d/a', 'd\n!d/a ', 'services\n!services/shop\nservices/shop/node_modules',
  'services\n!services/shop\n**/node_modules', '*\n!services\nservices/*\n!services/shop', '!\\q', '*\n!\\q', 'x'.repeat(65535) + '\na', 'x'.repeat(65536) + '\na', 'a\n#' + 'x'.repeat(65536), 'x'.repeat(65536),
  '日'.repeat(21845), '日'.repeat(21846), 'a\0b\na', 'd/e\n!d/[e]/a', 'd/e\n!d/\\e/a', 'd/e\n!^x', 'd/e\n!d/e/f/**',
];

describeWithGo('DockerIgnore against moby/patternmatcher and fsutil', () => {
  test('each line alone, with all files', () => {
    const answers = expectSameAsDocker(LINES.map((line) => ({ text: line, files: FILES })));
    expect(answers.filter((answer) => answer.error).length).toBeGreaterThan(20);
  }, ORACLE_TIMEOUT);

  test('each line after a * and with a !, which re-includes', () => {
    expectSameAsDocker(LINES.map((line) => ({ text: `*\n!${line}`, files: FILES })));
  }, ORACLE_TIMEOUT);

  test('whole files', () => {
    expectSameAsDocker(TEXTS.map((text) => ({ text, files: FILES })));
  }, ORACLE_TIMEOUT);

  test('6,000 random files of patterns over random trees', () => {
    const random = new SeededRandom(20_240_607);
    const name = () => random.several(1, 2, () => random.pick(['a', 'b', 'a', 'b', 'c', '.', '+', '^', 'ä', '😀', '-', ']', '!', ' '])).join('');
    const atom = () => random.pick(['a', 'b', 'c', 'a', 'b', '*', '*', '**', '**', '?', '[a-b]', '[^a]', '\\a', '\\b', '\\*', '+', '^', '.', '..', 'ä', '😀', '[', ']', '-', '!', ' ', '\\']);
    const line = () => random.pick(['', '', '', '!', '!', '/', '! ', ' '])
      + random.several(1, 3, () => random.several(1, 3, atom).join('')).join('/') + random.pick(['', '', '', '', '/', '/**', '/*', ' ', '\r']);
    const cases = Array.from({ length: 6_000 }, () => ({
      text: random.several(1, 6, line).join('\n'),
      files: tree(random.several(4, 14, () => random.several(1, 4, name).join('/'))),
    }));

    const answers = expectSameAsDocker(cases);

    // Random cases are worth something only if they go both ways.
    const files = cases.reduce((sum, each) => sum + each.files.length, 0);
    const sent = answers.reduce((sum, each) => sum + (each.sent?.length ?? 0), 0);
    expect(sent / files).toBeGreaterThan(0.1);
    expect(sent / files).toBeLessThan(0.9);
    expect(answers.filter((answer) => answer.error).length).toBeGreaterThan(500);
    expect(answers.filter((answer) => !answer.error).length).toBeGreaterThan(2_000);
  }, ORACLE_TIMEOUT);

  test('6,000 random trees with plain names, in which many patterns match and re-include', () => {
    const random = new SeededRandom(7);
    const name = () => random.pick(['a', 'b', 'ab']);
    const line = () => random.pick(['', '', '!'])
      + random.several(1, 3, () => random.pick(['a', 'b', 'ab', '*', '**', 'a*', '?', '[a]'])).join('/') + random.pick(['', '', '', '/**', '/*', '/*/**']);
    const cases = Array.from({ length: 6_000 }, () => ({
      text: random.several(1, 6, line).join('\n'),
      files: tree(random.several(4, 14, () => random.several(1, 4, name).join('/'))),
    }));

    const answers = expectSameAsDocker(cases);

    // Without a ! the two ways in which Docker answers agree, and a file is either sent or matched.
    cases.forEach(({ text, files }, index) => {
      if (!text.includes('!')) {
        expect([...answers[index].sent, ...answers[index].matched].sort()).toEqual([...files].sort());
      }
    });
  }, ORACLE_TIMEOUT);
});

/** Paths that can be files of one tree: valid ones, without those that others need as a directory. */
function tree(paths: string[]): string[] {
  const valid = [...new Set(paths.filter((each) => each.split('/').every((name) => name !== '.' && name !== '..')))];
  return valid.filter((each) => !valid.some((other) => other.startsWith(`${each}/`)));
}
