import { TerraformVariable } from 'cdktf';
import { ConnectionVariables, ContainerImage, ExternalDatabase, GoTask, PostgresDatabase, RoleAccess } from '../../lib';
import { container, goService, newStack, resourcesByPath } from '../stack';

const IMAGE = ContainerImage.fromRegistry('migrate/migrate:4');

function externalDatabase(stack: any, host = 'db.example.com', port?: number): ExternalDatabase {
  const password = new TerraformVariable(stack, 'password', { type: 'string', sensitive: true });
  return new ExternalDatabase({ host, port, databaseName: 'shop', username: 'ann', password: password.stringValue });
}

describe('parts of a connection', () => {
  test('are variables of libpq, and no URL', () => {
    const stack = newStack();
    goService(stack, { environment: { PORT: '1', GOMEMLIMIT: 'off' } }).connectTo(externalDatabase(stack), { parts: ConnectionVariables.libpq() });
    expect(container(stack, 'dev-service').env).toEqual([
      'GOMEMLIMIT=off', 'PGDATABASE=shop', 'PGHOST=db.example.com', 'PGPASSWORD=${sensitive(var.password)}', 'PGPORT=5432', 'PGSSLMODE=verify-full',
      'PGUSER=ann', 'PORT=1',
    ]);
  });

  test('have the names that the program reads, and the URL too if it has a name', () => {
    const stack = newStack();
    const service = goService(stack, { environment: { PORT: '1', GOMEMLIMIT: 'off' } });
    service.connectTo(externalDatabase(stack, '2001:db8::1', 6432), { variable: 'DB_URL', parts: ConnectionVariables.of({ host: 'DB_HOST', port: 'DB_PORT' }) });
    expect(container(stack, 'dev-service').env).toEqual([
      'DB_HOST=2001:db8::1', 'DB_PORT=6432', expect.stringMatching(/^DB_URL=\$\{sensitive\(.*\[2001:db8::1\]/), 'GOMEMLIMIT=off', 'PORT=1',
    ]);
  });

  test('of a role of a database of this library', () => {
    const stack = newStack();
    const role = new PostgresDatabase(stack, 'database').addRole('shop', { access: RoleAccess.readOnly() });
    goService(stack).connectTo(role, { parts: ConnectionVariables.of({ host: 'H', port: 'P', username: 'U', password: 'W', databaseName: 'N', sslMode: 'S' }) });
    expect(container(stack, 'dev-service').env).toEqual(expect.arrayContaining([
      'H=dev-database', 'P=5432', 'U=shop', 'N=app', 'S=disable', expect.stringMatching(/^W=\$\{sensitive\(/),
    ]));
    expect(container(stack, 'dev-service').env.join()).not.toContain('DATABASE_URL');
  });

  test.each<[string, () => unknown]>([
    ['no part', () => ConnectionVariables.of({})],
    ['a name with white space', () => ConnectionVariables.of({ host: 'DB HOST' })],
    ['one name for two parts', () => ConnectionVariables.of({ host: 'DB', port: 'DB' })],
  ])('%s is refused', (_, make) => {
    expect(make).toThrow(/no part of the connection has a variable|not the name of an environment variable for one part/);
  });

  test('that a binding of another library does not know are an error', () => {
    expect(() => goService(newStack()).connectTo({ bind: () => ({ variables: { DATABASE_URL: 'x' } }) }, { parts: ConnectionVariables.libpq() }))
      .toThrow('the database gives no value for one of the `parts` of its connection');
  });

  test('whose variable is set already are refused', () => {
    const stack = newStack();
    const service = goService(stack, { environment: { PGUSER: 'me' } });
    expect(() => service.connectTo(externalDatabase(stack), { parts: ConnectionVariables.libpq() })).toThrow('the variable that gets the connection is set already');
  });
});

describe('a placeholder in the arguments', () => {
  const migrate = (stack: any, words: string[]) => new GoTask(stack, 'migrate', { image: IMAGE, arguments: words });
  const commandOf = (stack: any) => resourcesByPath(stack).docker_container['migrate/Resource'].command;

  test('is replaced by the URL, which plans do not show', () => {
    const stack = newStack();
    migrate(stack, ['-path', '/m', '-database', '{db}', 'up']).connectTo(externalDatabase(stack), { placeholder: '{db}' });
    expect(commandOf(stack)).toEqual(['-path', '/m', '-database', expect.stringMatching(/^\$\{.*sensitive\(join\("", \["postgres:\/\/"/), 'up']);
    expect(resourcesByPath(stack).docker_container['migrate/Resource'].env.join()).not.toContain('DATABASE_URL');
  });

  test('may be a part of a word, whose other text stays data', () => {
    const stack = newStack();
    migrate(stack, ['--db=URL&x="${HOME}"']).connectTo(externalDatabase(stack), { placeholder: 'URL' });
    expect(commandOf(stack)).toEqual([expect.stringMatching(/^\$\{join\("", \["--db=", sensitive\(.*\), "&x=\\"\\u0024\{HOME\}\\""\]\)\}$/)]);
  });

  test.each([['that no argument holds', '{other}'], ['that is empty', '']])('%s is refused', (_, placeholder) => {
    const stack = newStack();
    expect(() => migrate(stack, ['up']).connectTo(externalDatabase(stack), { placeholder })).toThrow('no argument of the program holds the placeholder');
  });

  test('needs a database that gives its URL', () => {
    expect(() => migrate(newStack(), ['{db}']).connectTo({ bind: () => ({ variables: {} }) }, { placeholder: '{db}' })).toThrow('the database gives no URL');
  });
});

test('several variables have no place in one file', () => {
  const stack = newStack();
  const connect = () => goService(stack).connectTo(externalDatabase(stack), { file: '/run/secrets/database', parts: ConnectionVariables.libpq() });
  expect(connect).toThrow('dev/service: a connection with several variables for one file\n  given:   ["PGHOST",');
});
