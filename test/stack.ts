import * as fs from 'fs';
import * as path from 'path';
import { DockerProvider, DockerProviderConfig } from '@cdktf/provider-docker/lib/provider';
import { App, LocalBackend, TerraformResource, TerraformStack, Testing } from 'cdktf';
import { resolve } from 'cdktf/lib/_tokens';
import { ContainerImage, GoScratchImage, GoService } from '../lib';
import { goFile, writeFiles } from './go/fixture';

// Wrong and partial props on purpose; hence `any`.
type Props = Record<string, any>;

export const GO_MOD = 'module example.com/app\n\ngo 1.26\n';
export const PROGRAM = { 'go.mod': GO_MOD, 'main.go': goFile('main') };

/** A stack that is written into a directory which goes away after the tests. */
export function newStack(id = 'dev', provider?: DockerProviderConfig): TerraformStack {
  const stack = new TerraformStack(Testing.app({ outdir: writeFiles({}) }), id);
  // By default the state would lie in the directory where the tests are started.
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  if (provider) {
    new DockerProvider(stack, 'docker', provider);
  }
  return stack;
}

/** A program without dependencies. */
export function helloProgram(files: Readonly<Record<string, string>> = {}): string {
  return writeFiles({
    'go.mod': 'module example.com/hello\n\ngo 1.26\n',
    'main.go': 'package main\n\nfunc main() {}\n',
    ...files,
  });
}

export function goImage(stack: TerraformStack, props: Props = {}, id = 'image'): GoScratchImage {
  return new GoScratchImage(stack, id, { source: props.source ?? writeFiles(PROGRAM), ...props });
}

export function goService(stack: TerraformStack, props: Props = {}, id = 'service'): GoService {
  return new GoService(stack, id, { image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' }), ...props });
}

/** What Terraform reads. Fails where an app's synth fails. */
export function synthesized(stack: TerraformStack): any {
  return JSON.parse(Testing.synth(stack, true));
}

/** A text with its tokens as Terraform reads them. */
export function resolved(stack: TerraformStack, text: string): string {
  return resolve(stack, text);
}

/** All resources of one type in the order of their logical ids. */
export function resources(stack: TerraformStack, type: string): any[] {
  return Object.values(synthesized(stack).resource[type] ?? {});
}

/** All resources of a stack, by type and then by the path of the construct below it. */
export function resourcesByPath(stack: TerraformStack): Record<string, Record<string, any>> {
  // Synthesis adds constructs.
  const { resource } = synthesized(stack);
  const paths = new Map(stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node))
    .map((node) => [(node as TerraformResource).friendlyUniqueId, node.node.path.slice(stack.node.path.length + 1)]));
  return Object.fromEntries(Object.entries<Record<string, any>>(resource).map(([type, all]) => [
    type, Object.fromEntries(Object.entries(all).map(([id, attributes]) => [paths.get(id) ?? id, attributes])),
  ]));
}

/** The one container whose name is given. */
export function container(stack: TerraformStack, name: string): any {
  const found = resources(stack, 'docker_container').filter((resource) => resource.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

/** The warnings of a stack's constructs. */
export function warnings(stack: TerraformStack): string[] {
  return stack.node.findAll().flatMap((node) => node.node.metadata)
    .filter(({ type }) => type === '@cdktf/warn').map(({ data }) => String(data));
}

/** The stack's directory with everything that synth writes. */
export function writeStack(stack: TerraformStack): string {
  const app = stack.node.root as App;
  app.synth();
  return path.join(app.outdir, 'stacks', stack.node.id);
}

/** The text of a file that synth writes beside what Terraform reads. */
export function stagedFile(stack: TerraformStack, file: string): string {
  return fs.readFileSync(path.join(writeStack(stack), file), 'utf8');
}

export function filesBelow(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** A synthesized text in which each edit of a program's or the probe's source changes nothing. */
export function withoutFingerprints(text: string): string {
  return text.replace(/\b[0-9a-f]{32}\b/g, '<fingerprint>');
}
