/**
 * Prints the rooms of the library and their imports as a Mermaid diagram, from the top:
 *
 *   npx ts-node --transpile-only --project scripts/tsconfig.json scripts/rooms.ts
 */
import * as path from 'node:path';
import { readImports, roomImports } from './rooms/imports';

const imports = roomImports(readImports(path.join(__dirname, '..', 'lib')));
console.log(['graph TD', ...imports.map(({ from, to }) => `  ${from} --> ${to}`)].join('\n'));
