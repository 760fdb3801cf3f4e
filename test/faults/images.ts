import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { GoScratchImage, IContainerImage } from '../../lib';
import { OwnEngine } from '../engine/harness/own-engine';
import { run } from '../walk/engine';
import { Terraform } from '../walk/terraform';

const PROGRAM = path.join(__dirname, '..', 'walk', 'program');

/** What the containers beside the program are made of. */
const BASES = ['postgres:17', 'haproxy:3.0'];

export type Revision = '1' | '2';

/** The second revision becomes ready late, so that there is time for a power cut before it is. */
const START: Record<Revision, string> = { 1: '0s', 2: '20s' };

export type Images = Readonly<Record<Revision, string>>;

/** Builds both revisions on the engine that `docker` reaches, where earlier builds are cached, and brings all images to the machine. */
export async function bringImages(engine: OwnEngine): Promise<Images> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'faults-images-'));
  const id = path.basename(directory).toLowerCase();
  try {
    const app = new App({ outdir: directory });
    const stack = new TerraformStack(app, id);
    new LocalBackend(stack, { path: 'terraform.tfstate' });
    for (const revision of ['1', '2'] as const) {
      new GoScratchImage(stack, `revision${revision}`, {
        source: PROGRAM, mainPackage: './faulty', variables: { 'main.revision': revision, 'main.start': START[revision] }, timezones: false,
      });
    }
    app.synth();
    const terraform = new Terraform(path.join(directory, 'stacks', id), {});
    await terraform.init();
    const { code, stderr } = await terraform.apply();
    if (code !== 0) {
      throw new Error(stderr);
    }
    const built = (await terraform.resources()).filter(({ type }) => type === 'docker_image')
      .map(({ values }) => ({ name: values.name as string, id: values.image_id as string }));
    await engine.bring(...BASES, ...built.map(({ name }) => name));
    // Terraform keeps images.
    await run('docker', ['image', 'rm', ...built.map(({ name }) => name)]);
    const idOf = (revision: Revision) => built.find(({ name }) => name.includes(`-revision${revision}:`))!.id;
    return { 1: idOf('1'), 2: idOf('2') };
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** An image of this library that the machine has already. */
export function broughtImage(reference: string): IContainerImage {
  return { bind: () => ({ reference, user: '65534:65534', entrypoint: ['/app'], probePath: '/probe', probeHasLiveness: true, hasShell: false }) };
}
