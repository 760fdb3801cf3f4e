import type { Exception } from './comparison';

/** The differences to an earlier revision that are meant. Take an entry out when no difference is left that it allows. */
export const EXCEPTIONS: readonly Exception[] = [];
