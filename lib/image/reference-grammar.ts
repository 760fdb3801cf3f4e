/*
 * Docker's grammar of image references.
 *
 * Labels and separators are unambiguous, so that matching takes linear time.
 * See https://pkg.go.dev/github.com/distribution/reference
 */

const LABEL = '[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*';
const HOST_AND_PORT = `(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const TAG_TEXT = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';

/** Docker's limit for a repository's path, in characters. */
export const LONGEST_PATH = 255;
/** In characters. */
export const LONGEST_TAG = 128;
/** Algorithm and number of hexadecimal digits. The grammar allows other algorithms, but Docker has only these. */
const DIGEST_LENGTHS = [['sha256', 64], ['sha384', 96], ['sha512', 128]];

const DIGEST = DIGEST_LENGTHS.map(([algorithm, length]) => `${algorithm}:[a-f0-9]{${length}}`).join('|');

export const IMAGE_ID = /^[a-f0-9]{64}$/;
export const TAG = new RegExp(`^${TAG_TEXT}$`);
export const REFERENCE = new RegExp(
  `^(?:(?<domain>${HOST_AND_PORT})/)?(?<path>${COMPONENT}(?:/${COMPONENT})*)(?::(?<tag>${TAG_TEXT}))?(?:@(?<digest>${DIGEST}))?$`,
);
