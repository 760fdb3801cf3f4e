/** The widths of letters in a sans-serif font such as Arial, in units of its size; the widest of the common fonts are a little wider. */
const NARROW = /[iljtfrI.,:;'|!()[\]{}/ -]/;
const WIDE = /[mwMW@%…—×]/;
const CAPITAL = /[A-Z&#<>=+~_]/;

/** How wide a text is, at least as wide as common fonts draw it. */
export function textWidth(text: string, size: number, isBold = false): number {
  let width = 0;
  for (const character of text) {
    width += NARROW.test(character) ? 0.38
      : WIDE.test(character) ? 0.98
        : CAPITAL.test(character) ? 0.78
          : character.codePointAt(0)! < 0x2000 ? 0.62 : 1.1;
  }
  return width * size * (isBold ? 1.12 : 1);
}

/** A text with its middle left out where it is wider. */
export function shortened(text: string, size: number, widest: number, isBold = false): string {
  const line = text.replace(/\s+/g, ' ');
  const characters = [...line];
  let kept = characters.length;
  let shown = line;
  while (textWidth(shown, size, isBold) > widest && kept > 2) {
    kept -= 1;
    shown = `${characters.slice(0, Math.ceil(kept / 2)).join('')}…${characters.slice(characters.length - Math.floor(kept / 2)).join('')}`;
  }
  return shown;
}
