/**
 * Writes the reference of the compiled library to docs/reference.
 *
 *   npm run docgen
 */
import * as path from 'node:path';
import { writeReference } from './docs/reference';

void writeReference(path.join(__dirname, '..'));
