import type { Command } from './command';
import { EXPLAIN } from './explain';
import { GRAPH } from './graph';
import { INIT } from './init';
import { LOGS } from './logs';
import { PSQL } from './psql';
import { SHELL } from './shell';
import { STATUS } from './status';
import { TREE } from './tree';

/** All commands, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  init: INIT,
  tree: TREE,
  graph: GRAPH,
  explain: EXPLAIN,
  status: STATUS,
  logs: LOGS,
  psql: PSQL,
  shell: SHELL,
};
