import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** What a stack runs with. */
export interface Cell {
  readonly toolkit: typeof TOOLKITS[number];
  readonly provider: string;
  readonly store: typeof STORES[number];
  readonly tool: typeof TOOLS[number];
}

export const TOOLKITS = ['cdktf', 'cdktn'] as const;
export const PROVIDERS = ['3.6.2', '4.5.0'] as const;
export const STORES = ['overlay2', 'containerd'] as const;
export const TOOLS = ['terraform', 'tofu'] as const;

/** What an engine is configured with to have an image store. */
export const DAEMON: Readonly<Record<Cell['store'], Readonly<Record<string, unknown>>>> = {
  overlay2: {},
  containerd: { features: { 'containerd-snapshotter': true } },
};

export function allCells(): Cell[] {
  return STORES.flatMap((store) => TOOLS.flatMap((tool) =>
    TOOLKITS.flatMap((toolkit) => PROVIDERS.map((provider) => ({ toolkit, provider, store, tool })))));
}

export function nameOf({ toolkit, provider, store, tool }: Cell): string {
  return [toolkit, provider, store, tool].join(' ');
}

/** Why a cell cannot be run on this machine; undefined when it can. */
export function problemOf({ provider, tool }: Pick<Cell, 'provider' | 'tool'>): string | undefined {
  const key = `${tool} ${provider}`;
  if (!problems.has(key)) {
    problems.set(key, askTool(tool, provider));
  }
  return problems.get(key);
}

const problems = new Map<string, string | undefined>();

function askTool(tool: string, provider: string): string | undefined {
  if (spawnSync(tool, ['version']).error) {
    return `there is no ${tool} on the PATH`;
  }
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'matrix-'));
  try {
    const wanted = { terraform: { required_providers: { docker: { source: 'kreuzwerker/docker', version: provider } } } };
    fs.writeFileSync(path.join(directory, 'main.tf.json'), JSON.stringify(wanted));
    const { status, stderr } = spawnSync(tool, ['init', '-input=false', '-no-color'], {
      cwd: directory, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    return status === 0 ? undefined : `${tool} cannot get the provider ${provider}: ${/Error: .*/.exec(stderr)?.[0]}`;
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}
