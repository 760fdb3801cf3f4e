import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { DockerProvider, DockerProviderConfig } from '@cdktf/provider-docker/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { writeFiles } from '../go/fixture';

const made: string[] = [];

afterAll(() => made.splice(0).forEach((directory) => fs.rmSync(directory, { recursive: true, force: true })));

/** A stack whose app is synthesized into a directory that goes away after the tests. */
export function newStack(id = 'dev', provider?: DockerProviderConfig): TerraformStack {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'image-stack-'));
  made.push(outdir);
  const stack = new TerraformStack(new App({ outdir }), id);
  if (provider) {
    new DockerProvider(stack, 'docker', provider);
  }
  return stack;
}

/** Synthesizes the app of a stack, and returns what Terraform gets. */
export function synthesized(stack: TerraformStack): any {
  const app = App.of(stack);
  app.synth();
  return JSON.parse(fs.readFileSync(path.join(app.outdir, 'stacks', stack.node.id, 'cdk.tf.json'), 'utf8'));
}

/** The text of a file that synth has written beside cdk.tf.json. */
export function stagedFile(stack: TerraformStack, file: string): string {
  return fs.readFileSync(path.join(App.of(stack).outdir, 'stacks', stack.node.id, file), 'utf8');
}

/** The resources of a type, in the order of their names. */
export function resources(json: any, type: string): any[] {
  const all = json.resource?.[type] ?? {};
  return Object.keys(all).sort().map((name) => all[name]);
}

/** A program without dependencies. */
export function helloProgram(files: Readonly<Record<string, string>> = {}): string {
  return writeFiles({
    'go.mod': 'module example.com/hello\n\ngo 1.26\n',
    'main.go': 'package main\n\nfunc main() {}\n',
    ...files,
  });
}
