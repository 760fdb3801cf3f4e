import type { Box, Layout, Point } from './layout';
import { SMALL, escaped, round } from './marks';
import type { Topology, TopologyEdge } from './model';
import { textWidth } from './text-width';

/** What a line says. */
export const MEANINGS: Readonly<Record<TopologyEdge['kind'], string>> = {
  publishes: 'is published as', routes: 'passes requests on to', connects: 'connects to', mounts: 'keeps files in', waits: 'waits for',
};

/** Draws the lines of a stack, and what stands on them. */
export function drawEdges({ edges, nodes }: Topology, boxes: readonly Box[], layout: Layout, labels: readonly string[]): string[] {
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
  edges: readonly TopologyEdge[], end: 'from' | 'to', { boxes, lines }: Layout, sizes: ReadonlyMap<string, Box>,
): Point[] {
  const near = (index: number): number => lines[index].bends.at(end === 'from' ? 0 : -1)?.y ?? boxes.get(edges[index][end === 'from' ? 'to' : 'from'])!.y;
  return edges.map((edge, index) => {
    const id = edge[end];
    const siblings = edges.map((_, other) => other).filter((other) => edges[other][end] === id)
      .sort((one, other) => near(one) - near(other) || one - other);
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
