/** A box that the layout places. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** A line between boxes, with the size of its text. */
export interface Line {
  readonly from: string;
  readonly to: string;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  /** The centres of the boxes, by id. */
  readonly boxes: ReadonlyMap<string, Point>;
  /** In the order of the lines: where they bend, and the centre of their text. */
  readonly lines: readonly { readonly bends: readonly Point[]; readonly text: Point }[];
}

/** What is used of dagre. Its own types describe an ECMAScript module, while Node.js gives a CommonJS one. */
interface Dagre {
  readonly layout: (graph: Graph) => void;
  readonly graphlib: { readonly Graph: new (options: { multigraph: boolean }) => Graph };
}

interface Graph {
  setGraph(label: object): void;
  setNode(id: string, label: object): void;
  setEdge(from: string, to: string, label: object, name: string): void;
  node(id: string): Point;
  edge(from: string, to: string, name: string): Point & { readonly points: readonly Point[] };
}

/** How many orders of boxes and lines are tried. The layout of a large picture takes long, and would hardly get better. */
const ATTEMPTS = 24;
const LARGE = 60;

/**
 * Places boxes in columns from left to right, so that lines cross as little as possible.
 *
 * The order within a column follows a heuristic that begins with the order of the boxes. So several orders are tried, always the same ones.
 */
export function layOut(boxes: readonly Box[], lines: readonly Line[]): Layout {
  let best: { readonly layout: Layout; readonly crossings: number } | undefined;
  for (let attempt = 0; attempt < (boxes.length + lines.length > LARGE ? 2 : ATTEMPTS) && best?.crossings !== 0; attempt++) {
    const layout = layOutOnce(shuffled(boxes, attempt), shuffled(lines.map((line, index) => ({ ...line, index })), attempt), lines.length);
    const crossings = crossingsOf(layout, lines);
    if (best === undefined || crossings < best.crossings) {
      best = { layout, crossings };
    }
  }
  return best!.layout;
}

function layOutOnce(boxes: readonly Box[], lines: readonly (Line & { readonly index: number })[], count: number): Layout {
  // Here, so that the other commands do not load it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const dagre: Dagre = require('@dagrejs/dagre');
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 26, ranksep: spaceBetween(count), edgesep: 18 });
  boxes.forEach(({ id, width, height }) => graph.setNode(id, { width, height }));
  lines.forEach(({ from, to, width, height, index }) => graph.setEdge(from, to, { width, height, labelpos: 'c' }, String(index)));
  dagre.layout(graph);
  const byIndex = new Map(lines.map((line) => [line.index, line]));
  return {
    boxes: new Map(boxes.map(({ id }) => [id, { x: graph.node(id).x, y: graph.node(id).y }])),
    lines: Array.from({ length: count }, (_, index) => {
      const { from, to, width } = byIndex.get(index)!;
      const { points, x, y } = graph.edge(from, to, String(index));
      // The first and the last one are on the boxes. Beside its text, a line is level.
      const bends = points.slice(1, -1).flatMap((point) =>
        width > 0 && Math.abs(point.x - x) < 1 ? [{ x: x - width / 2, y: point.y }, { x: x + width / 2, y: point.y }] : [point]);
      return { bends, text: { x, y } };
    }),
  };
}

/** Between two columns. Many lines need a wide space, or else they are steep and look alike. */
function spaceBetween(lines: number): number {
  return 56 + Math.min(110, 3 * Math.max(0, lines - 14));
}

/** The same elements in another order, which is the given one for 0. */
function shuffled<T>(elements: readonly T[], seed: number): T[] {
  const copy = [...elements];
  let state = seed;
  for (let end = copy.length - 1; end > 0 && seed > 0; end--) {
    state = state * 16_807 % 2_147_483_647;
    const other = state % (end + 1);
    [copy[end], copy[other]] = [copy[other], copy[end]];
  }
  return copy;
}

function crossingsOf({ boxes, lines: routes }: Layout, lines: readonly Line[]): number {
  const trails = lines.map(({ from, to }, index) => [boxes.get(from)!, ...routes[index].bends, boxes.get(to)!]);
  const segments = trails.flatMap((trail, line) => trail.slice(1).map((end, index) => ({ line, start: trail[index], end })));
  return segments.reduce((sum, one, index) =>
    sum + segments.slice(index + 1).filter((other) => one.line !== other.line && cross(one, other)).length, 0);
}

/** Whether two segments cross between their ends. */
function cross(one: { start: Point; end: Point }, other: { start: Point; end: Point }): boolean {
  const side = (a: Point, b: Point, c: Point) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
  return side(one.start, one.end, other.start) * side(one.start, one.end, other.end) < 0
    && side(other.start, other.end, one.start) * side(other.start, other.end, one.end) < 0;
}
