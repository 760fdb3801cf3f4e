/** All messages of the library. */
import { goMessages } from './go-sources';
import { LEFT_OUT } from './left-out';
import type { Message } from './message';
import { scriptMessages } from './shell-sources';
import { typescriptMessages } from './typescript-sources';

export function catalogue(repository: string): Message[] {
  const all = merged([...typescriptMessages(repository), ...scriptMessages(repository), ...goMessages(repository)]);
  const leftOut = new Set(LEFT_OUT.flatMap(({ texts }) => texts));
  const stale = [...leftOut].filter((text) => !all.some((message) => message.text === text));
  if (stale.length > 0) {
    throw new Error(`scripts/messages/left-out.ts has texts that are not in the sources: ${stale.map((text) => JSON.stringify(text)).join(', ')}`);
  }
  return all.filter(({ text }) => !leftOut.has(text));
}

/** One message may have several places in a file, with other remedies. */
function merged(messages: readonly Message[]): Message[] {
  const found = new Map<string, Message>();
  for (const message of messages) {
    const key = `${message.kind} ${message.file} ${message.text}`;
    const before = found.get(key);
    found.set(key, before === undefined ? message : {
      ...before, allowed: [...new Set([...before.allowed, ...message.allowed])], remedies: [...new Set([...before.remedies, ...message.remedies])],
    });
  }
  return [...found.values()];
}
