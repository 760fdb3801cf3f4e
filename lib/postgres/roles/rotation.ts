import { createHash } from 'crypto';
import { Construct } from 'constructs';
import { InputProblem } from '../../input/input-error';
import { GeneratedSecret } from '../../terraform/generated-secret';

/** What is wrong with a rotation label. */
export function rotationProblem(label: string): InputProblem | undefined {
  return /^[\x20-\x7e]{1,64}$/.test(label) ? undefined : {
    what: 'not a rotation label',
    given: label,
    allowed: '1 to 64 printable ASCII characters',
    remedy: 'give a text that says when the password was last changed on purpose, for example "2026-11"',
  };
}

/**
 * A generated password that stays the same as long as the label does.
 *
 * Each label is a resource of its own, because `replace_triggered_by` does not fire when the resource that it names is new: the first label
 * of an existing database would change nothing.
 */
export function rotatedSecret(scope: Construct, label?: string): string {
  const suffix = label === undefined ? '' : `-${createHash('sha256').update(label).digest('hex').slice(0, 8)}`;
  return new GeneratedSecret(scope, `Password${suffix}`).value;
}
