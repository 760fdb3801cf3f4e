/**
 * How results are ordered, for the site and for its check. Pages that explain come before those of the reference, which name each word often.
 * VitePress hands the function to the browser as text, so it must not use anything from outside.
 */
export const searchOptions = {
  fuzzy: 0.2,
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
  boostDocument: (id) => id.includes('/reference/') ? 0.4 : 1,
};
