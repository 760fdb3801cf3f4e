// Prints the test files with failures of what `jest --json` wrote, one in a line:
//
//   node .ci/failed-files.js REPORT AT_MOST
//
// Fails when there are none, or more than AT_MOST.
'use strict';
const fs = require('fs');

const [, , report, atMost] = process.argv;
const files = fs.existsSync(report)
  ? JSON.parse(fs.readFileSync(report, 'utf8')).testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
  : [];
console.log(files.join('\n'));
process.exitCode = files.length >= 1 && files.length <= Number(atMost) ? 0 : 1;
