/** The directory of the reference, relative to the repository. Apart from what writes it, so that the site need not load jsii. */
export const REFERENCE = 'docs/reference';
