import type { Command } from './command';
import { nameOf, runningContainer } from './containers';
import { Engine } from './engine';
import { UsageError } from './plain-error';
import { Program } from './program';

/** Superuser and database are those of the container. The socket asks for no password. */
const SCRIPT = 'exec psql --username="$POSTGRES_USER" --dbname="${POSTGRES_DB:-$POSTGRES_USER}" "$@"';

export const PSQL: Command = {
  summary: 'opens psql in the container of a database, as its superuser',
  usage: '[DATABASE] [-- ARGUMENT …]',
  help: [
    'DATABASE        its container name or construct path; may be left out where the stack has one',
    'ARGUMENT        arguments of psql, for example: -- -c \'SELECT 1\', or -- --dbname=other',
    '',
    'It runs in the container, over the server\'s socket: no password, no published port. It reads a script from a pipe.',
  ],
  options: {},
  positionals: { required: [], optional: ['DATABASE'] },
  takesRest: true,
  async run({ positionals: [wanted], rest, options }) {
    if (options.json) {
      throw new UsageError('psql writes no JSON itself', 'let PostgreSQL write it: -- -At -c "SELECT json_agg(t) FROM t"');
    }
    const program = Program.read(options);
    const databases = program.services.filter(({ kind }) => kind === 'database');
    if (wanted === undefined && databases.length !== 1) {
      throw new UsageError(databases.length === 0 ? `the stack ${program.stack} has no database` : `the stack has several databases: ${databases.map(({ name }) => name).join(', ')}`,
        databases.length === 0 ? undefined : `name one: npx cdktf-go-docker psql ${databases[0].name}`);
    }
    const service = wanted === undefined ? databases[0] : program.find(wanted, databases);
    const engine = Engine.of(program, service.provider, options.host as string | undefined);
    try {
      const container = nameOf(await runningContainer(engine, service));
      const terminal = process.stdin.isTTY && process.stdout.isTTY;
      return await engine.attach(['exec', '--interactive', ...terminal ? ['--tty'] : [], container, 'sh', '-c', SCRIPT, 'psql', ...rest], terminal);
    } finally {
      engine.close();
    }
  },
};
