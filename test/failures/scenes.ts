import * as path from 'path';
import { TerraformStack, TerraformVariable } from 'cdktf';
import {
  ContainerImage, ContainerService, Duration, Gateway, GatewayAdditionalConfiguration, GoScratchImage, GoService, GoTask, HealthCheck, Platform,
  PostgresDatabase, PublishedPort, Rollout, ServiceProps,
} from '../../lib';
import { testRun } from '../engine/harness/test-run';

const REPOSITORY = path.join(__dirname, '..', '..');
const PROGRAM = path.join(__dirname, 'program');
const SHORTENER = path.join(REPOSITORY, 'examples', 'service-with-postgres', 'app');

/** Free ports of the host. */
export interface Ports {
  readonly published: number;
  /** Another process listens on it. */
  readonly taken: number;
}

/** A program that works, and what an edit of it changes. */
export type Scene<E = any> = (stack: TerraformStack, edit: E, ports: Ports) => void;

export type ServiceEdit = Partial<ServiceProps> & { readonly mode?: string; readonly platform?: Platform };

const IN_A_HURRY = { shutdownTimeout: Duration.seconds(2) };

function imageOf(stack: TerraformStack, platform?: Platform): GoScratchImage {
  return new GoScratchImage(stack, 'Image', { source: PROGRAM, repository: `${testRun.imageRepository}${platform ? '-other' : ''}`, platform });
}

/** The value of a sensitive variable of each service. Terraform hides what a provisioner prints when it is given such a value. */
export const SECRET = 'only-for-the-program';

function goService(stack: TerraformStack, { mode, platform, ...edit }: ServiceEdit, props: Partial<ServiceProps> = {}): GoService {
  const token = new TerraformVariable(stack, 'token', { type: 'string', sensitive: true, default: SECRET });
  return new GoService(stack, 'shop', {
    image: imageOf(stack, platform),
    ...IN_A_HURRY,
    environment: { MODE: mode ?? '' },
    secretEnvironment: { TOKEN: token.stringValue },
    ...props,
    ...edit,
  });
}

/** The default: a new version is tried out, then replaces the old one. */
export const service: Scene<ServiceEdit> = (stack, edit, { published }) => {
  goService(stack, edit, { publish: PublishedPort.onLoopback(published) });
};

/** A new version replaces the old one, and nothing tries it out. */
export const untried: Scene<ServiceEdit> = (stack, edit) => {
  goService(stack, edit, { rollout: Rollout.recreate({ trial: false }) });
};

/** A new version starts beside the old one. */
export const blueGreen: Scene<ServiceEdit> = (stack, edit) => {
  goService(stack, edit, { rollout: Rollout.blueGreen(), replicas: 2 });
};

/** No port and no health check. */
export const worker: Scene<ServiceEdit> = (stack, edit) => {
  goService(stack, edit, { healthCheck: HealthCheck.none(), arguments: ['-role', 'worker'] });
};

/** A service that waits for a task. */
export const task: Scene<{ readonly mode?: string }> = (stack, { mode = '' }) => {
  const program = imageOf(stack);
  const migrate = new GoTask(stack, 'migrate', { image: program, arguments: ['-role', 'task'], environment: { MODE: mode } });
  new GoService(stack, 'shop', { image: program, ...IN_A_HURRY, after: [migrate] });
};

/** A program of somebody else's image. */
export const foreign: Scene<{ readonly command?: string[]; readonly user?: string }> = (stack, { command = ['/bin/sleep', '1000'], user }) => {
  const image = ContainerImage.fromRegistry('debian:bookworm');
  const other = new ContainerService(stack, 'shop', { image, arguments: command, shutdownTimeout: Duration.seconds(1) });
  if (user !== undefined) {
    other.resource.addOverride('user', user);
  }
};

/** The link shortener of the examples, with a database. */
export const shortener: Scene<{ readonly url?: (server: string) => string }> = (stack, { url }) => {
  const database = new PostgresDatabase(stack, 'database', { dataProtection: false });
  const links = new GoService(stack, 'shop', {
    image: new GoScratchImage(stack, 'Links', { source: SHORTENER, mainPackage: './cmd/links', repository: `${testRun.imageRepository}-links` }),
    healthCheck: HealthCheck.http('/readyz'),
    environment: { DATABASE_CONNECT_TIMEOUT: '3s' },
    secretEnvironment: url && { DATABASE_URL: url(database.containerName) },
    ...IN_A_HURRY,
  });
  if (url) {
    links.joinNetwork(database.network);
    links.after(database);
  } else {
    links.connectTo(database);
  }
};

/** A PostgreSQL server. */
export const postgres: Scene<{ readonly parameters?: Record<string, string> }> = (stack, { parameters }) => {
  new PostgresDatabase(stack, 'database', { dataProtection: false, parameters });
};

/** A gateway with a service. */
export const gateway: Scene<{ readonly additionalConfiguration?: GatewayAdditionalConfiguration }> = (stack, edit, { published }) => {
  const door = new Gateway(stack, 'gateway', { publish: PublishedPort.onLoopback(published), ...edit });
  goService(stack, {}, { rollout: Rollout.blueGreen({ settleTime: Duration.seconds(1) }), routes: [door.route()] });
};
