import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Binding, ConnectionOptions } from '../../workload/binding';

/** What a role needs to know of the database that it is for. */
export interface RoleHome {
  readonly connectAs: (username: string, password: string, client: Construct, options: ConnectionOptions) => Binding;
  readonly superuser: string;
  readonly task: ITerraformDependable;
}

/** What the databases of a server know of it together. */
export interface DatabaseHome {
  readonly home: (databaseName: string) => RoleHome;
  readonly roleNames: Set<string>;
}
