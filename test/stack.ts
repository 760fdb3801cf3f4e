import * as fs from 'fs';
import * as path from 'path';
import { App, LocalBackend, TerraformStack, Testing } from 'cdktf';
import { resolve } from 'cdktf/lib/_tokens';
import { ContainerImage, GoScratchImage, GoService } from '../lib';
import { goFile, writeFiles } from './go/fixture';

// Wrong and partial props on purpose; hence `any`.
type Props = Record<string, any>;

export const GO_MOD = 'module example.com/app\n\ngo 1.26\n';
export const PROGRAM = { 'go.mod': GO_MOD, 'main.go': goFile('main') };

export function newStack(id = 'dev'): TerraformStack {
  const stack = new TerraformStack(Testing.app(), id);
  // By default the state would lie in the directory where the tests are started.
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  return stack;
}

export function goImage(stack: TerraformStack, props: Props = {}, id = 'image'): GoScratchImage {
  return new GoScratchImage(stack, id, { source: props.source ?? writeFiles(PROGRAM), ...props });
}

export function goService(stack: TerraformStack, props: Props = {}, id = 'service'): GoService {
  return new GoService(stack, id, { image: ContainerImage.fromRegistry('acme/api:1', { probePath: '/probe' }), ...props });
}

/** What Terraform reads. */
export function synthesized(stack: TerraformStack): any {
  return JSON.parse(Testing.synth(stack));
}

/** A text with its tokens as Terraform reads them. */
export function resolved(stack: TerraformStack, text: string): string {
  return resolve(stack, text);
}

/** All resources of one type in the order of their logical ids. */
export function resources(stack: TerraformStack, type: string): any[] {
  return Object.values(synthesized(stack).resource[type] ?? {});
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

export function filesBelow(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
