import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';
import { BuildContext } from '../files/build-context';
import { BuiltFrom } from '../files/built-from';
import { sharedMap } from '../input/shared';
import { Platform } from '../values/platform';

/** 128 bits in hexadecimal. */
export const FINGERPRINT_LENGTH = 32;

/** The image's tag: its fingerprint or, for an explicit platform, a hash of fingerprint and platform. */
function imageTag(fingerprint: string, platform?: Platform): string {
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
  readonly tag: string;
}

export interface ImageFiles {
  /** The image's directory, unique in the stack. */
  readonly name: string;
  readonly context: BuildContext;
  /** The instructions, without the comment that names the context. */
  readonly dockerfile: string;
  /** The platform that the image is built for, where the user names one. */
  readonly platform?: Platform;
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
  const fingerprint = createHash('sha256').update(dockerfile).digest('hex').slice(0, FINGERPRINT_LENGTH);
  const tag = imageTag(fingerprint, files.platform);
  contextsOf(scope).add(files.context.fingerprint);
  // A construct can have one custom synthesis.
  addCustomSynthesis(new Construct(scope, 'Staging'), {
    onSynthesize: (session) => {
      const stack = session.manifest.forStack(TerraformStack.of(scope));
      const stackDirectory = path.join(session.manifest.outdir, stack.synthesizedStackPath, '..');
      writeContext(scope, session.manifest, stackDirectory, context, files.context);
      if (writeImage(path.join(stackDirectory, directory), dockerfile, files.documents ?? {})) {
        new BuiltFrom(path.join(stackDirectory, 'assets')).addVersion(files.name, tag, files.context.fingerprint);
      }
    },
  });
  return {
    context,
    dockerfile: `${directory}/Dockerfile`,
    instructions: dockerfile,
    buildLog: buildLogPath(files.name),
    fingerprint,
    tag,
  };
}

/** The build log of an image. The suffix distinguishes several builds. */
export function buildLogPath(name: string, suffix = ''): string {
  return `assets/${name}/build${suffix}.log`;
}

const CONTEXTS = 'assets/contexts';

/** The names that contexts have had. An asset of cdktf with the id `contexts` keeps its files in the same directory, in upper case. */
const CONTEXT_NAME = /^(unfinished-)?[0-9a-f]{32}$/;

/** The fingerprints of each stack's contexts. */
const contexts = sharedMap<TerraformStack, Set<string>>('contexts');

function contextsOf(scope: Construct): Set<string> {
  const stack = TerraformStack.of(scope);
  const known = contexts.get(stack) ?? new Set();
  contexts.set(stack, known);
  return known;
}

/** The contexts that a synth has compared or written, and the directories that it has cleaned. Keyed by its manifest. */
const compared = new WeakMap<object, Set<string>>();

/**
 * Writes a context unless it exists, and removes those of earlier synths.
 * Somebody may have edited a context, and the image would get the edit under the tag of the original. So each synth compares it.
 */
function writeContext(scope: Construct, synth: object, stackDirectory: string, relative: string, context: BuildContext): void {
  const directory = path.join(stackDirectory, relative);
  const done = compared.get(synth) ?? new Set();
  compared.set(synth, done);
  if (done.has(directory)) {
    return;
  }
  done.add(directory);
  if (fs.existsSync(directory) && context.isIn(directory)) {
    return;
  }
  const parent = path.dirname(directory);
  const builtFrom = new BuiltFrom(path.dirname(parent));
  if (!done.has(parent)) {
    done.add(parent);
    builtFrom.clean();
  }
  const needed = contextsOf(scope);
  for (const name of fs.existsSync(parent) ? fs.readdirSync(parent) : []) {
    if (CONTEXT_NAME.test(name) && !needed.has(name)) {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  }
  // Renamed when complete: an interrupted synth must not leave a partial context.
  const unfinished = path.join(parent, `unfinished-${context.fingerprint}`);
  context.write(unfinished);
  fs.rmSync(directory, { recursive: true, force: true });
  fs.renameSync(unfinished, directory);
  builtFrom.addContext(context.fingerprint, context.hashes);
}

const BUILD_LOG_NAME = /^build.*\.log$/;

/**
 * Keeps the build log beside the Dockerfile, which the user reads after a failed deploy. The log of another Dockerfile goes.
 * Other files stay: an asset of cdktf can have the same directory.
 *
 * @returns whether the Dockerfile is another one
 */
function writeImage(directory: string, dockerfile: string, documents: Readonly<Record<string, string>>): boolean {
  const file = path.join(directory, 'Dockerfile');
  const differs = !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== dockerfile;
  if (differs) {
    fs.mkdirSync(directory, { recursive: true });
    fs.readdirSync(directory).filter((name) => BUILD_LOG_NAME.test(name)).forEach((name) => fs.rmSync(path.join(directory, name)));
    fs.writeFileSync(file, dockerfile);
  }
  for (const [name, text] of Object.entries(documents)) {
    fs.writeFileSync(path.join(directory, name), text);
  }
  return differs;
}
