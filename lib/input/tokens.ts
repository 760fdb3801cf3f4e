/** cdktf encodes a number token as a double near -1.9e289. */
const LARGEST_NUMBER_TOKEN = -1e280;

/**
 * Whether a value is a token, or a text that contains one. Code that may not import cdktf also calls it.
 * Source of the encodings: `lib/tokens/private/encoding.ts` in cdktf.
 */
export function isToken(value: unknown): boolean {
  switch (typeof value) {
    case 'string': return value.includes('${TfToken[');
    case 'number': return value < LARGEST_NUMBER_TOKEN;
    case 'object': return value !== null && (Array.isArray(value) ? isListToken(value) : isObjectToken(value));
    default: return false;
  }
}

/** The remedy of every error that refuses a token. */
export const TOKEN_REMEDY = 'give the value itself; an attribute of a resource or a Terraform variable has no value before the apply';

/** Whether a value is a token, or a list with one. */
export function holdsToken(value: unknown): boolean {
  return isToken(value) || Array.isArray(value) && value.some(isToken);
}

function isListToken([entry, ...others]: readonly unknown[]): boolean {
  return others.length === 0 && (typeof entry === 'number' ? isToken(entry) : typeof entry === 'string' && entry.includes('#{TfToken['));
}

function isObjectToken(value: object): boolean {
  return typeof (value as { resolve?: unknown }).resolve === 'function' || Object.keys(value).some((key) => key.startsWith('&{TfToken['));
}
