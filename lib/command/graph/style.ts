import type { NodeKind } from './model';

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

/** The class of a kind. */
export function styleOf(kind: NodeKind): string {
  return kind.replace(' ', '-');
}

export const STYLE: readonly string[] = [
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
  ...Object.entries(COLORS).map(([kind, [light]]) => `.${styleOf(kind as NodeKind)} { fill: ${light} }`),
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
  ...Object.entries(COLORS).map(([kind, [, dark]]) => `  .${styleOf(kind as NodeKind)} { fill: ${dark} }`),
  '}',
];
