import { Fn, TerraformProvider, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { TerraformData } from '../terraform/data';

/** In characters. Source: `validateConfigSecretAnnotations` in swarmkit. */
const LONGEST_NAME = 64;

/** The characters of a random suffix, with its hyphen. */
const SUFFIX = 9;

export interface SwarmObjectSettings {
  readonly kind: 'secret' | 'config';
  /** The start of its name. Characters that a Swarm refuses are replaced. */
  readonly prefix: string;
  /** Its content in base64, as Terraform reads it. */
  readonly data: string;
  /** A hash of the content, as Terraform reads it. */
  readonly fingerprint: string;
  readonly provider?: TerraformProvider;
}

/**
 * A secret or a configuration of a Swarm. Neither can be changed, so new content is a new object beside the old one, which is removed when the
 * services have left it.
 *
 * Its name has a random suffix for each content. Everybody who may list services sees the name, and a hash in it would let them test guesses.
 *
 * Quirk (3.6.2, 4.5.0): without `create_before_destroy`, a new content ends in `secret is in use by the following service`.
 */
export class SwarmObject extends TerraformResource {
  private readonly version: TerraformData;

  public constructor(scope: Construct, id: string, private readonly settings: SwarmObjectSettings) {
    super(scope, id, {
      terraformResourceType: `docker_${settings.kind}`,
      lifecycle: { createBeforeDestroy: true },
      provider: settings.provider,
    });
    this.version = new TerraformData(this, 'Version', {
      triggersReplace: { content: settings.fingerprint },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  public get objectId(): string {
    return this.getStringAttribute('id');
  }

  public get objectName(): string {
    return this.getStringAttribute('name');
  }

  protected synthesizeAttributes(): { [name: string]: any } {
    const { prefix, data } = this.settings;
    const start = prefix.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, LONGEST_NAME - SUFFIX);
    return { name: Fn.join('-', [start, Fn.substr(this.version.getStringAttribute('id'), 0, SUFFIX - 1)]), data };
  }
}
