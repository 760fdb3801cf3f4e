import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';

/**
 * @typedef {object} Ended
 * @property {number} code the exit code; negative when the program cannot be started; 255, which ssh has for a broken connection, when a signal ended it
 * @property {string} output
 * @property {string} error what it wrote to its error output, or why it could not be used
 */

/**
 * Runs a program without a shell, to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ readonly environment?: Readonly<Record<string, string>>, readonly input?: import('node:stream').Readable }} [options]
 * @returns {Promise<Ended>}
 */
export async function run(program, args, { environment = {}, input } = {}) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  let output = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { error += text; });
  child.on('error', (problem) => { error += problem.message; });
  // It comes after an error, too, for example when there is no such program.
  const closed = new Promise((resolve) => child.once('close', resolve));
  let broken;
  try {
    await (input === undefined ? child.stdin.end() : pipeline(input, child.stdin));
  } catch (problem) {
    broken = problem;
  }
  const code = await closed;
  return {
    code: code ?? 255,
    output: output.trim(),
    error: error.trim() || (broken === undefined ? '' : `the connection broke (${broken.code ?? broken.message})`),
  };
}

/** The last line of a text, which says best what went wrong. */
export function lastLine(text) {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').at(-1) ?? '';
}
