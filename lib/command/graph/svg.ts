import { MEANINGS, drawEdges } from './edges';
import { type Point, layOut } from './layout';
import { legendOf } from './legend';
import { CHIP, NAME, SMALL, chip, escaped, indented, round } from './marks';
import type { Topology, TopologyNode } from './model';
import { STYLE, styleOf } from './style';
import { shortened, textWidth } from './text-width';

const MARGIN = 20;
const PADDING = 12;
const LINE = 16;
const WIDEST_TEXT = 230;
const SMALLEST_BOX = 120;
const BETWEEN_STACKS = 28;

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
  const texts = [
    head,
    textWidth(shortened(node.name, NAME, WIDEST_TEXT, true), NAME, true),
    ...node.details.map((detail) => textWidth(shortened(detail, SMALL, WIDEST_TEXT), SMALL)),
    node.networks.length * (CHIP + 4),
  ];
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
  const style = styleOf(node.kind);
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
    ...node.networks.flatMap((network, index) =>
      indented(chip(numbers.get(network) ?? 0, isolated.has(network), left + PADDING + index * (CHIP + 4), baseline + 9))),
    '</g>',
  ];
}

function inWords({ stack, nodes, edges }: Topology): string {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return `Stack ${stack}: ${nodes.length === 0 ? 'nothing runs.' : `${nodes.map((node) => `${kindText(node)} ${node.name}`).join(', ')}. ${edges.map(({ from, to, kind }) => `${names.get(from)} ${MEANINGS[kind]} ${names.get(to)}.`).join(' ')}`}`.trim();
}
