import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { IContainerNetwork } from './network';
import { ConnectionPool } from '../values/connection-pool';

/** What a service needs in order to use a database. */
export interface DatabaseConnection {
  /**
   * The connection URL with user and password, marked as sensitive for Terraform.
   *
   * @sensitive
   */
  readonly url: string;

  /**
   * Networks on which the database is reached.
   *
   * @default - none: it is reached from everywhere
   */
  readonly networks?: IContainerNetwork[];

  /**
   * What must be ready before the service starts.
   *
   * @default - nothing
   */
  readonly dependencies?: ITerraformDependable[];
}

/** How a service uses a database. */
export interface DatabaseConnectionOptions {
  /**
   * The environment variable that gets the connection URL.
   *
   * @default "DATABASE_URL"
   * @tokens refused
   */
  readonly variable?: string;

  /**
   * Further parameters of the connection URL, for example `{ application_name: "shop" }`.
   *
   * @default - none
   */
  readonly parameters?: { [name: string]: string };

  /**
   * The most connections that the service opens. All pools of a database together must fit into what its server accepts; that is
   * checked at synth.
   *
   * @default - not known, and not counted
   */
  readonly pool?: ConnectionPool;
}

/** A database that services can be connected to. */
export interface IDatabase {
  /**
   * What `client` needs in order to use the database. Called by the client's `connectTo`.
   *
   * @param client the construct that will use the database
   * @param options what the client wants of the connection
   */
  connect(client: Construct, options: DatabaseConnectionOptions): DatabaseConnection;
}
