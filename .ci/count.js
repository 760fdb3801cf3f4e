// Prints how many tests passed, failed and were skipped:
//
//   node .ci/count.js jest|go EXIT_CODE REPORT
//
// REPORT is what `jest --json` or `go test -json` wrote. A command that failed without a failed test counts as one failure.
'use strict';
const fs = require('fs');

const [, , kind, exitCode, report] = process.argv;

function jest(text) {
  const result = JSON.parse(text);
  // A file that cannot be run holds no test that could have failed.
  return [result.numPassedTests, result.numFailedTests + result.numRuntimeErrorTestSuites, result.numPendingTests + result.numTodoTests];
}

function go(text) {
  const counts = { pass: 0, fail: 0, skip: 0 };
  for (const line of text.split('\n').filter((each) => each.startsWith('{'))) {
    const { Action, Test } = JSON.parse(line);
    if (Test !== undefined && Action in counts) {
      counts[Action] += 1;
    }
  }
  return [counts.pass, counts.fail, counts.skip];
}

const text = fs.existsSync(report) ? fs.readFileSync(report, 'utf8') : '';
const [passed, failed, skipped] = text === '' ? [0, 0, 0] : { jest, go }[kind](text);
console.log(passed, failed === 0 && exitCode !== '0' ? 1 : failed, skipped);
