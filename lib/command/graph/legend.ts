import { CHIP, SMALL, chip, escaped, round } from './marks';
import type { Topology } from './model';
import { shortened, textWidth } from './text-width';

/** The length of a dashed line. */
const WAITS = 34;

const WIDEST_TEXT = 230;

/** The numbers of the networks, and the dashed line. */
export function legendOf(networks: Topology['networks'], waits: boolean, available: number): { width: number; height: number; lines: (top: number) => string[] } {
  const texts = [
    ...networks.map(({ name, isIsolated }) => `${shortened(name, SMALL, WIDEST_TEXT)}${isIsolated ? ' (isolated: no way out)' : ''}`),
    ...waits ? ['waits for'] : [],
  ];
  let [x, row, widest] = [0, 0, 0];
  const entries = texts.map((text, index) => {
    const sign = index < networks.length ? CHIP + 6 : WAITS + 6;
    const width = sign + textWidth(text, SMALL) + 16;
    [x, row] = x > 0 && x + width > available + 16 ? [0, row + 1] : [x, row];
    const entry = { text, sign, x: round(x), y: row * 22 };
    x += width;
    widest = Math.max(widest, x - 16);
    return entry;
  });
  return {
    width: widest,
    height: entries.length === 0 ? 0 : 24 + (row + 1) * 22 - 6,
    lines: (above) => entries.flatMap(({ text, sign, x: left, y }, index) => {
      const top = round(above + 24 + y);
      return [
        ...index < networks.length ? chip(index + 1, networks[index].isIsolated, left, top)
          : [`<path class="line waits" d="M${left} ${top + 7} h${WAITS - 1}" marker-end="url(#arrow)"/>`],
        `<text class="quiet" x="${left + sign}" y="${top + 11}" font-size="${SMALL}">${escaped(text)}</text>`,
      ];
    }),
  };
}
