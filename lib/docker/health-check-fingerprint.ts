import { createHash } from 'crypto';
import { Fn } from 'cdktf';

/** The provider's form of a health check: durations in Go's notation. */
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
 * The hash of a health check, for a label: a changed label makes Terraform replace the container.
 *
 * Terraform hashes the references in the check. The text of a cdktf token is unstable: it depends on the number of tokens in the app.
 */
export function healthCheckFingerprint(rendered: ContainerHealthCheck): string {
  const references: string[] = [];
  const known = JSON.stringify(rendered).replace(TOKEN, (token) => {
    references.push(token);
    return '\0'; // in no check: NUL is refused
  });
  const hash = createHash('sha256').update(known).digest('hex');
  return references.length === 0 ? hash : Fn.sha256(Fn.jsonencode([hash, ...references]));
}
