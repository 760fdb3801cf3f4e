/**
 * Sends requests at a steady rate, as a program of its own in the network of the machine under test.
 *
 *   traffic.ts RATE PORT...
 *
 * Four of five requests ask for a page, which needs no database; the fifth writes a row. Each has a connection of its own. It writes a line of
 * JSON for each request that has ended.
 */
import * as http from 'http';
import { Ended } from './requests';

/** Milliseconds after which a client gives up. */
const PATIENCE = 5000;
const TICK = 5;
const ROW_EVERY = 5;

function ask(target: number, port: number, id: number): void {
  const isRow = id % ROW_EVERY === 0;
  const start = Date.now();
  const end = (outcome: string, body = '') => {
    clearTimeout(timer);
    const ended: Ended = { target, start, end: Date.now(), row: isRow ? id : undefined, outcome, body };
    process.stdout.write(`${JSON.stringify(ended)}\n`);
  };
  let isOver = false;
  const once = (outcome: string, body?: string) => {
    if (!isOver) {
      isOver = true;
      end(outcome, body);
    }
  };
  const request = http.request({
    host: '127.0.0.1', port, agent: false, method: isRow ? 'POST' : 'GET', path: isRow ? `/rows/${id}` : '/', headers: { host: 'shop.example' },
  }, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part) => parts.push(part));
    response.on('end', () => once(String(response.statusCode), Buffer.concat(parts).toString()));
    response.on('error', (error: NodeJS.ErrnoException) => once(error.code ?? error.message));
  });
  const timer = setTimeout(() => {
    once('no answer');
    request.destroy();
  }, PATIENCE);
  request.on('error', (error: NodeJS.ErrnoException) => once(error.code ?? error.message));
  request.end();
}

const [rate, ...ports] = process.argv.slice(2).map(Number);
const began = performance.now();
let sent = 0;
setInterval(() => {
  for (const due = Math.floor((performance.now() - began) / 1000 * rate); sent < due; sent++) {
    ports.forEach((port, target) => ask(target, port, sent + 1));
  }
}, TICK);
// The program that started this one has ended.
process.stdin.resume().on('end', () => process.exit());
