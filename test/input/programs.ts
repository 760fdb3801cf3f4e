import { TerraformStack, TerraformVariable } from 'cdktf';
import {
  BackupFile, BackupSchedule, BackupStorage, BaseImage, BuildSecret, ConnectionPool, ConnectionVariables, ContainerFile, ContainerImage,
  ContainerLogging, ContainerMount, ContainerNetwork, DatabaseCredentials, Defaults, DockerHost, Duration, ExternalDatabase, FileChange, Gateway,
  GatewayCertificates, GoDistrolessImage, GoModule, GoScratchImage, GoService, GoServiceWithPostgres, GoTask, HealthCheck, IContainerImage,
  ImageRegistry, Liveness, Platform, PostgresDatabase, PostgresTls, PostgresTuning, PostgresVersion, PublishedPort, RegistryCredentials,
  RestartPolicy, Rollout, RouteProtocol, Schedule, ScheduledTask, ServicePort, Size, SwarmCluster, VersionStamp, Weekday,
} from '../../lib';

// What JavaScript users can pass; hence `any`.
export type Given = any;

/** A program that hands a value to the library, and lets Terraform see what becomes of it. `source` is a directory with a Go program. */
type Program = (given: Given, stack: TerraformStack, source: string) => unknown;

const PUBLISH = PublishedPort.onLoopback(8080);
const DIGEST = `acme/shop@sha256:${'0'.repeat(64)}`;
const SCHEDULE = BackupSchedule.dailyAt('03:30');
export const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const NIGHTLY = Schedule.cron('30 3 * * *');
const scheduled = (): IContainerImage => ContainerImage.fromRegistry('acme/shop:1', { schedulerPath: '/scheduler', entrypoint: ['/app'] });
const image = () => ContainerImage.fromRegistry('acme/shop:1', { probePath: '/probe', probeHasTls: true });
const service = (stack: TerraformStack, given: Given = {}) => new GoService(stack, 'service', { image: image(), ...given });
const serviceAndScheduledTask = (stack: TerraformStack, of: IContainerImage) =>
  [service(stack, { image: of }), new ScheduledTask(stack, 'task', { image: of, schedule: NIGHTLY })];
const database = (stack: TerraformStack, given: Given = {}) => new PostgresDatabase(stack, 'database', given);
const gateway = (stack: TerraformStack, given: Given = {}) => new Gateway(stack, 'gateway', { publish: PUBLISH, ...given });
const task = (stack: TerraformStack, given: Given = {}) => new GoTask(stack, 'task', { image: image(), ...given });
const scratch = (stack: TerraformStack, given: Given) => new GoScratchImage(stack, 'image', given);
const backup = (stack: TerraformStack, given: Given) => database(stack).backup({ schedule: SCHEDULE, keep: 7, to: BackupStorage.volume(), ...given });
const secret = (stack: TerraformStack) => new TerraformVariable(stack, 'secret', { type: 'string', sensitive: true });
const route = (stack: TerraformStack, given: Given = {}) => service(stack, { routes: [gateway(stack).route(given)] });
const below = (apply: (stack: TerraformStack) => unknown, stack: TerraformStack, use: () => unknown) => [apply(stack), use()];
const tls = (given: Given) => ({ publish: PublishedPort.onLoopback(443), certificates: GatewayCertificates.fromVolume('certificates'), ...given });

const elsewhere = (stack: TerraformStack, source: string, place: DockerHost) => new GoService(stack, 'service', { image: scratch(stack, { source }), place });

/** The smallest program that gives each struct to the library. */
export const STRUCTS: Record<string, Program> = {
  Binding: (given, stack) => service(stack, { arguments: ['{url}'] }).connectTo(
    { bind: () => ({ variables: { DATABASE_URL: 'postgres://' }, url: 'postgres://', ...given }) }, { placeholder: '{url}' }),
  BlueGreenOptions: (given, stack) => service(stack, { rollout: Rollout.blueGreen(given) }),
  ContainerImageBinding: (given, stack) => {
    const bound: IContainerImage = {
      bind: () => ({
        reference: 'acme/shop:1', digestReference: DIGEST, hasShell: true, probePath: '/probe', schedulerPath: '/scheduler', entrypoint: ['/app'], ...given,
      }),
    };
    return [...serviceAndScheduledTask(stack, bound), new GoService(stack, 'swarm', { image: bound, place: SwarmCluster.managedBy(DockerHost.local()) })];
  },
  ContainerOptions: (given, stack) => below(() => Defaults.apply(stack, { tasks: given }), stack, () => task(stack)),
  ContainerNetworkProps: (given, stack) => service(stack, { networks: [new ContainerNetwork(stack, 'network', given)] }),
  ConnectionVariableNames: (given, stack) => service(stack).connectTo(database(stack), { parts: ConnectionVariables.of(given) }),
  ConnectionOptions: (given, stack) => service(stack).connectTo(database(stack), given),
  DefaultsProps: (given, stack) => below(() => Defaults.apply(stack, given), stack, () => service(stack)),
  ExternalDatabaseProps: (given, stack) => service(stack).connectTo(
    new ExternalDatabase({ host: 'db', databaseName: 'shop', username: 'shop', password: secret(stack).stringValue, ...given })),
  GatewayBackend: (given, stack) => gateway(stack).route().leadTo({ bindToGateway: () => ({ name: 'shop', hostName: 'shop', port: 80, ...given }) }),
  GatewayAdditionalConfiguration: (given, stack) => gateway(stack, { additionalConfiguration: given }).route().leadTo(service(stack)),
  GatewayOptions: (given, stack) => below(() => Defaults.apply(stack, { gateways: given }), stack, () => route(stack)),
  GatewayProps: (given, stack) => gateway(stack, given).route().leadTo(service(stack)),
  GatewayRedirect: (given, stack) => gateway(stack, { redirects: [{ location: '/new', ...given }] }),
  GatewayRouteProps: (given, stack) => route(stack, given),
  GatewayServer: (given, stack) => gateway(stack).route().leadTo({
    bindToGateway: () => ({ name: 'shop', hostName: 'shop', port: 80, servers: [{ name: 'shop', hostName: 'shop', ...given }] }),
  }),
  GatewayTls: (given, stack) => gateway(stack, { tls: tls(given) }).route().leadTo(service(stack)),
  GoDistrolessImageOptions: (given, stack, source) => new GoDistrolessImage(stack, 'image', { source, ...given }),
  GoDistrolessImageProps: (given, stack, source) => new GoDistrolessImage(stack, 'image', { source, ...given }),
  GoImageOptions: (given, stack, source) => scratch(stack, { source, ...given }),
  GoImageProps: (given, stack, source) => scratch(stack, { source, ...given }),
  GoScratchImageOptions: (given, stack, source) => new GoServiceWithPostgres(stack, 'shop', { source, imageOptions: given }),
  GoScratchImageProps: (given, stack, source) => scratch(stack, { source, ...given }),
  GoServiceWithPostgresProps: (given, stack, source) => new GoServiceWithPostgres(stack, 'shop', { source, ...given }),
  GoTaskProps: (given, stack) => task(stack, given),
  HealthCheckOptions: (given, stack) => service(stack, { healthCheck: HealthCheck.command(['/app', 'check'], given) }),
  DirectoryOptions: (given, stack) => {
    const server = database(stack);
    server.backup({ schedule: SCHEDULE, keep: 7, to: BackupStorage.directory('/srv', given) });
    server.restoreFrom(BackupFile.inDirectory('/srv', 'app.dump', given));
  },
  FileOptions: (given, stack) => service(stack, { files: [ContainerFile.text('/etc/shop/config', 'x', given)] }),
  GrpcHealthCheckOptions: (given, stack) => service(stack, { healthCheck: HealthCheck.grpc('acme.shop.v1.Shop', given) }),
  HealthCheckTlsOptions: (given, stack) => service(stack, { healthCheck: HealthCheck.grpc('acme.shop.v1.Shop', { tls: given }) }),
  HttpsHealthCheckOptions: (given, stack) => service(stack, { healthCheck: HealthCheck.https('/healthz', given) }),
  HttpHealthCheckOptions: (given, stack) => service(stack, { healthCheck: HealthCheck.http('/healthz', given) }),
  ImageDefaults: (given, stack, source) => below(() => Defaults.apply(stack, { images: given }), stack, () => scratch(stack, { source })),
  HostTls: (given, stack, source) => elsewhere(stack, source, DockerHost.tcp('tcp://server:2376', {
    tls: 'directory' in given ? given : { certificateAuthority: CERTIFICATE, certificate: CERTIFICATE, privateKey: secret(stack).stringValue, ...given },
  })),
  ImageRegistryOptions: (given, stack, source) => scratch(stack, { source, registry: ImageRegistry.of('localhost:5000', given) }),
  ImageSourceOptions: (given, stack, source) => below(() => Defaults.apply(stack, { images: given }), stack, () => scratch(stack, { source })),
  LogRotation: (given, stack) => service(stack, { logging: ContainerLogging.jsonFile(given) }),
  MigrationOptions: (given, stack, source) => new GoServiceWithPostgres(stack, 'shop', { source, migration: { mainPackage: '.', ...given } }),
  MountOptions: (given, stack) => service(stack, { mounts: [ContainerMount.directory('/srv', '/data', given)] }),
  PostgresBackupProps: (given, stack) => backup(stack, given),
  PostgresDatabaseOptions: (given, stack, source) => new GoServiceWithPostgres(stack, 'shop', { source, database: given }),
  PostgresDatabaseProps: (given, stack) => service(stack).connectTo(database(stack, given)),
  PostgresMetricsProps: (given, stack) => database(stack).metrics(given),
  PostgresRoleProps: (given, stack) => service(stack).connectTo(database(stack).addRole('shop', given)),
  PostgresTlsProps: (given, stack) => database(stack, {
    tls: PostgresTls.withCertificate({ certificate: CERTIFICATE, privateKey: secret(stack).stringValue, ...given }),
  }),
  PostgresTuningOptions: (given, stack) => database(stack, { tuning: PostgresTuning.byMemory(given) }),
  PrivateModules: (given, stack, source) => scratch(stack, { source, privateModules: given }),
  ProgramOptions: (given, stack) => below(() => Defaults.apply(stack, { tasks: given }), stack, () => task(stack)),
  Readiness: (given, stack) => service(stack, { rollout: Rollout.blueGreen() }).connectTo({
    bind: () => ({
      variables: {}, readiness: { id: 'Ready', image: 'acme/db:1', script: 'true', environment: {}, secretEnvironment: {}, networks: [], ...given },
    }),
  }),
  RecreateOptions: (given, stack) => service(stack, { rollout: Rollout.recreate(given) }),
  DatabaseRoleOptions: (given, stack, source) => new GoServiceWithPostgres(stack, 'shop', { source, databaseRole: { name: 'shop', ...given } }),
  LivenessOptions: (given, stack) => service(stack, { liveness: Liveness.restart(given) }),
  RegistryImageOptions: (given, stack) => serviceAndScheduledTask(stack, ContainerImage.fromRegistry('acme/shop:1', {
    probePath: '/probe', schedulerPath: '/scheduler', entrypoint: ['/app'], ...given,
  })),
  BaseImageOptions: (given, stack, source) => new GoDistrolessImage(stack, 'image', { source, variant: BaseImage.of('acme/base:1', given) }),
  RouteRateLimit: (given, stack) => route(stack, { rateLimit: { requests: 1, ...given } }),
  RouteSettings: (given, stack) => route(stack, given),
  RouteUsers: (given, stack) => route(stack, { basicAuthentication: { passwordHashes: { ann: `$5$abc$${'0'.repeat(43)}` }, ...given } }),
  ScheduledTaskProps: (given, stack) => new ScheduledTask(stack, 'task', { image: scheduled(), schedule: NIGHTLY, ...given }),
  ServiceOptions: (given, stack) => below(() => Defaults.apply(stack, { services: given }), stack, () => service(stack)),
  ServiceProps: (given, stack) => service(stack, given),
  TcpPortOptions: (given, stack) => service(stack, { ports: [ServicePort.tcp('metrics', 9090, given)] }),
  UdpPortOptions: (given, stack) => service(stack, { ports: [ServicePort.udp('dns', 53, given)] }),
  TcpHealthCheckOptions: (given, stack) => service(stack, { healthCheck: HealthCheck.tcp(given) }),
  SshHostOptions: (given, stack, source) => elsewhere(stack, source, DockerHost.ssh('deploy@server', given)),
  TcpHostOptions: (given, stack, source) => elsewhere(stack, source, DockerHost.tcp('tcp://127.0.0.1:2375', given)),
  TemplateOptions: (given, stack) => service(stack, { files: [ContainerFile.template('/etc/shop/config', 'x', {}, given)] }),
  SwarmOptions: (given, stack) => service(stack, {
    image: ContainerImage.fromRegistry(DIGEST, { probePath: '/probe' }),
    place: SwarmCluster.managedBy(DockerHost.local(), given),
  }),
  TmpfsOptions: (given, stack) => service(stack, { mounts: [ContainerMount.tmpfs('/tmp', given)] }),
  VolumeOptions: (given, stack) => service(stack, { mounts: [ContainerMount.volume('data', '/data', given)] }),
  VersionStampProps: (given, stack, source) => scratch(stack, { source, stamp: VersionStamp.of(given) }),
};

const withHealthCheck = (stack: TerraformStack, healthCheck: HealthCheck) => service(stack, { healthCheck });
const published = (stack: TerraformStack, publish: PublishedPort) => service(stack, { publish });

/** The smallest program that calls each factory and method with an argument that is text or a number. Those that `given` lacks are right. */
export const CALLS: Record<string, Program> = {
  'BackupFile.inDirectory': ({ directory = '/srv', file = 'app.dump' }, stack) => database(stack).restoreFrom(BackupFile.inDirectory(directory, file)),
  'BackupFile.inVolume': ({ volumeName = 'backups', file = 'app.dump' }, stack) => database(stack).restoreFrom(BackupFile.inVolume(volumeName, file)),
  'BackupSchedule.dailyAt': ({ time }, stack) => backup(stack, { schedule: BackupSchedule.dailyAt(time) }),
  'BackupSchedule.weeklyOn': ({ time }, stack) => backup(stack, { schedule: BackupSchedule.weeklyOn(Weekday.MONDAY, time) }),
  'BackupStorage.directory': ({ directory }, stack) => backup(stack, { to: BackupStorage.directory(directory) }),
  'BackupStorage.volume': ({ name }, stack) => backup(stack, { to: BackupStorage.volume(name) }),
  'BaseImage.of': ({ image: base }, stack, source) => new GoDistrolessImage(stack, 'image', { source, variant: BaseImage.of(base) }),
  'BuildSecret.fromEnvironmentVariable': ({ name }, stack, source) => scratch(stack, {
    source, privateModules: { netrc: BuildSecret.fromEnvironmentVariable(name) },
  }),
  'BuildSecret.fromFile': ({ path }, stack, source) => scratch(stack, { source, privateModules: { netrc: BuildSecret.fromFile(path) } }),
  'ConnectionPool.ofSize': ({ size }, stack) => service(stack).connectTo(database(stack), { pool: ConnectionPool.ofSize(size) }),
  'ConnectionPool.pgx': ({ size }, stack) => service(stack).connectTo(database(stack), { pool: ConnectionPool.pgx(size) }),
  'ContainerImage.fromRegistry': ({ reference }, stack) => service(stack, { image: ContainerImage.fromRegistry(reference, { probePath: '/probe' }) }),
  'ContainerLogging.of': ({ name = 'journald', options }, stack) => service(stack, { logging: ContainerLogging.of(name, options) }),
  'ContainerFile.fromDirectory': ({ containerPath = '/etc/shop', source: given }, stack, source) => service(stack, {
    files: [ContainerFile.fromDirectory(containerPath, given ?? source)],
  }),
  'ContainerFile.fromFile': ({ containerPath = '/etc/shop/go.mod', source: given }, stack, source) => service(stack, {
    files: [ContainerFile.fromFile(containerPath, given ?? `${source}/go.mod`)],
  }),
  'ContainerFile.secret': ({ containerPath = '/run/secrets/key', value }, stack) => service(stack, {
    files: [ContainerFile.secret(containerPath, value ?? secret(stack).stringValue)],
  }),
  'ContainerFile.template': ({ containerPath = '/etc/shop/config', template = '${key}', values = { key: 'x' } }, stack) => service(stack, {
    files: [ContainerFile.template(containerPath, template, values)],
  }),
  'ContainerFile.text': ({ containerPath = '/etc/shop/config', content = 'x' }, stack) => service(stack, {
    files: [ContainerFile.text(containerPath, content)],
  }),
  'ContainerMount.directory': ({ directory = '/srv', containerPath = '/data' }, stack) => service(stack, {
    mounts: [ContainerMount.directory(directory, containerPath)],
  }),
  'ContainerMount.tmpfs': ({ containerPath }, stack) => service(stack, { mounts: [ContainerMount.tmpfs(containerPath)] }),
  'ContainerMount.volume': ({ name = 'data', containerPath = '/data' }, stack) => service(stack, { mounts: [ContainerMount.volume(name, containerPath)] }),
  'ContainerNetwork.fromName': ({ name }, stack) => service(stack, { networks: [ContainerNetwork.fromName(name)] }),
  'ContainerProgram.addEnvironment': ({ name = 'TEXT', value = 'x' }, stack) => service(stack).addEnvironment(name, value),
  'ContainerProgram.addLabel': ({ name = 'label', value = 'x' }, stack) => service(stack).addLabel(name, value),
  'ContainerProgram.addSecret': ({ name = 'TEXT', value = 'x' }, stack) => service(stack).addSecret(name, value),
  'DatabaseCredentials.fromVariable': ({ username }, stack) => service(stack).connectTo(
    database(stack, { credentials: DatabaseCredentials.fromVariable(secret(stack), username) })),
  'DatabaseCredentials.generated': ({ username }, stack) => service(stack).connectTo(
    database(stack, { credentials: DatabaseCredentials.generated(username) })),
  'DatabaseCredentials.plainText': ({ password = 'x', username }, stack) => service(stack).connectTo(
    database(stack, { credentials: DatabaseCredentials.plainText(password, username) })),
  'DatabaseCredentials.withRotation': ({ label }, stack) => database(stack, { credentials: DatabaseCredentials.generated().withRotation(label) }),
  'DockerHost.ssh': ({ destination }, stack, source) => elsewhere(stack, source, DockerHost.ssh(destination)),
  'DockerHost.tcp': ({ address }, stack, source) => elsewhere(stack, source, DockerHost.tcp(address, { tls: { directory: '/etc/docker/tls' } })),
  'Duration.days': ({ amount }) => Duration.days(amount),
  'Duration.hours': ({ amount }, stack) => service(stack, { shutdownTimeout: Duration.hours(amount) }),
  'Duration.milliseconds': ({ amount }, stack) => withHealthCheck(stack, HealthCheck.tcp({ timeout: Duration.milliseconds(amount) })),
  'Duration.minutes': ({ amount }, stack) => service(stack, { shutdownTimeout: Duration.minutes(amount) }),
  'Duration.seconds': ({ amount }, stack) => service(stack, { shutdownTimeout: Duration.seconds(amount) }),
  'FileChange.signal': ({ signal }, stack) => service(stack, {
    files: [ContainerFile.text('/etc/shop/config', 'x')], onFileChange: FileChange.signal(signal),
  }),
  'GatewayCertificates.fromDirectory': ({ directory }, stack) => gateway(stack, {
    tls: tls({ certificates: GatewayCertificates.fromDirectory(directory) }),
  }).route().leadTo(service(stack)),
  'GatewayCertificates.fromVolume': ({ name }, stack) => gateway(stack, { tls: tls({ certificates: GatewayCertificates.fromVolume(name) }) })
    .route().leadTo(service(stack)),
  'GoModule.fromDirectory': ({ source }) => GoModule.fromDirectory(source),
  'HealthCheck.command': ({ command }, stack) => withHealthCheck(stack, HealthCheck.command(command)),
  'HealthCheck.grpc': ({ service: name }, stack) => withHealthCheck(stack, HealthCheck.grpc(name)),
  'HealthCheck.http': ({ path }, stack) => withHealthCheck(stack, HealthCheck.http(path)),
  'HealthCheck.https': ({ path }, stack) => withHealthCheck(stack, HealthCheck.https(path)),
  'HealthCheck.shell': ({ commandLine }, stack) => withHealthCheck(stack, HealthCheck.shell(commandLine)),
  'ImageRegistry.of': ({ prefix }, stack, source) => scratch(stack, { source, registry: ImageRegistry.of(prefix) }),
  'LogicalDatabase.addExtension': ({ name }, stack) => database(stack).addDatabase('other').addExtension(name),
  'LogicalDatabase.addRole': ({ name }, stack) => service(stack).connectTo(database(stack).addDatabase('other').addRole(name)),
  'Platform.of': ({ platform }, stack, source) => scratch(stack, { source, platform: Platform.of(platform) }),
  'PostgresDatabase.addDatabase': ({ name }, stack) => service(stack).connectTo(database(stack).addDatabase(name).addRole('shop')),
  'PostgresDatabase.addExtension': ({ name }, stack) => database(stack).addExtension(name),
  'PostgresDatabase.retireRole': ({ name }, stack) => {
    const server = database(stack);
    server.retireRole(name);
    service(stack).connectTo(server.addRole('shop'));
  },
  'PostgresDatabase.addRole': ({ name }, stack) => service(stack).connectTo(database(stack).addRole(name)),
  'PostgresVersion.of': ({ tag }, stack) => database(stack, { version: PostgresVersion.of(tag) }),
  'PublishedPort.on': ({ address = '127.0.0.1', hostPort = 8080, containerPort }, stack) =>
    published(stack, PublishedPort.on(address, hostPort, containerPort)),
  'PublishedPort.onAllInterfaces': ({ hostPort = 8080, containerPort }, stack) => published(stack, PublishedPort.onAllInterfaces(hostPort, containerPort)),
  'PublishedPort.onLoopback': ({ hostPort = 8080, containerPort }, stack) => published(stack, PublishedPort.onLoopback(hostPort, containerPort)),
  'RegistryCredentials.dockerConfig': ({ file }, stack, source) => scratch(stack, {
    source, registry: ImageRegistry.of('localhost:5000', { credentials: RegistryCredentials.dockerConfig(file) }),
  }),
  'RegistryCredentials.usernameAndPassword': ({ username = 'ann', password }, stack, source) => scratch(stack, {
    source,
    registry: ImageRegistry.of('localhost:5000', {
      credentials: RegistryCredentials.usernameAndPassword(username, password ?? secret(stack).stringValue),
    }),
  }),
  'RestartPolicy.onFailure': ({ maximumRetryCount }, stack) => service(stack, { restart: RestartPolicy.onFailure(maximumRetryCount) }),
  'RouteProtocol.https': ({ authority = CERTIFICATE, serverName = 'shop' }, stack) => route(stack, { protocol: RouteProtocol.https(authority, serverName) }),
  'Schedule.cron': ({ expression = '30 3 * * *', timeZone }, stack) => new ScheduledTask(stack, 'task', {
    image: scheduled(), schedule: Schedule.cron(expression, timeZone),
  }),
  'ContainerService.addressOf': ({ portName }, stack) => service(stack, { ports: [ServicePort.tcp('metrics', 9090)] }).addressOf(portName),
  'ServicePort.tcp': ({ name = 'metrics', port = 9090 }, stack) => service(stack, { ports: [ServicePort.tcp(name, port)] }),
  'ServicePort.udp': ({ name = 'dns', port = 53 }, stack) => service(stack, { ports: [ServicePort.udp(name, port)] }),
  'Size.bytes': ({ amount }, stack) => gateway(stack, { maxBodySize: Size.bytes(amount) }),
  'Size.gibibytes': ({ amount }, stack) => service(stack, { memory: Size.gibibytes(amount) }),
  'Size.kibibytes': ({ amount }, stack) => gateway(stack, { maxHeaderSize: Size.kibibytes(amount) }),
  'Size.mebibytes': ({ amount }, stack) => service(stack, { memory: Size.mebibytes(amount) }),
};
