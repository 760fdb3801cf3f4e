/** Sizes of texts. */
export const NAME = 14;
export const SMALL = 11;

/** A network's number is as wide as this. */
export const CHIP = 16;

/** A network's number. */
export function chip(number: number, isIsolated: boolean, left: number, top: number): string[] {
  return [
    `<rect class="${isIsolated ? 'isolated' : 'chip'}" x="${left}" y="${top}" width="${CHIP}" height="${CHIP - 2}" rx="7"/>`,
    `<text class="number" x="${left + CHIP / 2}" y="${top + 10.5}" font-size="10" text-anchor="middle">${number === 0 ? '?' : number}</text>`,
  ];
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Also without characters that XML does not allow. */
export function escaped(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
