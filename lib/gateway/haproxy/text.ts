/**
 * A user's text as one word of HAProxy's configuration, in weak quotes.
 *
 * A line break ends a line even within quotes, so that it is refused here as well as in the validation of the props.
 *
 * Source: https://docs.haproxy.org/3.0/configuration.html#2.2
 */
export function quoted(text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text)) {
    throw new Error(`HAProxy's configuration cannot hold ${JSON.stringify(text)}`);
  }
  return `"${text.replace(/["\\$]/g, '\\$&')}"`;
}

/** A user's text where HAProxy expects a log format, in which `%` starts an expression. */
export function quotedFormat(text: string): string {
  return quoted(text.replace(/%/g, '%%'));
}

/** A section of the configuration. */
export function section(title: string, lines: readonly string[]): string[] {
  return [title, ...lines.map((line) => `  ${line}`), ''];
}

/** An answer of the gateway itself: a small JSON object, so that programs can read it as well. */
export function answer(directive: string, status: number, text: string, further = ''): string {
  const body = `${JSON.stringify({ status, error: text })}`;
  return `${directive} status ${status} content-type application/json string ${quoted(body).slice(0, -1)}\\n"${further === '' ? '' : ` ${further}`}`;
}
