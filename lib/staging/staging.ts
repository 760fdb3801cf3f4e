import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';
import { BuildContext } from '../files/build-context';
import { Platform } from '../values/platform';

/** 128 bits in hexadecimal. */
const FINGERPRINT_LENGTH = 32;

/** The image's tag: its fingerprint or, for an explicit platform, a hash of fingerprint and platform. */
export function imageTag(fingerprint: string, platform?: Platform): string {
  return platform === undefined
    ? fingerprint
    : createHash('sha256').update(`${fingerprint} ${platform.toString()}`).digest('hex').slice(0, FINGERPRINT_LENGTH);
}

/** The suffix of the tag of one of several platforms: `-linux-arm64`. */
export function platformSuffix(platform: Platform): string {
  return `-${platform.toString().replaceAll('/', '-')}`;
}

/** A staged image. Paths are relative to the stack's directory, where Terraform runs. */
export interface StagedImage {
  /** The build context. Images of a stack with the same files share it. */
  readonly context: string;
  readonly dockerfile: string;
  readonly instructions: string;
  readonly buildLog: string;
  /** The first 128 bits, in hexadecimal, of a SHA-256 over all inputs of the image. */
  readonly fingerprint: string;
}

export interface ImageFiles {
  /** The image's directory, unique in the stack. */
  readonly name: string;
  readonly context: BuildContext;
  /** The instructions, without the comment that names the context. */
  readonly dockerfile: string;
  /** Files for people, beside the Dockerfile. */
  readonly documents?: Readonly<Record<string, string>>;
}

/**
 * Writes an image's files below the stack's directory at synth.
 *
 * The Dockerfile is outside its context, so that a hundred services of one program stage its sources once. A comment in it names the
 * context, so the text covers all inputs of the image. BuildKit's cache ignores comments.
 */
export function stageImage(scope: Construct, files: ImageFiles): StagedImage {
  const context = `${CONTEXTS}/${files.context.fingerprint}`;
  const directory = `assets/${files.name}`;
  const dockerfile = `# Build context: ../contexts/${files.context.fingerprint}\n${files.dockerfile}`;
  contextsOf(scope).add(files.context.fingerprint);
  // A construct can have one custom synthesis.
  addCustomSynthesis(new Construct(scope, 'Staging'), {
    onSynthesize: (session) => {
      const stack = session.manifest.forStack(TerraformStack.of(scope));
      const stackDirectory = path.join(session.manifest.outdir, stack.synthesizedStackPath, '..');
      writeContext(scope, stackDirectory, context, files.context);
      writeImage(path.join(stackDirectory, directory), dockerfile, files.documents ?? {});
    },
  });
  return {
    context,
    dockerfile: `${directory}/Dockerfile`,
    instructions: dockerfile,
    buildLog: buildLogPath(files.name),
    fingerprint: createHash('sha256').update(dockerfile).digest('hex').slice(0, FINGERPRINT_LENGTH),
  };
}

/** The build log of an image. The suffix distinguishes several builds. */
export function buildLogPath(name: string, suffix = ''): string {
  return `assets/${name}/build${suffix}.log`;
}

const CONTEXTS = 'assets/contexts';

/** The fingerprints of each stack's contexts. */
const contexts = new WeakMap<TerraformStack, Set<string>>();

function contextsOf(scope: Construct): Set<string> {
  const stack = TerraformStack.of(scope);
  const known = contexts.get(stack) ?? new Set();
  contexts.set(stack, known);
  return known;
}

/** Writes a context unless it exists, and removes those of earlier synths. */
function writeContext(scope: Construct, stackDirectory: string, relative: string, context: BuildContext): void {
  const directory = path.join(stackDirectory, relative);
  if (fs.existsSync(directory)) {
    return;
  }
  const parent = path.dirname(directory);
  const needed = contextsOf(scope);
  for (const name of fs.existsSync(parent) ? fs.readdirSync(parent) : []) {
    if (!needed.has(name)) {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  }
  // Renamed when complete: an interrupted synth must not leave a partial context.
  const unfinished = path.join(parent, `unfinished-${context.fingerprint}`);
  context.write(unfinished);
  fs.renameSync(unfinished, directory);
}

/** Keeps the build log beside the Dockerfile, which the user reads after a failed deploy. */
function writeImage(directory: string, dockerfile: string, documents: Readonly<Record<string, string>>): void {
  const file = path.join(directory, 'Dockerfile');
  const isKnown = fs.existsSync(directory);
  if (!isKnown || !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== dockerfile) {
    if (isKnown) {
      fs.rmSync(directory, { recursive: true });
    }
    fs.mkdirSync(directory);
    fs.writeFileSync(file, dockerfile);
  }
  for (const [name, text] of Object.entries(documents)) {
    fs.writeFileSync(path.join(directory, name), text);
  }
}
