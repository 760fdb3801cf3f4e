/** The text of a message, with placeholders such as `‹port›` for what a program knows only when it runs. */

const PLACEHOLDER = /‹[^›]*›/g;

/** A part of a message that is known only later. */
export function placeholder(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[^A-Za-z0-9]+/g, ' ').trim().toLowerCase();
  return `‹${/[a-z]{2}/.test(words) ? words : '…'}›`;
}

/** The parts that are always there. */
export function fixedParts(text: string): string[] {
  return text.split(PLACEHOLDER).filter((part) => part !== '');
}

/** How many letters are always there. The more, the better the text says which message it is. */
export function weight(text: string): number {
  return fixedParts(text).join('').replace(/[^A-Za-z]/g, '').length;
}

/** Finds the message in a text that a program has written. */
export function pattern(text: string, { ends }: { readonly ends: 'both' | 'last' | 'none' }): RegExp {
  const source = text.split(/(‹[^›]*›)/).map((part) => part.startsWith('‹') ? '[^]*?' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('');
  return new RegExp(`${ends === 'both' ? '^' : ''}${source}${ends === 'none' ? '' : '$'}`);
}
