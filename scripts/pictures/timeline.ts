/** A period of a row, in seconds. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly color: Color;
}

/** A moment that all rows share. */
export interface Mark {
  readonly at: number;
  readonly text: string;
  /** On which side of its line the text stands. */
  readonly side: 'left' | 'right';
}

export interface Timeline {
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
  readonly marks: readonly Mark[];
  /** Where the axis ends, in seconds. */
  readonly end: number;
  /** Seconds between two numbers of the axis; without it, the axis has none. */
  readonly step?: number;
}

export type Color = 'good' | 'waiting' | 'bad' | 'gone' | 'requests';

const FILL: Record<Color, string> = { good: '#1a7f37', waiting: '#9a6700', bad: '#cf222e', gone: '#eaeef2', requests: '#0969da' };
const TEXT: Record<Color, string> = { good: '#ffffff', waiting: '#ffffff', bad: '#ffffff', gone: '#1f2328', requests: '#ffffff' };

const [WIDTH, LEFT, RIGHT, TOP, ROW, BAR] = [760, 150, 740, 44, 44, 30];
const FONT = 12;
/** Wider than the letters of the widest common fonts are on average, so that texts fit on any machine. */
const LETTER = 0.6 * FONT;
const GAP = 4;

/** Draws a timeline as SVG. Throws when a text does not fit into its bar or reaches into another one. */
export function draw({ title, description, rows, marks, end, step }: Timeline): string {
  const x = (seconds: number) => Math.round(LEFT + seconds / end * (RIGHT - LEFT));
  const bottom = TOP + rows.length * ROW;
  const height = bottom + 36;
  checkMarks(marks, x);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description" `
      + `font-family="system-ui, sans-serif" font-size="${FONT}">`,
    `  <title id="title">${escaped(title)}</title>`,
    `  <desc id="description">${escaped(description)}</desc>`,
    `  <rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>`,
    ...rows.flatMap(({ name, bars }, index) => drawRow(name, bars, TOP + index * ROW, x)),
    ...marks.flatMap(({ at, text: label, side }) => [
      `  <line x1="${x(at)}" y1="${TOP - 10}" x2="${x(at)}" y2="${bottom}" stroke="#57606a" stroke-dasharray="3 3"/>`,
      text(x(at) + (side === 'left' ? -GAP : GAP), TOP - 16, side === 'left' ? 'end' : 'start', '#1f2328', label),
    ]),
    ...step === undefined ? [text(RIGHT, bottom + 20, 'end', '#57606a', 'time →')]
      : Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => text(x(index * step), bottom + 20, 'middle', '#57606a', `${index * step} s`)),
    '</svg>',
    '',
  ].join('\n');
}

function drawRow(name: string, bars: readonly Bar[], top: number, x: (seconds: number) => number): string[] {
  const middle = top + BAR / 2 + FONT / 3;
  if (width(name) > LEFT - 2 * GAP) {
    throw new Error(`"${name}" does not fit before its row`);
  }
  return [
    text(LEFT - 10, middle, 'end', '#1f2328', name, 'font-weight="600"'),
    ...bars.flatMap((bar) => {
      const [from, to] = [x(bar.from), x(bar.to)];
      if (width(bar.text) + 2 * GAP > to - from) {
        throw new Error(`"${bar.text}" does not fit into its bar: it needs ${width(bar.text) + 2 * GAP}, and there are ${to - from}`);
      }
      return [
        `  <rect x="${from}" y="${top}" width="${to - from}" height="${BAR}" rx="4" fill="${FILL[bar.color]}"/>`,
        text((from + to) / 2, middle, 'middle', TEXT[bar.color], bar.text),
      ];
    }),
  ];
}

function checkMarks(marks: readonly Mark[], x: (seconds: number) => number): void {
  const spans = marks.map(({ at, text: label, side }) => side === 'left' ? [x(at) - GAP - width(label), x(at)] : [x(at), x(at) + GAP + width(label)]);
  spans.forEach(([from, to], index) => {
    if (from < 0 || to > WIDTH) {
      throw new Error(`"${marks[index].text}" leaves the picture`);
    }
    const other = spans.findIndex(([start, stop], at) => at > index && from < stop && start < to);
    if (other >= 0) {
      throw new Error(`"${marks[index].text}" and "${marks[other].text}" overlap`);
    }
  });
}

function width(label: string): number {
  return label.length * LETTER;
}

function text(x: number, y: number, anchor: string, fill: string, label: string, more = ''): string {
  return `  <text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}"${more && ` ${more}`}>${escaped(label)}</text>`;
}

function escaped(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
