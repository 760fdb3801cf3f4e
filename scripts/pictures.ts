/**
 * Draws the pictures of the documentation into docs/images.
 *
 *   npx ts-node --project scripts/tsconfig.json scripts/pictures.ts
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { FAILED_ROLLOUT, ROLLOUT } from './pictures/rollouts';
import { draw } from './pictures/timeline';
import { readmeTopology } from './pictures/topology';

const IMAGES = path.join(__dirname, '..', 'docs', 'images');

fs.writeFileSync(path.join(IMAGES, 'rollout.svg'), draw(ROLLOUT));
fs.writeFileSync(path.join(IMAGES, 'rollout-failed.svg'), draw(FAILED_ROLLOUT));
fs.writeFileSync(path.join(IMAGES, 'topology.svg'), readmeTopology());
