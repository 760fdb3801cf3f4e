import { CDKTN, MODULES, PEERS } from './names';

type Rule = readonly [pattern: RegExp, replacement: string | ((...groups: string[]) => string)];

/** A whole text in quotes: the name of a module, or of a file in it. */
const modules = (names: readonly string[]): Rule => [
  new RegExp(`(['"])(${names.join('|')})(/[\\w/-]+)?\\1`, 'g'),
  (_, quote, name, file: string | undefined) => `${quote}${MODULES[name]}${file ?? ''}${quote}`,
];

const OF_CDKTF = ['cdktf', '@cdktf/provider-docker', 'cdktf-cli'];

/** Ids of jsii: `cdktf-go-docker.Gateway`. */
const IDS: readonly Rule[] = [
  [/(["'`])cdktf-go-docker\.(?=[A-Z])/g, `$1${CDKTN.name}.`],
  [/(["'`])cdktf\.(?=[A-Z])/g, '$1cdktn.'],
];

/** Commands that users type. */
const COMMANDS: readonly Rule[] = [
  [/\bnpx cdktf-go-docker\b/g, `npx ${CDKTN.name}`],
  [/\bnpx cdktf(?= )/g, 'npx cdktn'],
];

/**
 * The library itself. Labels, files in volumes and texts in images keep the name `cdktf-go-docker`: a stack that moves to the second package
 * keeps its containers, volumes and images.
 */
const LIBRARY: readonly Rule[] = [modules(OF_CDKTF), ...IDS, ...COMMANDS];

const PROGRAMS: readonly Rule[] = [modules([...OF_CDKTF, 'cdktf-go-docker']), ...IDS, ...COMMANDS];

/** Names that both packages have: files of the toolkit, labels and markers of the library, pages about both. */
const KEPT = /cdktf\.(?:json|out)|cdktf-go-docker[.:](?=[a-z])[\w.-]+|(?:F|f)rom[- ]cdktf[- ]to[- ]cdktn/g;

const PAGES: readonly Rule[] = [
  // Rows and items that are about the first package only.
  [/^.*(?:HashiCorp has ended the development of CDKTF|CDKTF is no longer developed by HashiCorp|The first package, ).*\n/gm, ''],
  [/@cdktf\/provider-docker@[\w.^~]+/g, `@cdktn/provider-docker@${PEERS['@cdktn/provider-docker']}`],
  [/\b(cdktf(?:-cli)?)@[\w.^~]+/g, (_, name) => `${MODULES[name]}@${PEERS.cdktn}`],
  [/\bconstructs@[\w.^~]+/g, `'constructs@${PEERS.constructs}'`],
  [/\[CDKTF\]\([^)]*\)/g, '[CDK Terrain](https://github.com/open-constructs/cdk-terrain)'],
  [/@cdktf\//g, '@cdktn/'],
  [/\bcdktf\b(?!-)/g, 'cdktn'],
  [/\bcdktf-cli\b/g, 'cdktn-cli'],
  [/\bcdktf-go-docker\b/g, CDKTN.name],
  [/\bCDKTF\b(?!_)/g, 'CDK Terrain'],
  [/\bNode\.js(\]\([^)]*\))? 20\.\d+\b/g, (_, link: string | undefined) => `Node.js${link ?? ''} ${CDKTN.node.replace(/\.0$/, '')}`],
];

/** Pages about both packages. */
const OF_BOTH = ['docs/from-cdktf-to-cdktn.md', 'docs/compatibility.md'];

/** A file of the repository, as the second package has it. */
export function translated(file: string, text: string): string {
  if (file.endsWith('.md')) {
    return OF_BOTH.includes(file) ? text : page(text);
  }
  return apply(rulesOf(file), text);
}

/** Names of the first package that a page must not have. */
export function leftovers(text: string): string[] {
  return text.replace(KEPT, '').split('\n').filter((line) => /cdktf(?!_OUTDIR)/i.test(line));
}

function rulesOf(file: string): readonly Rule[] {
  return file.startsWith('lib/') ? LIBRARY : PROGRAMS;
}

function page(text: string): string {
  const kept: string[] = [];
  const masked = text.replace(KEPT, (name) => `\u0000${kept.push(name) - 1}\u0000`);
  return apply(PAGES, masked).replace(/\u0000(\d+)\u0000/g, (_, index) => kept[Number(index)]);
}

function apply(rules: readonly Rule[], text: string): string {
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement as string), text);
}
