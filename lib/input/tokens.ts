/** cdktf encodes a number that Terraform will know as a double near -1.9e289, and a list of numbers as one with a single entry. */
const LARGEST_NUMBER_TOKEN = -1e280;

/**
 * Whether a value stands for one that only Terraform knows. A text with a token in it is one.
 *
 * cdktf's own function is not used, because code that knows no constructs checks its input too. The forms are those of
 * `lib/tokens/private/encoding.ts` in cdktf.
 */
export function isToken(value: unknown): boolean {
  switch (typeof value) {
    case 'string': return value.includes('${TfToken[');
    case 'number': return value < LARGEST_NUMBER_TOKEN;
    case 'object': return value !== null && (Array.isArray(value) ? isListToken(value) : isObjectToken(value));
    default: return false;
  }
}

function isListToken([entry, ...others]: readonly unknown[]): boolean {
  return others.length === 0 && (typeof entry === 'number' ? isToken(entry) : typeof entry === 'string' && entry.includes('#{TfToken['));
}

function isObjectToken(value: object): boolean {
  return typeof (value as { resolve?: unknown }).resolve === 'function' || Object.keys(value).some((key) => key.startsWith('&{TfToken['));
}
