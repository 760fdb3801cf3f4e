// Prints how many tests passed, failed and were skipped:
//
//   node .ci/count.js jest|go EXIT_CODE REPORT [SECOND_REPORT]
//
// REPORT is what `jest --json` or `go test -json` wrote. A command that failed without a failed test counts as one failure.
// Files of the second report take the place of the same files in the first; what only failed in the first is named on stderr.
'use strict';
const fs = require('fs');
const path = require('path');

const [, , kind, exitCode, ...reports] = process.argv;

function jest(texts) {
  const runs = texts.map((text) => JSON.parse(text).testResults);
  const files = new Map();
  for (const [run, results] of runs.entries()) {
    for (const file of results) {
      if (run > 0 && file.status !== 'failed') {
        for (const test of files.get(file.name).assertionResults.filter(({ status }) => status === 'failed')) {
          console.error(`unsteady: failed at the first try only: ${path.relative('', file.name)}: ${test.fullName}`);
        }
      }
      files.set(file.name, file);
    }
  }
  const counts = { passed: 0, failed: 0, pending: 0, todo: 0 };
  for (const { status, assertionResults } of files.values()) {
    for (const test of assertionResults) {
      counts[test.status] += 1;
    }
    // A file that cannot be run holds no test that could have failed.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
      counts.failed += 1;
    }
  }
  return [counts.passed, counts.failed, counts.pending + counts.todo];
}

function go([text]) {
  const counts = { pass: 0, fail: 0, skip: 0 };
  for (const line of text.split('\n').filter((each) => each.startsWith('{'))) {
    const { Action, Test } = JSON.parse(line);
    if (Test !== undefined && Action in counts) {
      counts[Action] += 1;
    }
  }
  return [counts.pass, counts.fail, counts.skip];
}

const texts = reports.map((report) => fs.existsSync(report) ? fs.readFileSync(report, 'utf8') : '').filter((text) => text !== '');
const [passed, failed, skipped] = texts.length === 0 ? [0, 0, 0] : { jest, go }[kind](texts);
console.log(passed, failed === 0 && exitCode !== '0' ? 1 : failed, skipped);
