import * as fs from 'fs';
import * as path from 'path';

const REPOSITORY = path.join(__dirname, '..', '..');

/** What a reader does at one place of a page: writes a file, or types lines into a shell. */
export type Step =
  | { readonly kind: 'file'; readonly line: number; readonly name: string; readonly text: string }
  /** `output` is what the page shows of it; `…` stands for anything. */
  | { readonly kind: 'shell'; readonly line: number; readonly script: string; readonly output?: string };

export interface Task {
  readonly number: number;
  readonly title: string;
  readonly steps: readonly Step[];
}

export interface CookbookPage {
  /** How a project is made, once for all tasks. */
  readonly preparation: readonly Step[];
  readonly tasks: readonly Task[];
}

interface Fence {
  readonly line: number;
  readonly language: string;
  readonly parameters: string;
  readonly text: string;
  /** The paragraph right before it; undefined after another fence. */
  readonly before?: string;
}

/** The file that a paragraph is about: the name at the beginning of its last sentence that begins with one. */
function fileNamed(paragraph: string): string | undefined {
  return /^`([\w.-]+(?:\/[\w.-]+)*)`/.exec(paragraph.split(/\. (?=`)/).at(-1)!)?.[1];
}

/** A task that goes on with the files of an earlier one says so. */
const CONTINUES = /with the files of \[task (\d+)\]/;

/** A page whose sections go on with one another, as one task. */
export function readPage(page: string): Task {
  const { preparation } = readCookbook(fs.readFileSync(path.join(REPOSITORY, 'docs', `${page}.md`), 'utf8'));
  return { number: 0, title: page, steps: preparation };
}

/** Reads the steps of a page from its fences. Fences for readers only, such as fragments of a stack, are none. */
export function readCookbook(text = fs.readFileSync(path.join(REPOSITORY, 'docs', 'cookbook.md'), 'utf8')): CookbookPage {
  const sections = text.split(/^(?=## )/m);
  let line = 1;
  const found = sections.map((section) => {
    const heading = /^## (?:(\d+)\. )?(.*)$/m.exec(section);
    const steps = stepsOf(section, line);
    line += section.split('\n').length - 1;
    return { number: Number(heading?.[1]), title: heading?.[2] ?? '', steps, earlier: Number(CONTINUES.exec(section)?.[1]) };
  });
  const filesOf = (task: number) => found.filter(({ number }) => number === task).flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'file'));
  return {
    preparation: found.filter(({ number }) => Number.isNaN(number)).flatMap(({ steps }) => steps),
    tasks: found.filter(({ number }) => !Number.isNaN(number))
      .map(({ number, title, steps, earlier }) => ({ number, title, steps: [...filesOf(earlier), ...steps] })),
  };
}

function stepsOf(section: string, firstLine: number): Step[] {
  const steps: Step[] = [];
  for (const { line, language, parameters, text, before } of fencesOf(section, firstLine)) {
    const last = steps.at(-1);
    if (language === 'sh') {
      steps.push({ kind: 'shell', line, script: text });
    } else if (language === 'text' && before === undefined && last?.kind === 'shell' && last.output === undefined) {
      steps[steps.length - 1] = { ...last, output: text };
    } else if (language !== 'ts' || parameters === 'nofixture') {
      const name = before === undefined ? undefined : fileNamed(before);
      if (name !== undefined) {
        steps.push({ kind: 'file', line, name, text });
      }
    }
  }
  return steps;
}

function fencesOf(section: string, firstLine: number): Fence[] {
  const fences: Fence[] = [];
  let paragraph: string[] = [];
  let before: string | undefined;
  let open: { line: number; language: string; parameters: string; body: string[] } | undefined;
  section.split('\n').forEach((content, index) => {
    if (open !== undefined) {
      if (content === '```') {
        fences.push({ line: open.line, language: open.language, parameters: open.parameters, text: open.body.map((each) => `${each}\n`).join(''), before });
        [open, before, paragraph] = [undefined, undefined, []];
      } else {
        open.body.push(content);
      }
      return;
    }
    const [, language, parameters] = /^```(\w*) ?(.*)$/.exec(content) ?? [];
    if (language !== undefined) {
      before = paragraph.length > 0 ? paragraph.join(' ') : before;
      open = { line: firstLine + index, language, parameters, body: [] };
    } else if (content.trim() === '') {
      before = paragraph.length > 0 ? paragraph.join(' ') : before;
      paragraph = [];
    } else {
      paragraph.push(content);
    }
  });
  return fences;
}

/** Whether an output is what the page shows. */
export function isShown(shown: string, output: string): boolean {
  const pattern = shown.trim().split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s\\S]*');
  return new RegExp(`^${pattern}$`).test(output.trim());
}

/** The stacks of a task. */
export function stacksOf(task: Task): string[] {
  return [...new Set(task.steps.flatMap((step) => step.kind === 'file' && step.name.endsWith('main.ts')
    ? [...step.text.matchAll(/new \w*Stack\(app, '([^']+)'/g)].map(([, id]) => id) : []))];
}

/** The ports of this machine that a task publishes. */
export function portsOf(task: Task): number[] {
  return [...new Set(task.steps.flatMap((step) => [...(step.kind === 'file' ? step.text : step.script).matchAll(/\b8[14]\d\d\b/g)].map(([port]) => Number(port))))];
}

/** The task with other names of stacks and other ports, so that it can be done beside others on one engine. */
export function renamed(task: Task, suffix: string, ports: ReadonlyMap<number, number>): Task {
  const stacks = stacksOf(task);
  const change = (text: string) => {
    const withNames = stacks.reduce((all, id) => all.replaceAll(`'${id}'`, `'${id}${suffix}'`).replaceAll(new RegExp(`\\b${id}-`, 'g'), `${id}${suffix}-`), text);
    return withNames.replace(/\b\d{4}\b/g, (digits) => String(ports.get(Number(digits)) ?? digits));
  };
  return {
    ...task,
    steps: task.steps.map((step) => step.kind === 'file'
      ? { ...step, text: change(step.text) }
      : { ...step, script: change(step.script), output: step.output === undefined ? undefined : change(step.output) }),
  };
}

/** The page with the seconds that tasks took; rows of other tasks stay. */
export function withTimes(text: string, seconds: ReadonlyMap<number, number>): string {
  return text.replace(/^(\| \[(\d+)\. .*?\) \|)(.*)\|$/gm, (row, task: string, number: string) => {
    const time = seconds.get(Number(number));
    return time === undefined ? row : `${task} ${Math.round(time)} s |`;
  });
}
