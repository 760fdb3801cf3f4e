import { createHash } from 'crypto';
import { Fn } from 'cdktf';

/** A health check as the provider takes it: durations in Go's notation. */
export interface ContainerHealthCheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly startPeriod: string;
  readonly startInterval: string;
  readonly retries: number;
}

const TOKEN = /\$\{TfToken\[[^\]]+\]\}/g;

/**
 * A text that differs when the rendered check does, for a label of the container.
 *
 * The provider plans a changed check as an update in place and then does not apply it; a changed label makes Terraform
 * replace the container. References in the check are hashed by Terraform, which alone knows their values: the text of
 * a cdktf token depends on how many there are in the app.
 */
export function healthCheckFingerprint(rendered: ContainerHealthCheck): string {
  const references: string[] = [];
  const known = JSON.stringify(rendered).replace(TOKEN, (token) => {
    references.push(token);
    return '\0'; // in no check: NUL is rejected
  });
  const hash = createHash('sha256').update(known).digest('hex');
  return references.length === 0 ? hash : Fn.sha256(Fn.jsonencode([hash, ...references]));
}
