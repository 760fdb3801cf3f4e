import { Container } from '@cdktf/provider-docker/lib/container';
import { ITerraformDependable, TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';
import { hardenedContainer } from '../docker/container';
import { markSideBySide } from '../docker/side-by-side';
import { dockerName } from '../terraform/names';
import { literal } from '../terraform/text';
import { defaultLogging } from '../values/default-logging';

/** Nobody: the program needs no file and no right. */
const USER = '65534:65534';

// The values are environment variables, so that the shell never reads them as part of its line.
const WAIT = `for i in $(seq "$PATIENCE"); do
  if pg_isready -q -t 2 -h "$SERVER" -p "$PORT"; then
    why=$(psql -XAtq -d "$DATABASE" -c 'SELECT' 2>&1) && exit 0
  fi
  sleep 1
done
echo "not ready within $PATIENCE seconds: \${why:-the server does not answer}"
exit 1
`;

/** The database to wait for. */
export interface AwaitedDatabase {
  readonly image: string;
  readonly networkName: string;
  /** A host name that only this version of the database's container has. */
  readonly hostName: string;
  readonly port: number;
  /** The client's own way in, so that a user or database that is still being created is waited for as well. */
  readonly url: string;
  readonly patienceSeconds: number;
  readonly provider?: TerraformProvider;
}

/**
 * Waits until a database accepts connections, without depending on its container in Terraform's graph: for what is replaced side by
 * side, see `lib/docker/side-by-side.ts`.
 *
 * A small container asks the server over the private network, as the client will. The host name that it asks differs for each version
 * of the database's container, so that one that is about to be replaced is not taken for ready.
 */
export class DatabaseReady extends Construct implements ITerraformDependable {
  public readonly resource: Container;

  public constructor(scope: Construct, id: string, database: AwaitedDatabase) {
    super(scope, id);
    markSideBySide(this);
    const logging = defaultLogging(this, 'databases');
    this.resource = hardenedContainer(this, 'Resource', {
      name: dockerName(this),
      image: database.image,
      user: USER,
      entrypoint: ['/bin/sh', '-c', literal(WAIT)],
      environment: new Map([
        ['SERVER', database.hostName],
        ['PORT', String(database.port)],
        ['DATABASE', database.url],
        ['PATIENCE', String(database.patienceSeconds)],
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
