import * as fs from 'fs';
import * as path from 'path';
import { isShown, portsOf, readCookbook, stacksOf, withTimes } from './page';

const { preparation, tasks } = readCookbook();
const kinds = (steps: typeof preparation) => steps.map((step) => step.kind === 'file' ? step.name : '$');

test('the page has twelve tasks, each in its index', () => {
  expect(tasks.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const text = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'cookbook.md'), 'utf8');
  for (const { number, title } of tasks) {
    const anchor = `${number}-${title.toLowerCase().replace(/[^\w -]/g, '').replace(/ /g, '-')}`;
    expect(text).toContain(`| [${number}. ${title}](#${anchor}) |`);
  }
});

test('every task has files and lines to type, and every task but the tests deploys stacks of its own', () => {
  for (const task of tasks) {
    expect(kinds(task.steps)).toContain('$');
    expect(kinds(task.steps).length).toBeGreaterThan(2);
  }
  const deploying = tasks.filter(({ number }) => ![10, 11].includes(number));
  expect(deploying.filter((task) => stacksOf(task).length === 0)).toEqual([]);
  const ids = deploying.flatMap(stacksOf);
  expect(new Set(ids).size).toBe(ids.length);
  const ports = deploying.flatMap(portsOf);
  expect(new Set(ports).size).toBe(ports.length);
});

test('every deploy is followed by a question whose answer the page shows', () => {
  const silent = tasks.filter(({ number, steps }) => number !== 10 && !steps.some((step) => step.kind === 'shell' && step.output !== undefined));
  expect(silent).toEqual([]);
});

test('files are named in the text before them, outputs follow lines to type, and fragments are neither', () => {
  expect(kinds(preparation)).toEqual(['$', 'cdktf.json', 'tsconfig.json', '.gitignore', 'services/hello/go.mod', 'services/hello/main.go']);
  const page = readCookbook(`# Page

## Before you start

\`a.json\`, as it is:

\`\`\`json
{}
\`\`\`

## 1. Do it

Write it. \`b/main.ts\`:

\`\`\`ts nofixture
new TerraformStack(app, 'one');
\`\`\`

A fragment of \`main.ts\`:

\`\`\`ts
x
\`\`\`

\`\`\`sh
echo a
\`\`\`

\`\`\`text
a
\`\`\`

A picture:

\`\`\`text
a → b
\`\`\`
`);
  expect(page).toEqual({
    preparation: [{ kind: 'file', line: 7, name: 'a.json', text: '{}\n' }],
    tasks: [{
      number: 1,
      title: 'Do it',
      steps: [
        { kind: 'file', line: 15, name: 'b/main.ts', text: 'new TerraformStack(app, \'one\');\n' },
        { kind: 'shell', line: 25, script: 'echo a\n', output: 'a\n' },
      ],
    }],
  });
  expect(stacksOf(page.tasks[0])).toEqual(['one']);
});

test('an output is compared as a whole, and … stands for anything', () => {
  expect(isShown('a\n…\nc (d)\n', 'a\nb\nb\nc (d)\n')).toBe(true);
  expect(isShown('a\n', 'a\nb\n')).toBe(false);
  expect(isShown('a.c', 'abc')).toBe(false);
});

test('times are written into the index', () => {
  const index = '| [1. A](#1-a) | |\n| [2. B](#2-b) | 4 s |\n';
  expect(withTimes(index, new Map([[1, 12.4]]))).toBe('| [1. A](#1-a) | 12 s |\n| [2. B](#2-b) | 4 s |\n');
});
