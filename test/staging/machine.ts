import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as ts from 'typescript';

const REPOSITORY = path.join(__dirname, '..', '..');

/** The settings of a machine that a stack is synthesized on. */
export interface Machine {
  readonly locale: string;
  readonly timezone: string;
  /** In octal digits. */
  readonly umask: string;
  /** @default - the running one */
  readonly node?: string;
}

/** What `synthesize.ts` prints. */
export interface Synthesized {
  /** Names as the locale sorts them. */
  readonly collation: string;
  /** A point in time as the time zone shows it. */
  readonly time: string;
  readonly tags: readonly string[];
  readonly files: readonly string[];
}

/** Synthesizes one stack in a process for each machine, each in a directory of its own. */
export async function synthesizeOn<M extends string>(machines: Readonly<Record<M, Machine>>): Promise<Record<M, Synthesized>> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'machines-'));
  try {
    transpile(directory);
    const results = await Promise.all(Object.entries<Machine>(machines).map(async ([name, machine]) => {
      const { stdout } = await promisify(execFile)(
        machine.node ?? process.execPath, [path.join(directory, 'test/staging/synthesize.js'), path.join(directory, name), machine.umask],
        { env: { ...process.env, LC_ALL: machine.locale, TZ: machine.timezone }, maxBuffer: 2 ** 26 },
      );
      return [name, JSON.parse(stdout)] as const;
    }));
    return Object.fromEntries(results) as Record<M, Synthesized>;
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

/** Writes the library as JavaScript: once for all processes, which then start in a fraction of the time that ts-node needs. */
function transpile(directory: string): void {
  fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(directory, 'node_modules'));
  fs.cpSync(path.join(REPOSITORY, 'lib'), path.join(directory, 'lib'), { recursive: true, filter: (file) => !/\.(js|ts)$/.test(file) });
  const files = [...ts.sys.readDirectory(path.join(REPOSITORY, 'lib'), ['.ts'], ['**/*.d.ts']), path.join(__dirname, 'synthesize.ts')];
  for (const file of files) {
    const { outputText } = ts.transpileModule(fs.readFileSync(file, 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
    });
    const target = path.join(directory, path.relative(REPOSITORY, file).replace(/\.ts$/, '.js'));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, outputText);
  }
}
