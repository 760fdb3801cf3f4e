import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { GoScratchImage } from '../../lib';
import { OwnEngine } from '../engine/harness/own-engine';
import { Terraform } from '../walk/terraform';

const PROGRAM = path.join(__dirname, '..', 'walk', 'program');

export type Revision = '1' | '2';

/** The second revision becomes ready late, so that there is time for a power cut before it is. */
const START: Record<Revision, string> = { 1: '0s', 2: '20s' };

/** The program as an image, for both stands. */
export function programImage(scope: Construct, id: string, revision: Revision): GoScratchImage {
  return new GoScratchImage(scope, id, {
    source: PROGRAM, mainPackage: './faulty', variables: { 'main.revision': revision, 'main.start': START[revision] }, timezones: false,
  });
}

/** Builds both revisions and returns the ids of their images. */
export async function buildImages(engine: OwnEngine): Promise<Record<Revision, string>> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-images-'));
  try {
    const app = new App({ outdir: directory });
    const stack = new TerraformStack(app, 'images');
    new LocalBackend(stack, { path: 'terraform.tfstate' });
    const names = (['1', '2'] as const).map((revision) => programImage(stack, `Revision${revision}`, revision).node.path);
    app.synth();
    const terraform = new Terraform(path.join(directory, 'stacks', 'images'), engine.environment);
    await terraform.init();
    const { code, stderr } = await terraform.apply();
    if (code !== 0) {
      throw new Error(stderr);
    }
    const resources = (await terraform.resources()).filter(({ type }) => type === 'docker_image');
    const [first, second] = names.map((name) => resources.find(({ values }) => values.name.startsWith(name.replace('/', '-').toLowerCase()))!.values.image_id as string);
    return { 1: first, 2: second };
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
