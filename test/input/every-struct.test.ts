import * as fs from 'fs';
import * as path from 'path';
import { TerraformStack, Testing } from 'cdktf';
import {
  BackupFile, BackupSchedule, BackupStorage, ContainerImage, ContainerLogging, ContainerMount, ContainerNetwork, Defaults, BaseImage,
  ExternalDatabase, Gateway, GatewayCertificates, GoDistrolessImage, GoScratchImage, GoService, GoServiceWithPostgres, GoTask, HealthCheck,
  ImageRegistry, Liveness, PostgresDatabase, PostgresTls, PostgresTuning, PublishedPort, Rollout, VersionStamp,
} from '../../lib';
import { InputError } from '../../lib/input/input-error';

// What JavaScript users can pass; hence `any`.
type Given = any;

interface Struct {
  readonly extends?: string[];
  readonly fields: Record<string, { readonly type: string; readonly sensitive?: boolean }>;
}

const LIBRARY = path.join(__dirname, '../../lib');
const TABLE: { structs: Record<string, Struct>; calls: Record<string, Struct> } =
  JSON.parse(fs.readFileSync(path.join(LIBRARY, 'input/props.json'), 'utf8'));

const SOURCE = { source: 'services/shop' };
const PUBLISH = PublishedPort.onLoopback(8080);
const image = () => ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe' });
const service = (stack: TerraformStack, given: Given = {}) => new GoService(stack, 'service', { image: image(), ...given });
const database = (stack: TerraformStack, given: Given = {}) => new PostgresDatabase(stack, 'database', given);
const gateway = (stack: TerraformStack, given: Given = {}) => new Gateway(stack, 'gateway', { publish: PUBLISH, ...given });
const task = (stack: TerraformStack, given: Given = {}) => new GoTask(stack, 'task', { image: image(), ...given });

/** The smallest program that gives a struct to the library. Each public struct must be here. */
const PROGRAMS: Record<string, (given: Given, stack: TerraformStack) => unknown> = {
  Binding: (given, stack) => service(stack).connectTo({ bind: () => ({ variables: { DATABASE_URL: 'postgres://' }, ...given }) }),
  BlueGreenOptions: (given) => Rollout.blueGreen(given),
  ContainerImageBinding: (given, stack) => service(stack, { image: { bind: () => ({ reference: 'acme/shop:1', hasShell: true, ...given }) } }),
  ContainerOptions: (given, stack) => Defaults.apply(stack, { tasks: given }),
  ContainerNetworkProps: (given, stack) => new ContainerNetwork(stack, 'network', given),
  ConnectionOptions: (given, stack) => service(stack).connectTo(database(stack), given),
  DefaultsProps: (given, stack) => Defaults.apply(stack, given),
  ExternalDatabaseProps: (given) => new ExternalDatabase({ host: 'db', databaseName: 'shop', username: 'shop', password: 'secret', ...given }),
  GatewayBackend: (given, stack) => gateway(stack).route().leadTo({ bindToGateway: () => ({ name: 'shop', hostName: 'shop', port: 80, ...given }) }),
  GatewayAdditionalConfiguration: (given, stack) => gateway(stack, { additionalConfiguration: given }),
  GatewayOptions: (given, stack) => Defaults.apply(stack, { gateways: given }),
  GatewayProps: (given, stack) => gateway(stack, given),
  GatewayRedirect: (given, stack) => gateway(stack, { redirects: [{ location: '/new', ...given }] }),
  GatewayRouteProps: (given, stack) => gateway(stack).route(given),
  GatewayServer: (given, stack) => gateway(stack).route().leadTo({
    bindToGateway: () => ({ name: 'shop', hostName: 'shop', port: 80, servers: [{ name: 'shop', hostName: 'shop', ...given }] }),
  }),
  GatewayTls: (given, stack) => gateway(stack, {
    tls: { publish: PublishedPort.onLoopback(443), certificates: GatewayCertificates.fromVolume('certificates'), ...given },
  }),
  GoDistrolessImageOptions: (given, stack) => new GoDistrolessImage(stack, 'image', { ...SOURCE, ...given }),
  GoDistrolessImageProps: (given, stack) => new GoDistrolessImage(stack, 'image', { ...SOURCE, ...given }),
  GoImageOptions: (given, stack) => new GoScratchImage(stack, 'image', { ...SOURCE, ...given }),
  GoImageProps: (given, stack) => new GoScratchImage(stack, 'image', { ...SOURCE, ...given }),
  GoScratchImageOptions: (given, stack) => new GoServiceWithPostgres(stack, 'shop', { ...SOURCE, imageOptions: given }),
  GoScratchImageProps: (given, stack) => new GoScratchImage(stack, 'image', { ...SOURCE, ...given }),
  GoServiceWithPostgresProps: (given, stack) => new GoServiceWithPostgres(stack, 'shop', { ...SOURCE, ...given }),
  GoTaskProps: (given, stack) => task(stack, given),
  HealthCheckOptions: (given) => HealthCheck.command(['/app', 'check'], given),
  DirectoryOptions: (given) => [BackupStorage.directory('/srv', given), BackupFile.inDirectory('/srv', 'app.dump', given)],
  GrpcHealthCheckOptions: (given) => HealthCheck.grpc('acme.shop.v1.Shop', given),
  HealthCheckTlsOptions: (given) => HealthCheck.grpc('acme.shop.v1.Shop', { tls: given }),
  HttpsHealthCheckOptions: (given) => HealthCheck.https('/healthz', given),
  HttpHealthCheckOptions: (given) => HealthCheck.http('/healthz', given),
  ImageDefaults: (given, stack) => Defaults.apply(stack, { images: given }),
  ImageRegistryOptions: (given) => ImageRegistry.of('localhost:5000', given),
  ImageSourceOptions: (given, stack) => Defaults.apply(stack, { images: given }),
  LogRotation: (given) => ContainerLogging.jsonFile(given),
  DatabaseRoleOptions: (given, stack) => new GoServiceWithPostgres(stack, 'shop', { ...SOURCE, databaseRole: { name: 'shop', ...given } }),
  MigrationOptions: (given, stack) => new GoServiceWithPostgres(stack, 'shop', { ...SOURCE, migration: { mainPackage: './migrate', ...given } }),
  MountOptions: (given) => ContainerMount.volume('data', '/data', given),
  PostgresBackupProps: (given, stack) => database(stack).backup({
    schedule: BackupSchedule.dailyAt('03:30'), keep: 7, to: BackupStorage.volume(), ...given,
  }),
  PostgresDatabaseOptions: (given, stack) => new GoServiceWithPostgres(stack, 'shop', { ...SOURCE, database: given }),
  PostgresDatabaseProps: (given, stack) => database(stack, given),
  PostgresMetricsProps: (given, stack) => database(stack).metrics(given),
  PostgresRoleProps: (given, stack) => database(stack).addRole('shop', given),
  PostgresTlsProps: (given) => PostgresTls.withCertificate({ certificate: '-----BEGIN CERTIFICATE-----', privateKey: '-----BEGIN PRIVATE KEY-----', ...given }),
  PostgresTuningOptions: (given) => PostgresTuning.byMemory(given),
  PrivateModules: (given, stack) => new GoScratchImage(stack, 'image', { ...SOURCE, privateModules: given }),
  ProgramOptions: (given, stack) => Defaults.apply(stack, { tasks: given }),
  Readiness: (given, stack) => service(stack).connectTo({
    bind: () => ({
      variables: {}, readiness: { id: 'Ready', image: 'acme/db:1', script: 'true', environment: {}, secretEnvironment: {}, networks: [], ...given },
    }),
  }),
  LivenessOptions: (given) => Liveness.restart(given),
  RegistryImageOptions: (given) => ContainerImage.fromRegistry('acme/shop:1', given),
  BaseImageOptions: (given) => BaseImage.of('acme/base:1', given),
  RouteRateLimit: (given, stack) => gateway(stack).route({ rateLimit: { requests: 1, ...given } }),
  RouteSettings: (given, stack) => gateway(stack).route(given),
  RouteUsers: (given, stack) => gateway(stack).route({ basicAuthentication: { passwordHashes: { ann: `$5$abc$${'0'.repeat(43)}` }, ...given } }),
  ServiceOptions: (given, stack) => Defaults.apply(stack, { services: given }),
  ServiceProps: (given, stack) => service(stack, given),
  TcpHealthCheckOptions: (given) => HealthCheck.tcp(given),
  TmpfsOptions: (given) => ContainerMount.tmpfs('/tmp', given),
  VersionStampProps: (given) => VersionStamp.of(given),
};

/** Called by the library alone. */
const NEVER_CALLED_BY_USERS = ['ContainerImage.bind', 'GoDistrolessImage.bind', 'GoScratchImage.bind'];

function fieldsOf(name: string): Struct['fields'] {
  const { extends: bases = [], fields } = TABLE.structs[name];
  return Object.assign({}, ...bases.map(fieldsOf), fields);
}

function errorOf(name: string, given: object): InputError {
  try {
    PROGRAMS[name](given, new TerraformStack(Testing.app(), 'dev'));
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error(`nothing was thrown for ${JSON.stringify(given)}`);
}

test('each public struct has a program here', () => {
  expect(Object.keys(PROGRAMS).sort()).toEqual(Object.keys(TABLE.structs).sort());
});

describe.each(Object.keys(TABLE.structs))('%s', (name) => {
  const fields = fieldsOf(name);
  const [first] = Object.keys(fields);

  test('refuses a misspelt name', () => {
    const misspelt = `${first.slice(0, 1)}x${first.slice(1)}`;
    const { message, problem, constructPath, call } = errorOf(name, { [misspelt]: 'hunter2' });
    expect(problem.what).toMatch(new RegExp(`^unknown (prop|argument) \`(\\S*\\.)?${misspelt}\``));
    expect(problem.remedy).toMatch(new RegExp(`^did you mean \`(\\S*\\.)?${first}\``));
    expect(problem.allowed!.split(', ')).toEqual(expect.arrayContaining(Object.keys(fields)));
    expect(constructPath ?? call?.line).toBeDefined();
    expect(message).not.toContain('hunter2');
  });

  test.each(Object.keys(fields))('refuses a wrong type of %s', (field) => {
    const { type, sensitive } = fields[field];
    const wrong = type.startsWith('string') ? 4711 : 'hunter2';
    const { message, problem, constructPath, call } = errorOf(name, { [field]: type.startsWith('string[]') || type.startsWith('{string}') ? [4711] : wrong });
    expect(problem.what).toMatch(new RegExp(`^the (prop|argument) \`(\\S*\\.)?${field}(\\[0\\])?\`.* is not `));
    expect(problem.allowed).toBeDefined();
    expect(problem.remedy).toMatch(/^(write it as|give) \S/);
    expect(constructPath ?? call?.line).toBeDefined();
    if (sensitive) {
      expect(message).not.toMatch(/hunter2|4711/);
    }
  });
});

test('each method with parameters checks them', () => {
  const sources = filesBelow(LIBRARY).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).map((file) => fs.readFileSync(file, 'utf8')).join('\n');
  const unchecked = Object.keys(TABLE.calls).filter((name) => !NEVER_CALLED_BY_USERS.includes(name)
    && !new RegExp(`(checkArguments|checkMethod|made)\\((this, |scope, )?'${name.replace('.', '\\.')}'`).test(sources) && !/^(Duration|Size)\./.test(name));
  expect(unchecked).toEqual([]);
});

function filesBelow(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
