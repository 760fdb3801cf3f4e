import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { hardenedContainer } from '../private/docker-provider/container';
import { markSideBySide } from '../private/docker-provider/side-by-side';
import { dockerName } from '../private/names';
import { literal } from '../private/terraform-text';
import { ContainerLogging } from '../service/container-logging';

/** Nobody: the program needs no file and no right. */
const USER = '65534:65534';

// The values are environment variables, so that the shell never reads them as part of its line.
const WAIT = 'for i in $(seq "$SECONDS_LEFT"); do '
  + 'pg_isready -q -t 2 -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -d "$PGDATABASE" && exit 0; sleep 1; done; '
  + 'echo "no answer from the database for $SECONDS_LEFT seconds"; exit 1';

/** The database to wait for. */
export interface AwaitedDatabase {
  readonly image: string;
  readonly networkName: string;
  /** A host name that only this version of the database's container has. */
  readonly hostName: string;
  readonly port: number;
  readonly username: string;
  readonly databaseName: string;
  readonly patienceSeconds: number;
  readonly provider?: TerraformProvider;
}

/**
 * Waits until a database accepts connections, without depending on its container in Terraform's graph: for what is replaced side by
 * side, see `lib/private/docker-provider/side-by-side.ts`.
 *
 * A small container asks the database's own `pg_isready` over the private network. The host name that it asks differs for each version
 * of the database's container, so that one that is about to be replaced is not taken for ready.
 */
export class DatabaseReady extends Construct implements ITerraformDependable {
  public readonly resource: Container;

  public constructor(scope: Construct, id: string, database: AwaitedDatabase) {
    super(scope, id);
    markSideBySide(this);
    const logging = ContainerLogging.jsonFile();
    this.resource = hardenedContainer(this, 'Resource', {
      name: dockerName(this),
      image: database.image,
      user: USER,
      entrypoint: ['/bin/sh', '-c', WAIT],
      environment: new Map([
        ['PGHOST', database.hostName],
        ['PGPORT', String(database.port)],
        ['PGUSER', literal(database.username)],
        ['PGDATABASE', literal(database.databaseName)],
        ['SECONDS_LEFT', String(database.patienceSeconds)],
      ]),
      ports: [],
      networks: [{ name: database.networkName, aliases: [] }],
      volumes: [],
      tmpfs: {},
      capabilities: [],
      memoryMebibytes: 32,
      restart: 'no',
      logDriver: logging.driver,
      logOptions: logging.options,
      labels: {},
      stopSeconds: 1,
      sideBySide: true,
      runsOnce: true,
      provider: database.provider,
    });
  }

  public get fqn(): string {
    return this.resource.fqn;
  }
}
