import { CATALOGUE } from '../engine/programs/catalogue';
import { descriptionOf, linesOfDeploy, readPage, rowsOf, withRows } from '../engine/programs/page';
import { KINDS, RealProgram } from '../engine/programs/real-program';

test('every kind of program has one that stands for it', () => {
  const shown = new Set(CATALOGUE.flatMap(({ kinds }) => kinds));
  expect(KINDS.filter((kind) => !shown.has(kind))).toEqual([]);
  expect(CATALOGUE.length).toBeGreaterThanOrEqual(12);
});

test.each(CATALOGUE)('the page says of $name what the catalogue says', (program) => {
  const { program: name, shows, lines, firstTry, nextVersion } = descriptionOf(program);
  const cells = rowsOf(readPage()).get(program.name)?.split(' | ') ?? [];
  expect(cells.map((cell) => cell.replace(/^\| | \|$/g, ''))).toEqual([name, shows, String(lines), expect.stringMatching(/^\d+\.\d MB$/), firstTry, 'yes', nextVersion, 'yes']);
});

test('the page tells each first try that did not work', () => {
  const page = readPage();
  CATALOGUE.forEach(({ name, firstTry }) => {
    expect(page.includes(`- **${name}**: `)).toBe(!firstTry.worked);
    expect(firstTry.worked || page.includes(`- **${name}**: ${firstTry.reason} ${firstTry.remedy}`)).toBe(true);
  });
});

test('the lines of a definition are those with code', () => {
  const source = 'export const x: P = {\n  name: \'x\',\n  deploy: (stack) => {\n    // Why.\n    a();\n\n    b({\n      c,\n    });\n  },\n  use: async () => {\n    d();\n  },\n};\n';
  expect(linesOfDeploy(source)).toBe(4);
  expect(() => linesOfDeploy('export const x = 1;\n')).toThrow('there is no deploy');
});

test('a measurement replaces the line of its program, and keeps those of others', () => {
  const [first, second] = CATALOGUE;
  const page = (rows: string) => `# Title\n<!-- measured: begin -->\n${rows}\n<!-- measured: end -->\nEnd\n`;
  const programs: RealProgram[] = [{ ...first, firstTry: { worked: false, reason: 'It asked too much.', remedy: 'It asks less now.' } }, { ...second, firstTry: { worked: true } }];
  const measured = withRows(page(`| [${first.name}](x) | old |\n| [${second.name}](x) | kept |`), new Map([[programs[0], { imageBytes: 12_340_000, seconds: [1, 2] }]]), programs);
  expect(measured).toContain(' | 12.3 MB | no | yes | ');
  expect(measured).toContain(`| [${second.name}](x) | kept |`);
  expect(measured).not.toContain('old');
  expect(measured).toContain(`1 of 2 ran at the first try. The others:\n\n- **${first.name}**: It asked too much. It asks less now.`);
  expect(measured).toMatch(/^# Title\n<!-- measured: begin -->\n[^]*<!-- measured: end -->\nEnd\n$/);
  expect(() => rowsOf('# Title')).toThrow('the page has no place for the table');
});
