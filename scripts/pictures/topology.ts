import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { svg } from '../../lib/command/graph/svg';
import { topologyOf } from '../../lib/command/graph/topology';
import { Program } from '../../lib/command/program';
import { snippetsOfMarkdown } from '../docs/snippet';
import { REPOSITORY, synthesizeIn } from '../example/synthesize';

/** What `graph` draws of the whole program that the README shows. */
export function readmeTopology(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'readme-'));
  try {
    const program = snippetsOfMarkdown('README.md', fs.readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8'))
      .find(({ source }) => source.includes('app.synth()'))!;
    const sources = path.join(directory, 'services', 'shop');
    fs.mkdirSync(path.join(sources, 'cmd', 'app'), { recursive: true });
    fs.writeFileSync(path.join(sources, 'go.mod'), 'module example.com/shop\n\ngo 1.26\n');
    fs.writeFileSync(path.join(sources, 'cmd', 'app', 'main.go'), 'package main\n\nfunc main() {}\n');
    fs.writeFileSync(path.join(directory, 'main.ts'), program.source);
    fs.writeFileSync(path.join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: { module: 'node16', target: 'es2022' } }));
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(directory, 'node_modules'));
    const output = path.join(directory, 'cdktf.out');
    synthesizeIn(directory, output);
    return svg(Program.readAll({ output }).map(topologyOf));
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}
