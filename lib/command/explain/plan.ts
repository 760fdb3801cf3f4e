/** What Terraform would do with a resource. */
export type Action = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'forget';

/** A change of a resource in the JSON of a plan (`terraform show -json`), as far as `explain` needs it. */
export interface ResourceChange {
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly previous_address?: string;
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly Action[];
    readonly before: Attributes | null;
    readonly after: Attributes | null;
    readonly after_unknown: Attributes;
    readonly before_sensitive: Attributes | boolean;
    readonly after_sensitive: Attributes | boolean;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

export type Attributes = Readonly<Record<string, any>>;

/** https://developer.hashicorp.com/terraform/internals/json-format */
export interface Plan {
  readonly format_version: string;
  readonly errored?: boolean;
  readonly resource_changes?: readonly ResourceChange[];
  readonly resource_drift?: readonly ResourceChange[];
  readonly checks?: readonly {
    readonly status: string;
    readonly instances?: readonly { readonly problems?: readonly { readonly message: string }[] }[];
  }[];
}

/** What happens to a resource, in one word. `replaced side by side` is `create_before_destroy`. */
export type Fate = 'kept' | 'created' | 'updated' | 'replaced' | 'replaced side by side' | 'removed' | 'forgotten';

const FATES: Readonly<Record<string, Fate>> = {
  'no-op': 'kept',
  'read': 'kept',
  'create': 'created',
  'update': 'updated',
  'delete': 'removed',
  'forget': 'forgotten',
  'delete,create': 'replaced',
  'create,delete': 'replaced side by side',
  // Terraform 1.7 and newer, where the old object is not destroyed.
  'forget,create': 'created',
  'create,forget': 'created',
};

export function fateOf({ change }: ResourceChange): Fate {
  return FATES[change.actions.join()] ?? 'updated';
}
