#!/usr/bin/env node
import { main } from './main';

void main(process.argv.slice(2)).then((exitCode) => {
  // Not `process.exit`, which would cut off what a pipe has not yet taken.
  process.exitCode = exitCode;
});
