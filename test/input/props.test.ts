import * as fs from 'fs';
import * as path from 'path';
import { Fn, TerraformStack, TerraformVariable, Testing, Token } from 'cdktf';
import {
  BackupFile, BackupSchedule, BackupStorage, ContainerImage, Duration, ExternalDatabase, Gateway, GoScratchImage, GoService, GoServiceWithPostgres,
  HealthCheck, PostgresDatabase, PublishedPort, Size,
} from '../../lib';
import { InputError } from '../../lib/input/input-error';
import { rangeProblem } from '../../lib/input/range';
import { structNamed } from '../../lib/input/table';
import { userLine } from '../../lib/input/user-line';
import { callMessageOf, messageOf } from '../message';

// What JavaScript users can pass; hence `any`.
type Given = any;

const image = () => ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe' });

function newStack(): TerraformStack {
  return new TerraformStack(Testing.app(), 'dev');
}

function service(given: Given): GoService {
  return new GoService(newStack(), 'shop', { image: image(), ...given });
}

function database(use: (database: Given, stack: TerraformStack) => unknown): unknown {
  const stack = newStack();
  return use(new PostgresDatabase(stack, 'db'), stack);
}

describe('mistakes that only a type checker would find', () => {
  const schedule = BackupSchedule.dailyAt('03:30');
  const to = BackupStorage.volume();

  test.each<[string, () => unknown, string]>([
    ['enviroment', () => service({ enviroment: { A: 'b' } }), 'dev/shop: unknown prop `enviroment`'],
    ['mainPackag', () => new GoScratchImage(newStack(), 'image', { source: '.', mainPackag: './a' } as Given), 'dev/image: unknown prop `mainPackag`'],
    ['startPeriods', () => service({ healthCheck: HealthCheck.http('/', { startPeriods: 5 } as Given) }),
      'HealthCheck.http("/", { startPeriods: … }): unknown argument `options.startPeriods`'],
    ['verison', () => new GoServiceWithPostgres(newStack(), 'shop', { source: '.', database: { verison: '17' } } as Given), 'dev/shop: unknown prop `database.verison`'],
    ['keeep', () => database((db) => db.backup({ schedule, to, keeep: 7 })), 'dev/db: unknown argument `props.keeep` of backup()'],
    ['acces', () => database((db) => db.addRole('shop', { acces: 'owner' })), 'dev/db: unknown argument `props.acces` of addRole()'],
    ['hots', () => new Gateway(newStack(), 'gateway', { publish: PublishedPort.onLoopback(80) }).route({ hots: 'a' } as Given),
      'dev/gateway: unknown argument `props.hots` of route()'],
    ['an image for a build', () => new GoServiceWithPostgres(newStack(), 'shop', { source: '.', image: image() } as Given), 'dev/shop: unknown prop `image`'],
    ['an access as text', () => database((db) => db.addRole('shop', { access: 'owner' })), 'dev/db: the argument `props.access` of addRole() is not a RoleAccess'],
    ['a schedule as text', () => database((db) => db.backup({ schedule: '30 3 * * *', keep: 7, to })),
      'dev/db: the argument `props.schedule` of backup() is not a BackupSchedule'],
    ['a pool as a number', () => database((db, stack) => new GoService(stack, 'shop', { image: image() }).connectTo(db, { pool: 20 } as Given)),
      'dev/shop: the argument `options.pool` of connectTo() is not a ConnectionPool'],
    ['a file as text', () => database((db) => db.restoreFrom('x')), 'dev/db: the argument `file` of restoreFrom() is not a BackupFile'],
    ['a port as a number', () => database((db) => db.publish(5432)), 'dev/db: the argument `port` of publish() is not a PublishedPort'],
    ['no props', () => database((db) => db.backup()), 'dev/db: the argument `props` of backup() is missing'],
    ['no props of a construct', () => new (GoService as Given)(newStack(), 'shop'), 'dev/shop: the props are missing'],
    ['null as the props', () => new GoService(newStack(), 'shop', null as Given), 'dev/shop: the props are missing'],
    ['a list as the props', () => new GoService(newStack(), 'shop', [image()] as Given), 'dev/shop: the props are not an object'],
    ['null as a prop', () => service({ port: null }), 'dev/shop: the prop `port` is not a number'],
    ['undefined in a map', () => service({ environment: { A: undefined } }), 'dev/shop: the prop `environment.A` is undefined'],
    ['a Map', () => service({ environment: new Map([['A', 'b']]) }), 'dev/shop: the prop `environment` is not an object with strings as its values'],
    ['a connection URL as the props', () => new ExternalDatabase('postgres://shop:hunter2@db' as Given),
      'new ExternalDatabase(…): the argument `props` is not an ExternalDatabaseProps'],
  ])('%s', (_, action, what) => {
    let error: InputError | undefined;
    try {
      action();
    } catch (thrown) {
      error = thrown as InputError;
    }
    expect(error).toBeInstanceOf(InputError);
    expect(error!.message.split('\n')[0]).toBe(what);
    expect(error!.problem.remedy).not.toBe('');
    expect(error!.problem.allowed).toBeDefined();
    expect(error!.message).not.toContain('hunter2');
  });

  test('the whole text of an unknown name', () => {
    expect(messageOf(() => database((db) => db.addRole('shop', { acces: 'owner' })))).toBe([
      'dev/db: unknown argument `props.acces` of addRole()',
      '  allowed: access, connectionLimit, password, rotation',
      '  to do:   did you mean `props.access`? Otherwise remove it',
    ].join('\n'));
  });

  test('a name that is like no other', () => {
    expect(messageOf(() => service({ xyz: 1 }))).toContain('to do:   remove it, or correct its name');
  });

  test('an unknown prop that is undefined is as good as none', () => {
    expect(() => service({ xyz: undefined })).not.toThrow();
  });
});

describe('secrets are not shown', () => {
  test.each<[string, () => unknown]>([
    ['of a map', () => service({ secretEnvironment: { PASSWORD: 4711 } })],
    ['of a map that is none', () => service({ secretEnvironment: '4711' })],
    ['of a prop', () => new ExternalDatabase({ host: 'db', databaseName: 'shop', username: 'shop', password: 4711 } as Given)],
    ['beside a wrong prop', () => new ExternalDatabase({ host: 'a b', databaseName: 'shop', username: 'shop', password: '4711' })],
    ['in an object of a class', () => service({ image: new ExternalDatabase({ host: 'db', databaseName: 'shop', username: 'shop', password: '4711' }) })],
    ['under a name that is unknown', () => service({ secretEnvironmnt: { PASSWORD: '4711' } })],
  ])('%s', (_, action) => {
    const text = messageOf(action);
    expect(text).toMatch(/\n {2}to do: {3}\S/);
    expect(text).not.toContain('4711');
  });
});

describe('values that only Terraform knows', () => {
  const token = () => new TerraformVariable(newStack(), 'variable', {});

  test.each<[string, (variable: TerraformVariable) => unknown]>([
    ['the value of a variable', (variable) => service({ environment: { A: variable.stringValue } })],
    ['a host and a port', (variable) => new ExternalDatabase({
      host: variable.stringValue, port: Token.asNumber(variable.numberValue), databaseName: variable.stringValue, username: 'shop', password: 'x',
    })],
    ['the name of an image', (variable) => ContainerImage.fromRegistry(variable.stringValue)],
    ['the arguments of a program', (variable) => service({ arguments: Token.asList(variable.listValue) })],
    ['an entry of the arguments', (variable) => service({ arguments: ['-x', Fn.upper(variable.stringValue)] })],
  ])('are accepted as %s', (_, action) => {
    expect(() => action(token())).not.toThrow();
  });

  test.each<[string, (variable: TerraformVariable) => unknown, string]>([
    ['a port', (variable) => service({ port: variable.numberValue }), 'dev/shop: the prop `port`'],
    ['a size', (variable) => Size.mebibytes(variable.numberValue), 'Size.mebibytes(<token>): the argument `amount`'],
    ['a path of sources', (variable) => new GoScratchImage(newStack(), 'image', { source: variable.stringValue }), 'dev/image: the prop `source`'],
    ['ports', (variable) => new GoScratchImage(newStack(), 'image', { source: '.', ports: Token.asNumberList(variable.value) }), 'dev/image: the prop `ports`'],
    ['a boolean', (variable) => new GoScratchImage(newStack(), 'image', { source: '.', timezones: variable.booleanValue as Given }), 'dev/image: the prop `timezones`'],
    ['all variables', (variable) => service({ environment: Token.asStringMap(variable.value) }), 'dev/shop: the prop `environment`'],
    ['a list of networks', (variable) => service({ networks: variable.listValue as Given }), 'dev/shop: the prop `networks`'],
    ['init scripts', (variable) => new PostgresDatabase(newStack(), 'db', { initScripts: [variable.stringValue] }), 'dev/db: the prop `initScripts[0]`'],
  ])('are refused as %s', (_, action, subject) => {
    expect(messageOf(() => action(token()))).toContain([
      `${subject} is a value that only Terraform knows, but it is needed at synth`,
      '  allowed: ',
    ].join('\n'));
  });
});

describe('objects of classes', () => {
  test('of another copy of the library are accepted', () => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const other = require('../../lib') as typeof import('../../lib');
      expect(other.Size).not.toBe(Size);
      expect(() => service({ memory: other.Size.mebibytes(64), publish: other.PublishedPort.onLoopback(8080) })).not.toThrow();
    });
  });

  test('of a subclass are accepted', () => {
    class TeamImage extends ContainerImage {
      public bind() {
        return { reference: 'acme/shop:1', hasShell: false, probePath: '/probe' };
      }
    }
    expect(() => service({ image: new TeamImage() })).not.toThrow();
  });

  test('that a minifier has renamed are known by the name that jsii gave them', () => {
    class a {
      public readonly _level = 'owner';
    }
    Object.defineProperty(a, Symbol.for('jsii.rtti'), { value: { fqn: 'cdktf-go-docker.RoleAccess' } });
    expect(() => database((db) => db.addRole('shop', { access: new a() }))).not.toThrow();
  });

  test('may bring props as getters', () => {
    class Props {
      public get image() {
        return image();
      }

      public get port() {
        return 0;
      }
    }
    expect(messageOf(() => new GoService(newStack(), 'shop', new Props()))).toContain('dev/shop: the prop `port` is too small');
  });

  test('are told from objects that look alike', () => {
    expect(messageOf(() => service({ memory: { toBytes: () => 1, toMebibytes: () => 1 } }))).toContain('the prop `memory` is not a Size');
  });
});

describe('ranges', () => {
  const amount = (range: string, value: number) => rangeProblem('x', range, value)?.what ?? 'ok';

  test.each<[string, number, string]>([
    ['1..50', 1, 'ok'], ['1..50', 50, 'ok'], ['1..50', 0, 'x is too small'], ['1..50', 51, 'x is too large'], ['1..50', 1.5, 'x is not a whole number'],
    ['1..50', NaN, 'x is not a finite number'], ['1..50', Infinity, 'x is not a finite number'], ['0..65535', 0, 'ok'],
  ])('%s and %p', (range, value, what) => {
    expect(amount(range, value)).toBe(what);
  });

  test.each<[string, number, string]>([
    ['6MiB..64TiB/1MiB', 6 * 1024 ** 2, 'ok'], ['6MiB..64TiB/1MiB', 64 * 1024 ** 4, 'ok'],
    ['6MiB..64TiB/1MiB', 6 * 1024 ** 2 - 1, 'x is too small'], ['6MiB..64TiB/1MiB', 64 * 1024 ** 4 + 1, 'x is too large'],
    ['6MiB..64TiB/1MiB', 6 * 1024 ** 2 + 1, 'x is not a whole multiple of 1 MiB'], ['1B..1KiB', 1, 'ok'], ['1B..1KiB', 1025, 'x is too large'],
    ['1KiB..1GiB/1KiB', 1024 ** 3, 'ok'],
  ])('%s and %p bytes', (range, bytes, what) => {
    expect(rangeProblem('x', range, Size.bytes(bytes))?.what ?? 'ok').toBe(what);
  });

  test.each<[string, number, string]>([
    ['1s..24h/1s', 1000, 'ok'], ['1s..24h/1s', 86_400_000, 'ok'], ['1s..24h/1s', 999, 'x is too small'], ['1s..24h/1s', 86_400_001, 'x is too large'],
    ['1s..24h/1s', 1500, 'x is not a whole multiple of 1 s'], ['1ms..10m', 1, 'ok'], ['1ms..10m', 600_000, 'ok'], ['1ms..10m', 600_001, 'x is too large'],
    ['1ms..10m', 0, 'x is too small'],
  ])('%s and %p milliseconds', (range, milliseconds, what) => {
    expect(rangeProblem('x', range, Duration.milliseconds(milliseconds))?.what ?? 'ok').toBe(what);
  });

  test('the whole text', () => {
    expect(rangeProblem('the prop `memory`', '6MiB..64TiB/1MiB', Size.mebibytes(5))).toEqual({
      what: 'the prop `memory` is too small',
      given: Size.mebibytes(5),
      allowed: '6 MiB to 64 TiB, in whole multiples of 1 MiB',
      remedy: 'give a value within these limits',
    });
  });
});

describe('each range of the table', () => {
  const { structs, calls } = JSON.parse(fs.readFileSync(path.join(__dirname, '../../lib/input/props.json'), 'utf8'));
  const ranges = Object.entries<Given>({ ...structs, ...calls }).flatMap(([name, { fields }]) => Object.entries<Given>(fields)
    .flatMap(([field, { type, range }]) => range === undefined ? [] : [[`${name}.${field}`, type, range]]));

  test.each(ranges)('%s, a %s: %s', (_, type, range) => {
    const unit = { 'number': '', 'number[]': '', 'Size': '(B|[KMGT]iB)', 'Duration': '(ms|[smh])' }[type.replace('?', '') as string];
    expect(unit).toBeDefined();
    expect(range).toMatch(new RegExp(`^\\d+${unit}\\.\\.\\d+${unit}(/\\d+${unit})?$`));
  });

  test('there are some', () => {
    expect(ranges.length).toBeGreaterThan(50);
  });
});

describe('an error of a factory', () => {
  test('names the call, the line of the program, and what to do', () => {
    expect(callMessageOf(() => PublishedPort.onLoopback(99999))).toBe([
      'PublishedPort.onLoopback(99999): the argument `hostPort` is too large',
      '  given:   99999',
      '  allowed: a whole number from 1 to 65535',
      '  to do:   give a value within these limits',
      '  at:      <line>',
    ].join('\n'));
  });

  test('names the factory that was called, and not one that this calls', () => {
    expect(messageOf(() => BackupFile.inVolume('a b', 'app.dump'))).toContain('BackupFile.inVolume("a b", "app.dump"): not the name of a volume');
  });

  test('shortens long texts', () => {
    expect(messageOf(() => HealthCheck.http(`x${'y'.repeat(100)}`)).split('\n')[0]).toMatch(/^HealthCheck\.http\("xy{58}…\): /);
  });

  test('shows nothing but its text when nobody catches it', () => {
    const error = (() => {
      try {
        return PublishedPort.onLoopback(0);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(Object.keys(error as object)).toEqual([]);
  });
});

describe('the line of the program', () => {
  const LIBRARY = path.join(__dirname, '../../lib/values/size.ts');
  const line = (...frames: string[]) => userLine(['Error', `    at Size.of (${LIBRARY}:1:2)`, ...frames].join('\n'));

  test.each([
    ['a function', `    at build (${process.cwd()}/main.ts:12:34)`, 'main.ts:12'],
    ['a module', `    at ${process.cwd()}/stacks/main.ts:12:34`, 'stacks/main.ts:12'],
    ['an ES module', `    at file://${process.cwd()}/main.mjs:12:34`, 'main.mjs:12'],
    ['a directory with a space', `    at async build (${process.cwd()}/my stacks/main.ts:12:34)`, 'my stacks/main.ts:12'],
    ['another directory', '    at new Stack (/elsewhere/main.ts:12:34)', '/elsewhere/main.ts:12'],
    ['Windows', '    at build (C:\\\\app\\\\main.ts:12:34)', expect.stringMatching(/main\.ts:12$/)],
  ])('in %s', (_, frame, expected) => {
    expect(line(frame, '    at node:internal/main:1:2')).toEqual(expected);
  });

  test('is the first one outside of the library and of Node.js', () => {
    expect(line('    at Array.map (<anonymous>)', '    at Module._compile (node:internal/modules/cjs/loader:1:2)', `    at ${process.cwd()}/main.ts:1:2`)).toBe('main.ts:1');
  });

  test('is not there when there is none', () => {
    expect(line('    at node:internal/main:1:2')).toBeUndefined();
  });

  test('is not there for a program in another language', () => {
    process.env.JSII_AGENT = 'Python/3.13';
    try {
      expect(line(`    at build (${process.cwd()}/main.ts:12:34)`)).toBeUndefined();
    } finally {
      delete process.env.JSII_AGENT;
    }
  });
});

test('a struct that the table of props lacks is named, with what to run', () => {
  expect(() => structNamed('NothingProps')).toThrow('lib/input/props.json does not know NothingProps: run npm run compile and npm run props');
});
