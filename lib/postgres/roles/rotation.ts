import { createHash } from 'crypto';
import { Construct } from 'constructs';
import { InputProblem } from '../../input/input-error';
import { GeneratedSecret } from '../../terraform/generated-secret';

export function rotationProblem(label: string): InputProblem | undefined {
  return /^[\x20-\x7e]{1,64}$/.test(label) ? undefined : {
    what: 'not a rotation label',
    given: label,
    allowed: '1 to 64 printable ASCII characters',
    remedy: 'give a text that says when the password was last changed on purpose, for example "2026-11"',
  };
}

/**
 * A generated password for each label. Each label has its own resource, because `replace_triggered_by` ignores a new resource: the first
 * label of an existing database would change nothing.
 */
export function rotatedSecret(scope: Construct, label?: string): string {
  const suffix = label === undefined ? '' : `-${createHash('sha256').update(label).digest('hex').slice(0, 8)}`;
  return new GeneratedSecret(scope, `Password${suffix}`).value;
}
