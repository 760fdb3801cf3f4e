import type { Command } from './command';
import { LOGS } from './logs';
import { PSQL } from './psql';
import { SHELL } from './shell';
import { STATUS } from './status';

/** All commands, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  status: STATUS,
  logs: LOGS,
  psql: PSQL,
  shell: SHELL,
};
