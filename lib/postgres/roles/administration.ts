import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { LogicalDatabase } from './logical-database';
import { ServerModel, provisioningSql } from './provisioning-sql';
import { ContainerImageBinding } from '../../image/container-image';
import { Place } from '../../places/place';
import { dockerName } from '../../terraform/names';
import { literal } from '../../terraform/text';
import { defaultLogging } from '../../values/default-logging';
import { Size } from '../../values/size';
import { helper } from '../../workload/helper';
import { Running } from '../../workload/running';
import { ContainerMount } from '../../workload/storage';
import { Variables } from '../../workload/variables';
import { Workload } from '../../workload/workload';

const SUPERUSER_PASSWORD = 'SUPERUSER_PASSWORD';

/** In a directory of the image that belongs to the user `postgres`, who can therefore remove a file of root. */
const SECRETS_FILE = '/var/run/postgresql/secrets';

/**
 * An abstract Unix socket, which exists only in the network namespace of the database's container. A task in that namespace needs no
 * password, because the image trusts local connections. So it can change a password without the old one.
 * Source: https://www.postgresql.org/docs/17/runtime-config-connection.html#GUC-UNIX-SOCKET-DIRECTORIES (since version 14)
 */
export const ADMINISTRATION_SOCKET = '@cdktf-go-docker';

/** The server parameter that opens the socket beside the image's own. */
export const ADMINISTRATION_PARAMETER = `unix_socket_directories=/var/run/postgresql,${ADMINISTRATION_SOCKET}`;

export interface AdministeredServer {
  readonly running: Running;
  readonly image: ContainerImageBinding;
  /** Where the image declares a volume. */
  readonly volumePath: string;
  readonly superuser: string;
  readonly databaseName: string;
  readonly place: Place;
}

/** The environment of libpq's programs in the database's network namespace. */
export function administrationVariables(scope: Construct, { superuser, databaseName }: AdministeredServer): Variables {
  const variables = new Variables(scope);
  variables.add('PGHOST', ADMINISTRATION_SOCKET);
  variables.add('PGUSER', superuser);
  variables.add('PGDATABASE', databaseName);
  variables.add('PGAPPNAME', 'cdktf-go-docker');
  return variables;
}

/** Creates databases, roles and grants, and sets passwords. It runs again whenever one of them changes. */
export class ProvisioningTask extends Construct implements ITerraformDependable {
  private readonly workload: Workload;
  private readonly running: Running;

  public constructor(
    scope: Construct, id: string, private readonly server: AdministeredServer, private readonly databases: readonly LogicalDatabase[],
    private readonly retired: ReadonlySet<string>, superuserPassword: string, after: readonly ITerraformDependable[],
  ) {
    super(scope, id);
    const variables = administrationVariables(this, server);
    variables.addLate('PROVISIONING', () => literal(provisioningSql(this.model().server)));
    variables.addSensitive(SUPERUSER_PASSWORD, superuserPassword);
    variables.addSensitiveLate(() => this.model().passwords);
    this.workload = helper({
      name: dockerName(this),
      image: server.image,
      user: 'postgres',
      entrypoint: ['/bin/sh', '-ec'],
      // The line holds no value: psql reads statements and passwords from variables.
      command: () => [`. ${SECRETS_FILE}; rm ${SECRETS_FILE}; printf %s "$PROVISIONING" | psql --no-psqlrc --quiet --no-password --file=-`],
      variables,
      secretsFile: SECRETS_FILE,
      networkOf: server.running,
      // The image declares a volume there, which the container would keep.
      mounts: [ContainerMount.tmpfs(server.volumePath)],
      memory: Size.mebibytes(256),
      logging: defaultLogging(this, 'databases'),
      after: [...after],
    });
    this.running = server.place._run(this, this.workload);
  }

  public get fqn(): string {
    return this.running.ready.fqn;
  }

  public after(task: ITerraformDependable): void {
    this.workload.after.push(task);
    this.running.refresh();
  }

  /** Complete only at synth. */
  private model(): { readonly server: ServerModel; readonly passwords: [string, string][] } {
    const passwords: [string, string][] = [];
    const databases = this.databases.map(({ databaseName, _extensions, _roles }) => ({
      name: databaseName,
      extensions: _extensions,
      roles: _roles.map((role) => {
        const passwordVariable = `ROLE_PASSWORD_${passwords.length + 1}`;
        passwords.push([passwordVariable, role.password]);
        return { name: role.roleName, access: role._access, connectionLimit: role._connectionLimit, passwordVariable };
      }),
    }));
    const { superuser } = this.server;
    return { server: { superuser, superuserPasswordVariable: SUPERUSER_PASSWORD, databases, retired: [...this.retired] }, passwords };
  }
}
