import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { IContainerNetwork } from './network';
import { ConnectionPool } from '../values/connection-pool';

/** What a client needs in order to use a database or another service. */
export interface Binding {
  /** Environment variables of the client, for example the connection URL. The values are marked as sensitive for Terraform. @sensitive */
  readonly variables: { [name: string]: string };

  /** Networks on which the database is reached. @default - none: it is reached from everywhere */
  readonly networks?: IContainerNetwork[];

  /** What must be ready before the client starts. @default - nothing */
  readonly after?: ITerraformDependable[];

  /**
   * A check that stands for `after` where the client must not depend on those containers, because it is replaced side by side.
   *
   * @default - the client depends on `after`
   */
  readonly readiness?: Readiness;
}

/** A question that a small container asks until the answer is yes. */
export interface Readiness {
  /** The id of the check's construct: unique among the checks of one client. */
  readonly id: string;

  /** The image that holds the command and `/bin/sh`: a reference to the id that the place has made available. */
  readonly image: string;

  /** A script for `/bin/sh`. It reads everything from its environment, and ends with 0 when the answer is yes. */
  readonly script: string;

  /** The environment of the script. */
  readonly environment: { [name: string]: string };

  /** Further environment variables, whose values are marked as sensitive for Terraform. */
  readonly secretEnvironment: { [name: string]: string };

  /** The networks that the check runs on. */
  readonly networks: IContainerNetwork[];
}

/** The variable that gets a connection URL unless the client names another one. */
export const DEFAULT_URL_VARIABLE = 'DATABASE_URL';

/** How a client uses a database. */
export interface ConnectionOptions {
  /** The environment variable that gets the connection URL. @default "DATABASE_URL" @tokens refused */
  readonly variable?: string;

  /** Further parameters of the connection URL, for example `{ application_name: "shop" }`. @default - none */
  readonly parameters?: { [name: string]: string };

  /**
   * The most connections that the service opens. All pools of a database together must fit into what its server accepts; that is
   * checked at synth.
   *
   * @default - not known, and not counted
   */
  readonly pool?: ConnectionPool;
}

/** What services and tasks can be connected to: a database, or one of its roles. */
export interface IBinding {
  /**
   * What `client` needs in order to use the database. Called by the client's `connectTo`.
   *
   * @param client the construct that will use the database
   * @param options what the client wants of the connection
   */
  bind(client: Construct, options: ConnectionOptions): Binding;
}
