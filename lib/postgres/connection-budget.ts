import { Construct } from 'constructs';
import { InputError } from '../input/input-error';
import { ConnectionPool } from '../values/connection-pool';
import { copiesOf } from '../workload/copies';

/** A client of the server: a service, or a helper such as the backup. */
interface Claim {
  readonly owner: string;
  readonly connections: number;
  /** How many containers of the client run at the same time. */
  readonly copies: () => number;
}

/** The server's connection limit, and the connections that it reserves. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  readonly superuserReserved: number;
  readonly reserved: number;
}

/** The connections of a server by client. Too many are an error at synth, not "too many clients already" under load. */
export class ConnectionBudget {
  private readonly claims: Claim[] = [];

  public constructor(private readonly scope: Construct, private readonly limits: ConnectionLimits) {
    scope.node.addValidation({ validate: () => this.problems() });
  }

  public addPool(client: Construct, pool: ConnectionPool | undefined): void {
    if (pool) {
      this.claims.push({ owner: client.node.path, connections: pool.size, copies: () => copiesOf(client) });
    }
  }

  public add(owner: string, connections: number): void {
    this.claims.push({ owner, connections, copies: () => 1 });
  }

  private problems(): string[] {
    const { maxConnections, superuserReserved, reserved } = this.limits;
    const available = maxConnections - superuserReserved - reserved;
    const wanted = this.claims.reduce((sum, { connections, copies }) => sum + connections * copies(), 0);
    return wanted <= available ? [] : [new InputError({
      what: 'the connection pools of the services are larger than what the server accepts',
      given: `${wanted} = ${this.claims.map(shown).join(' + ')}`,
      allowed: `${available}: max_connections ${maxConnections} without the ${superuserReserved + reserved} that are kept for administrators`,
      remedy: 'make pools smaller or run fewer replicas, or raise max_connections with `tuning` or `parameters`; each connection takes memory',
    }, this.scope.node.path).message];
  }
}

function shown({ owner, connections, copies }: Claim): string {
  return copies() === 1 ? `${connections} (${owner})` : `${connections} × ${copies()} containers (${owner})`;
}
