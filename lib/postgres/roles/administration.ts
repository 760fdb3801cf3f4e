import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable, Lazy, TerraformProvider, dependable } from 'cdktf';
import { Construct } from 'constructs';
import { LogicalDatabase } from './logical-database';
import { ServerModel, provisioningSql } from './provisioning-sql';
import { hardenedContainer } from '../../docker/container';
import { dockerName } from '../../terraform/names';
import { literal } from '../../terraform/text';
import { defaultLogging } from '../../values/default-logging';

/**
 * An abstract Unix socket, which exists in the network namespace of the database's container only: a task that runs in that
 * namespace reaches it without a password (the image trusts local connections), and no other container does.
 *
 * So a password can be changed by a task that knows neither the old one nor which one the volume has.
 * Source: https://www.postgresql.org/docs/17/runtime-config-connection.html#GUC-UNIX-SOCKET-DIRECTORIES (since version 14)
 */
export const ADMINISTRATION_SOCKET = '@cdktf-go-docker';

/** The parameter of the server that opens the socket beside the image's own. */
export const ADMINISTRATION_PARAMETER = `unix_socket_directories=/var/run/postgresql,${ADMINISTRATION_SOCKET}`;

/** What a task needs to know of the server that it works on. */
export interface AdministeredServer {
  readonly container: Container;
  readonly image: string;
  readonly superuser: string;
  readonly databaseName: string;
  readonly provider?: TerraformProvider;
}

/** The environment of libpq's programs in a task that runs in the database's network namespace. */
export function administrationEnvironment(server: AdministeredServer): [string, string][] {
  return [
    ['PGHOST', ADMINISTRATION_SOCKET],
    ['PGUSER', literal(server.superuser)],
    ['PGDATABASE', literal(server.databaseName)],
    ['PGAPPNAME', 'cdktf-go-docker'],
  ];
}

/** The task that creates databases, roles and grants, and sets passwords. It runs again whenever one of them changes. */
export class ProvisioningTask extends Construct implements ITerraformDependable {
  private readonly resource: Container;

  public constructor(
    scope: Construct, id: string, private readonly server: AdministeredServer, private readonly databases: readonly LogicalDatabase[],
    private readonly superuserPassword: string, dependencies: () => ITerraformDependable[],
  ) {
    super(scope, id);
    const logging = defaultLogging(this, 'databases');
    this.resource = hardenedContainer(this, 'Resource', {
      name: dockerName(this),
      image: server.image,
      user: 'postgres',
      entrypoint: ['/bin/sh', '-ec'],
      // No value is part of this line: psql reads statements from one variable and passwords from others.
      command: ['printf %s "$PROVISIONING" | psql --no-psqlrc --quiet --no-password --file=-'],
      environment: this.environmentAtSynth(),
      runsOnce: true,
      networkMode: `container:${server.container.id}`,
      ports: [],
      networks: [],
      volumes: [],
      tmpfs: {},
      capabilities: [],
      memoryMebibytes: 256,
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: {},
      restart: 'no',
      stopSeconds: 30,
      provider: server.provider,
    });
    this.resource.dependsOn = Lazy.listValue({ produce: () => dependencies().map(dependable) }, { omitEmpty: true });
  }

  /** The Terraform address of the task. */
  public get fqn(): string {
    return this.resource.fqn;
  }

  /** What there is to provision is complete only when the stack is synthesized. */
  private environmentAtSynth(): ReadonlyMap<string, string> {
    const complete = (): Map<string, string> => {
      const passwords: [string, string][] = [['SUPERUSER_PASSWORD', this.superuserPassword]];
      let count = 0;
      const model: ServerModel = {
        superuser: this.server.superuser,
        superuserPasswordVariable: passwords[0][0],
        databases: this.databases.map((database) => ({
          name: database.databaseName,
          extensions: database._extensions,
          roles: database._roles.map((role) => {
            const passwordVariable = `ROLE_PASSWORD_${++count}`;
            passwords.push([passwordVariable, role.password]);
            return { name: role.roleName, access: role._access, connectionLimit: role._connectionLimit, passwordVariable };
          }),
        })),
      };
      return new Map([...administrationEnvironment(this.server), ['PROVISIONING', literal(provisioningSql(model))], ...passwords]);
    };
    return { [Symbol.iterator]: () => complete()[Symbol.iterator]() } as ReadonlyMap<string, string>;
  }
}
