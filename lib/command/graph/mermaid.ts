import type { NodeKind, Topology, TopologyEdge, TopologyNode } from './model';

/** The brackets of a shape. */
const SHAPES: Readonly<Record<NodeKind, readonly [string, string]>> = {
  'port': ['([', '])'],
  'gateway': ['{{', '}}'],
  'service': ['[', ']'],
  'task': ['[/', '/]'],
  'scheduled task': ['[/', '/]'],
  'database': ['[(', ')]'],
  'backup': ['[', ']'],
  'volume': ['[(', ')]'],
  'directory': ['[', ']'],
};

/** Writes a flowchart of Mermaid, with a frame for each stack. */
export function mermaid(stacks: readonly Topology[]): string {
  return [
    'flowchart LR',
    ...stacks.flatMap((topology, stack) => {
      const ids = new Map(topology.nodes.map(({ id }, index) => [id, `n${stack}_${index}`]));
      const isolated = new Set(topology.networks.filter(({ isIsolated }) => isIsolated).map(({ name }) => name));
      return [
        `  subgraph s${stack}["${escaped(topology.stack)}"]`,
        '    direction LR',
        ...topology.nodes.map((node) => `    ${ids.get(node.id)}${shape(node, isolated)}`),
        '  end',
        ...topology.edges.map((edge) => `  ${ids.get(edge.from)} ${arrow(edge)} ${ids.get(edge.to)}`),
      ];
    }),
    '',
  ].join('\n');
}

function shape({ kind, name, details, replicas, networks }: TopologyNode, isolated: ReadonlySet<string>): string {
  const [open, close] = SHAPES[kind];
  const lines = [
    `<b>${escaped(name)}</b>${replicas > 1 ? ` × ${replicas}` : ''}`,
    `<i>${kind}</i>`,
    ...details.map(escaped),
    ...networks.length === 0 ? [] : [`networks: ${networks.map((network) => escaped(network) + (isolated.has(network) ? ' (isolated)' : '')).join(', ')}`],
  ];
  return `${open}"${lines.join('<br/>')}"${close}`;
}

function arrow({ kind, text }: TopologyEdge): string {
  const line = kind === 'waits' ? '-.->' : '-->';
  const label = kind === 'waits' ? 'waits for' : text;
  return label === undefined ? line : `${line}|"${escaped(label)}"|`;
}

/** Mermaid reads entities by number, and HTML in a quoted text. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} _./:,()*+@…×-]/gu, (character) => `#${character.codePointAt(0)};`);
}
