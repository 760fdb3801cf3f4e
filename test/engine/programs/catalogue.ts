import { goHttpbin } from './catalogue/go-httpbin';
import { RealProgram } from './real-program';

/** The programs, in the order of the table. */
export const CATALOGUE: readonly RealProgram[] = [goHttpbin];
