/** The messages of the Go programs in the package: the probe and the scheduler. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Message } from './message';
import { placeholder, weight } from './text';

const PROGRAMS = ['lib/health/probe', 'lib/schedule/scheduler'];

/** Fewer letters are a header, an option or a name. */
const LEAST = 10;

const NO_MESSAGE = /HTTP\/|User-Agent|^Content-|^# HELP|usage: |^probe http|\/grpc\.|^\/|^(Host|Accept|Connection): /;

/** A text, and what is added to it before and after. */
const OPERAND = String.raw`(?:"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.]*(?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])*(?:\.[\w]+(?:\([^()]*\))?)*)`;
const SUM = new RegExp(String.raw`${OPERAND}(?:\s*\+\s*${OPERAND})*`, 'g');

export function goMessages(repository: string): Message[] {
  return PROGRAMS.flatMap((directory) => fs.readdirSync(path.join(repository, directory)).sort()
    .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go')).flatMap((name) => {
      const file = `${directory}/${name}`;
      return messagesIn(fs.readFileSync(path.join(repository, file), 'utf8')).map((message) => ({ ...message, file }));
    }));
}

export function messagesIn(source: string): Omit<Message, 'file'>[] {
  // Comments and tables keep their line ends, so that lines can be counted.
  const code = source.replace(/^\s*\/\/.*$/gm, '').replace(/^(\s*\{"\w+", "(?:counter|gauge)".*)$/gm, '').replace(/\bmetric\{"[^\n]*/g, '');
  return [...code.matchAll(SUM)].flatMap((match) => {
    const text = match[0].match(new RegExp(OPERAND, 'g'))!.map(shown).join('').trim().replace(/^[;,] /, '');
    return weight(text) < LEAST || !/[a-z] [a-z‹]|[a-z›] [a-z]/.test(text) || NO_MESSAGE.test(text) ? []
      : [{ kind: 'go' as const, text, allowed: [], remedies: [], line: code.slice(0, match.index).split('\n').length }];
  });
}

function shown(operand: string): string {
  if (operand.startsWith('"')) {
    return (JSON.parse(operand.replace(/\\x/g, '\\u00')) as string).replace(/\n/g, ' ');
  }
  return operand.endsWith('Error()') ? '‹reason›' : placeholder(/\((.*)\)/.exec(operand)?.[1].replace(/^.*?(\w+)\W*$/, '$1') || operand.replace(/^.*\./, ''));
}
