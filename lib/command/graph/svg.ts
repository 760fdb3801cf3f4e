import { Layout, Point, layOut } from './layout';
import { shortened, textWidth } from './text-width';
import type { NodeKind, Topology, TopologyEdge, TopologyNode } from './topology';

const MARGIN = 20;
const PADDING = 12;
const NAME = 14;
const SMALL = 11;
const LINE = 16;
const CHIP = 16;
const WAITS = 34;
const WIDEST_TEXT = 230;
const SMALLEST_BOX = 120;
const BETWEEN_STACKS = 28;

/** Colours of kinds, in light and in dark, both readable on the box. */
const COLORS: Readonly<Record<NodeKind, readonly [string, string]>> = {
  'port': ['#57606a', '#9198a1'],
  'gateway': ['#8250df', '#c297ff'],
  'service': ['#0969da', '#58a6ff'],
  'task': ['#9a6700', '#d29922'],
  'scheduled task': ['#9a6700', '#d29922'],
  'database': ['#1a7f37', '#3fb950'],
  'backup': ['#1a7f37', '#3fb950'],
  'volume': ['#bc4c00', '#f0883e'],
  'directory': ['#bc4c00', '#f0883e'],
};

const MEANINGS: Readonly<Record<TopologyEdge['kind'], string>> = {
  publishes: 'is published as', routes: 'passes requests on to', connects: 'connects to', mounts: 'keeps files in', waits: 'waits for',
};

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
}

/** Draws stacks one below the other. The picture needs no script and no font, and follows the reader's choice of light or dark. */
export function svg(stacks: readonly Topology[]): string {
  const drawn = stacks.map(drawStack);
  const width = Math.max(320, ...drawn.map((each) => each.width)) + 2 * MARGIN;
  let top = MARGIN;
  const parts = drawn.flatMap(({ lines, height }) => {
    const part = [`  <g transform="translate(${MARGIN} ${top})">`, ...lines.map((line) => `    ${line}`), '  </g>'];
    top += height + BETWEEN_STACKS;
    return part;
  });
  const height = Math.round(drawn.length === 0 ? 80 : top - BETWEEN_STACKS + MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.round(width)} ${height}" width="${Math.round(width)}" height="${height}" role="img" aria-labelledby="title description" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `  <title id="title">${escaped(stacks.length === 1 ? `What runs in the stack ${stacks[0].stack}` : 'What runs in the stacks of the program')}</title>`,
    `  <desc id="description">${escaped(stacks.map(inWords).join(' ')) || 'The program has no stack.'}</desc>`,
    '  <style>',
    ...STYLE.map((line) => `    ${line}`),
    '  </style>',
    `  <rect class="canvas" width="${Math.round(width)}" height="${height}" rx="8"/>`,
    '  <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head" d="M0 0.5 L7.5 4 L0 7.5 z"/></marker></defs>',
    ...drawn.length === 0 ? [`  <text class="quiet" x="${MARGIN}" y="44" font-size="${NAME}">The program has no stack.</text>`] : parts,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = [
  '.canvas { fill: #ffffff; stroke: #d1d9e0 }',
  '.box { fill: #f6f8fa; stroke: #d1d9e0 }',
  '.behind { fill: #eaeef2; stroke: #d1d9e0 }',
  '.name { fill: #1f2328; font-weight: 600 }',
  '.quiet, .label { fill: #57606a }',
  '.line { fill: none; stroke: #818b98; stroke-width: 1.3 }',
  '.waits { stroke-dasharray: 4 4 }',
  '.head { fill: #818b98 }',
  '.plate { fill: #ffffff }',
  '.chip { fill: #57606a }',
  '.isolated { fill: #1a7f37 }',
  '.number { fill: #ffffff; font-weight: 600 }',
  ...Object.entries(COLORS).map(([kind, [light]]) => `.${kind.replace(' ', '-')} { fill: ${light} }`),
  '@media (prefers-color-scheme: dark) {',
  '  .canvas { fill: #0d1117; stroke: #3d444d }',
  '  .box { fill: #161b22; stroke: #3d444d }',
  '  .behind { fill: #21262d; stroke: #3d444d }',
  '  .name { fill: #f0f6fc }',
  '  .quiet, .label { fill: #9198a1 }',
  '  .line { stroke: #768390 }',
  '  .head { fill: #768390 }',
  '  .plate { fill: #0d1117 }',
  '  .chip { fill: #9198a1 }',
  '  .isolated { fill: #3fb950 }',
  '  .number { fill: #0d1117 }',
  ...Object.entries(COLORS).map(([kind, [, dark]]) => `  .${kind.replace(' ', '-')} { fill: ${dark} }`),
  '}',
];

function drawStack(topology: Topology): Drawn {
  const { stack, nodes, edges, networks } = topology;
  const numbers = new Map(networks.map(({ name }, index) => [name, index + 1]));
  const isolated = new Set(networks.filter(({ isIsolated }) => isIsolated).map(({ name }) => name));
  const labels = edges.map(({ text }) => text === undefined ? '' : shortened(text, SMALL, 180));
  const boxes = nodes.map((node) => ({ id: node.id, width: boxWidth(node), height: boxHeight(node), node }));
  const layout = layOut(boxes, edges.map(({ from, to }, index) => ({
    from, to, width: labels[index] === '' ? 0 : textWidth(labels[index], SMALL) + 12, height: labels[index] === '' ? 0 : SMALL + 8,
  })));
  const extent = boxes.map(({ id, width, height }) => ({ ...layout.boxes.get(id)!, width, height }));
  const right = Math.max(0, ...extent.map(({ x, width }) => x + width / 2), ...layout.lines.flatMap(({ text }, index) => labels[index] === '' ? [] : [text.x + textWidth(labels[index], SMALL) / 2]));
  const bottom = Math.max(0, ...extent.map(({ y, height }) => y + height / 2), ...layout.lines.flatMap(({ bends }) => bends.map(({ y }) => y)));
  const title = textWidth(shortened(stack, NAME, 600, true), NAME, true) + textWidth('stack ', SMALL) + 8;
  const legend = legendOf(networks, edges.some(({ kind }) => kind === 'waits'), Math.max(right, title, 280));
  const top = 30;
  return {
    width: Math.max(right, title, legend.width),
    height: top + (nodes.length === 0 ? 24 : bottom) + legend.height,
    lines: [
      `<text y="${NAME}"><tspan class="quiet" font-size="${SMALL}">stack </tspan><tspan class="name" font-size="${NAME}">${escaped(shortened(stack, NAME, 600, true))}</tspan></text>`,
      ...nodes.length === 0 ? [`<text class="quiet" y="${top + 14}" font-size="${SMALL}">Nothing runs in this stack.</text>`] : [
        `<g transform="translate(0 ${top})">`,
        ...indented(drawEdges(topology, boxes, layout, labels)),
        ...indented(boxes.flatMap(({ node, width, height }) => drawNode(node, layout.boxes.get(node.id)!, width, height, numbers, isolated))),
        '</g>',
      ],
      ...legend.lines(top + (nodes.length === 0 ? 24 : bottom)),
    ],
  };
}

function boxWidth(node: TopologyNode): number {
  const head = textWidth(kindText(node), SMALL) + (node.replicas > 1 ? 40 : 0);
  const texts = [head, textWidth(shortened(node.name, NAME, WIDEST_TEXT, true), NAME, true), ...node.details.map((detail) => textWidth(shortened(detail, SMALL, WIDEST_TEXT), SMALL)), node.networks.length * (CHIP + 4)];
  return Math.ceil(Math.max(SMALLEST_BOX, ...texts.map((text) => text + 2 * PADDING)));
}

function boxHeight({ details, networks }: TopologyNode): number {
  return PADDING + SMALL + LINE + details.length * LINE + (networks.length > 0 ? CHIP + 6 : 0) + PADDING;
}

function kindText({ kind }: TopologyNode): string {
  return kind === 'port' ? 'port of the host' : kind === 'directory' ? 'directory' : kind;
}

function drawNode(
  node: TopologyNode, { x, y }: Point, width: number, height: number, numbers: ReadonlyMap<string, number>, isolated: ReadonlySet<string>,
): string[] {
  const [left, top] = [round(x - width / 2), round(y - height / 2)];
  const style = node.kind.replace(' ', '-');
  const radius = node.kind === 'port' ? 16 : 6;
  let baseline = top + PADDING + SMALL - 2;
  return [
    '<g>',
    `  <title>${escaped([`${kindText(node)} ${node.name}`, ...node.details, ...node.networks.length > 0 ? [`networks: ${node.networks.join(', ')}`] : []].join('\n'))}</title>`,
    ...node.replicas > 1 ? [`  <rect class="behind" x="${left + 4}" y="${top + 4}" width="${width}" height="${height}" rx="${radius}"/>`] : [],
    `  <rect class="box" x="${left}" y="${top}" width="${width}" height="${height}" rx="${radius}"/>`,
    ...node.kind === 'port' ? [] : [`  <path class="${style}" d="M${left + 4} ${top} a4 6 0 0 0 -4 6 v${height - 12} a4 6 0 0 0 4 6 z"/>`],
    `  <text class="${style}" x="${left + PADDING}" y="${baseline}" font-size="${SMALL}">${kindText(node)}</text>`,
    ...node.replicas > 1 ? [`  <text class="quiet" x="${left + width - PADDING}" y="${baseline}" font-size="${SMALL}" text-anchor="end">× ${node.replicas}</text>`] : [],
    `  <text class="name" x="${left + PADDING}" y="${baseline += LINE + 1}" font-size="${NAME}">${escaped(shortened(node.name, NAME, WIDEST_TEXT, true))}</text>`,
    ...node.details.map((detail) => `  <text class="quiet" x="${left + PADDING}" y="${baseline += LINE}" font-size="${SMALL}">${escaped(shortened(detail, SMALL, WIDEST_TEXT))}</text>`),
    ...node.networks.flatMap((network, index) => indented(chip(numbers.get(network) ?? 0, isolated.has(network), left + PADDING + index * (CHIP + 4), baseline + 9))),
    '</g>',
  ];
}

/** A network's number. */
function chip(number: number, isIsolated: boolean, left: number, top: number): string[] {
  return [
    `<rect class="${isIsolated ? 'isolated' : 'chip'}" x="${left}" y="${top}" width="${CHIP}" height="${CHIP - 2}" rx="7"/>`,
    `<text class="number" x="${left + CHIP / 2}" y="${top + 10.5}" font-size="10" text-anchor="middle">${number === 0 ? '?' : number}</text>`,
  ];
}

function drawEdges({ edges, nodes }: Topology, boxes: readonly { id: string; width: number; height: number }[], layout: Layout, labels: readonly string[]): string[] {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const sizes = new Map(boxes.map((box) => [box.id, box]));
  const starts = sides(edges, 'from', layout, sizes);
  const ends = sides(edges, 'to', layout, sizes);
  const paths = edges.flatMap(({ from, to, kind }, index) => [
    `<path class="line ${kind}" d="${curve([starts[index], ...layout.lines[index].bends, ends[index]])}" marker-end="url(#arrow)"><title>${escaped(`${names.get(from)} ${MEANINGS[kind]} ${names.get(to)}`)}</title></path>`,
  ]);
  const texts = edges.flatMap((_, index) => labels[index] === '' ? [] : label(labels[index], layout.lines[index].text));
  return [...paths, ...texts];
}

function label(text: string, { x, y }: Point): string[] {
  const width = Math.ceil(textWidth(text, SMALL)) + 8;
  return [
    `<rect class="plate" x="${round(x - width / 2)}" y="${round(y - SMALL / 2 - 3)}" width="${width}" height="${SMALL + 6}" rx="3"/>`,
    `<text class="label" x="${round(x)}" y="${round(y + SMALL / 2 - 2)}" font-size="${SMALL}" text-anchor="middle">${escaped(text)}</text>`,
  ];
}

/** Where each line meets its box: spread over the side, in the order of where the lines lead, so that they do not cross there. */
function sides(
  edges: readonly TopologyEdge[], end: 'from' | 'to', { boxes, lines }: Layout, sizes: ReadonlyMap<string, { width: number; height: number }>,
): Point[] {
  const near = (index: number): number => lines[index].bends.at(end === 'from' ? 0 : -1)?.y ?? boxes.get(edges[index][end === 'from' ? 'to' : 'from'])!.y;
  return edges.map((edge, index) => {
    const id = edge[end];
    const siblings = edges.map((_, other) => other).filter((other) => edges[other][end] === id).sort((one, other) => near(one) - near(other) || one - other);
    const { x, y } = boxes.get(id)!;
    const { width, height } = sizes.get(id)!;
    const step = Math.min(18, (height - 16) / siblings.length);
    return {
      x: x + (end === 'from' ? width / 2 : -width / 2 - 1),
      y: y + (siblings.indexOf(index) - (siblings.length - 1) / 2) * step,
    };
  });
}

/** A smooth line from left to right. */
function curve([start, ...rest]: readonly Point[]): string {
  let from = start;
  return [`M${round(start.x)} ${round(start.y)}`, ...rest.map((to) => {
    const half = (to.x - from.x) / 2;
    const part = `C${round(from.x + half)} ${round(from.y)} ${round(to.x - half)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
    from = to;
    return part;
  })].join(' ');
}

function legendOf(networks: Topology['networks'], waits: boolean, available: number): { width: number; height: number; lines: (top: number) => string[] } {
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

function inWords({ stack, nodes, edges }: Topology): string {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return `Stack ${stack}: ${nodes.length === 0 ? 'nothing runs.' : `${nodes.map((node) => `${kindText(node)} ${node.name}`).join(', ')}. ${edges.map(({ from, to, kind }) => `${names.get(from)} ${MEANINGS[kind]} ${names.get(to)}.`).join(' ')}`}`.trim();
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Also without characters that XML does not allow. */
function escaped(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
