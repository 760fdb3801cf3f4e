import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack } from 'cdktf';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';
import { BuildContext } from './build-context';
import { Platform } from './platform';

/** The tag of an image: the context's fingerprint, and another one for each platform that it is built for on purpose. */
export function imageTag(fingerprint: string, platform?: Platform): string {
  return platform === undefined
    ? fingerprint
    : createHash('sha256').update(`${fingerprint} ${platform.toString()}`).digest('hex').slice(0, fingerprint.length);
}

/** What follows the fingerprint in the tag of one of several platforms: `-linux-arm64`. */
export function platformSuffix(platform: Platform): string {
  return `-${platform.toString().replaceAll('/', '-')}`;
}

/**
 * Writes the context below the stack's directory when the app is synthesized, in place of its predecessors.
 * The build log beside it stays until there is another context: after a failed deploy it is what the user reads.
 */
export function stageAtSynth(scope: Construct, context: BuildContext, contextPath: string): void {
  addCustomSynthesis(scope, {
    onSynthesize: (session) => {
      const stack = session.manifest.forStack(TerraformStack.of(scope));
      const directory = path.join(session.manifest.outdir, stack.synthesizedStackPath, '..', contextPath);
      if (!fs.existsSync(directory)) {
        fs.rmSync(path.dirname(directory), { recursive: true, force: true });
      }
      context.write(directory);
    },
  });
}
