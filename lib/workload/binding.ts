import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ConnectionVariables } from './connection-variables';
import { IContainerNetwork } from './network';
import { ConnectionPool } from '../values/connection-pool';

/** How a client reaches a database or another service. */
export interface Binding {
  /** Environment variables of the client, for example the connection URL. The values are marked as sensitive for Terraform. @sensitive */
  readonly variables: { [name: string]: string };

  /** The connection URL, marked as sensitive for Terraform. It replaces `placeholder` in arguments. @default - not known @sensitive */
  readonly url?: string;

  /** The networks on which the client reaches the database. @default - none: it is reached from everywhere */
  readonly networks?: IContainerNetwork[];

  /** What must be ready before the client starts. @default - nothing */
  readonly after?: ITerraformDependable[];

  /**
   * A check to wait for in place of `after`. A client that is replaced side by side must not depend on those containers.
   * @default - the client depends on `after`
   */
  readonly readiness?: Readiness;
}

/** A check that a small container repeats until it succeeds. */
export interface Readiness {
  /** The id of the check's construct, unique for each client. @tokens refused */
  readonly id: string;

  /** The image of the check, by image id. It needs `/bin/sh`. */
  readonly image: string;

  /** A script for `/bin/sh`. It reads its input from the environment and exits with 0 on success. */
  readonly script: string;

  /** The environment of the script. */
  readonly environment: { [name: string]: string };

  /** Further environment variables. Their values are marked as sensitive for Terraform. */
  readonly secretEnvironment: { [name: string]: string };

  /** The networks that the check runs on. */
  readonly networks: IContainerNetwork[];
}

/** The variable that gets a connection URL unless the client names another one. */
export const DEFAULT_URL_VARIABLE = 'DATABASE_URL';

/** How a client uses a database. */
export interface ConnectionOptions {
  /**
   * The environment variable that gets the connection URL.
   * @default "DATABASE_URL"; with `file` "DATABASE_URL_FILE", which has the file's path; none with `parts` or `placeholder` @tokens refused
   */
  readonly variable?: string;

  /**
   * The path of a file in the container that gets the connection URL, for example `/run/secrets/database-url`. The variable then has this path,
   * and `docker inspect` shows no password.
   * @default - none: the variable has the URL @tokens refused
   */
  readonly file?: string;

  /** Environment variables for host, user, password and so on, for a program that wants them one by one. @default - none */
  readonly parts?: ConnectionVariables;

  /**
   * A text in the program's `arguments` that the connection URL replaces, for example `{database}` in `["-database", "{database}", "up"]`.
   * Plans do not show the URL. `docker inspect` and the list of processes on the Docker host do: prefer a variable where the program
   * reads one.
   * @default - the arguments stay as they are @tokens refused
   */
  readonly placeholder?: string;

  /** Further parameters of the connection URL, for example `{ application_name: "shop" }`. @default - none */
  readonly parameters?: { [name: string]: string };

  /**
   * The most connections that one container of the client opens. At synth, the pools of all clients together must fit into the server's
   * connection limit. A pool counts once for each replica, and twice with a rollout that runs the old and the new version side by side.
   * @default - not known, and not counted
   */
  readonly pool?: ConnectionPool;
}

/** What services and tasks can be connected to: a database, or one of its roles. */
export interface IBinding {
  /**
   * Describes how `client` reaches the database. Called by the client's `connectTo`.
   * @param client the construct that will use the database
   * @param options the variable, the URL's parameters and the pool
   */
  bind(client: Construct, options: ConnectionOptions): Binding;
}
