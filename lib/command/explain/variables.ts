/** Shows a value of the plan: data, which may hold control characters. */
export function shown(given: unknown): string {
  const raw = typeof given === 'string' ? given : JSON.stringify(given);
  const plain = /^[\x21-\x7e]+$/.test(raw) ? raw : JSON.stringify(raw)
    .replace(/[\u007f-\u009f\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return plain.length > 80 ? `${plain.slice(0, 77)}...` : plain;
}

/** One container's variables before or after the change. */
export interface Variables {
  readonly lines: readonly string[];
  /** Whether a line may be shown. */
  readonly isPlain: (line: string) => boolean;
}

/** How variables change. Only values that the program has in plain text are shown; of a secret, only its name. */
export function variableChanges(before: Variables, after: Variables): string[] {
  const [old, now] = [byName(before), byName(after)];
  const added = [...now.keys()].filter((name) => !old.has(name)).map((name) => `${text(now.get(name)!, after)} added`);
  const changed = [...now].filter(([name, line]) => old.has(name) && old.get(name) !== line).map(([name, line]) => {
    const former = old.get(name)!;
    if (!after.isPlain(line)) {
      return `${shown(name)} changed (secret)`;
    }
    return before.isPlain(former) ? `${shown(name)} ${shown(value(former))} → ${shown(value(line))}` : `${shown(name)} → ${shown(value(line))}`;
  });
  const removed = [...old.keys()].filter((name) => !now.has(name)).map((name) => `${shown(name)} removed`);
  return [...added, ...changed, ...removed];
}

function byName({ lines }: Variables): Map<string, string> {
  return new Map(lines.map((line) => [line.split('=', 1)[0], line] as const).sort(([one], [other]) => one < other ? -1 : 1));
}

function value(line: string): string {
  return line.slice(line.indexOf('=') + 1);
}

function text(line: string, { isPlain }: Variables): string {
  const name = shown(line.split('=', 1)[0]);
  return isPlain(line) ? `${name}=${shown(value(line))}` : `${name} (secret)`;
}
