import type { Command } from './command';
import { EXPLAIN } from './explain';
import { INIT } from './init';
import { LOGS } from './logs';
import { PSQL } from './psql';
import { SHELL } from './shell';
import { STATUS } from './status';

/** All commands, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  init: INIT,
  explain: EXPLAIN,
  status: STATUS,
  logs: LOGS,
  psql: PSQL,
  shell: SHELL,
};
