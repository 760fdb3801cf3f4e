import * as path from 'node:path';
import { catalogue } from './messages/catalogue';
import { unproduced } from './messages/produced';
const R = path.join(__dirname, '..');
const m = catalogue(R);
unproduced(m, R).forEach((x) => console.log(x));
console.error(m.length);
