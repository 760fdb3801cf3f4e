import { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Binding, ConnectionOptions } from '../../workload/binding';

export interface RoleHome {
  readonly connectAs: (username: string, password: string, client: Construct, options: ConnectionOptions) => Binding;
  readonly superuser: string;
  readonly task: ITerraformDependable;
}

/** State that all databases of one server share. */
export interface DatabaseHome {
  readonly home: (databaseName: string) => RoleHome;
  readonly roleNames: Set<string>;
  /** Names of roles that must not log in. */
  readonly retired: Set<string>;
}
