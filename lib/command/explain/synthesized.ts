import { BuiltFrom } from '../../files/built-from';
import { plainText } from '../known';
import { imageResource } from '../resources';

/** A synthesized stack (`cdk.tf.json`): what each resource belongs to, and what the program says about it in plain text. */
export class Synthesized {
  /** @param builtFrom what earlier versions of its images were built from */
  public constructor(private readonly stack: string, private readonly json: any, public readonly builtFrom?: BuiltFrom) {}

  /** The path of a resource's construct, without the stack; of one that has left the program, its name in Terraform. */
  public path(type: string, name: string): string {
    const path: string | undefined = this.settings(type, name)?.['//']?.metadata?.path;
    return path === undefined ? withoutHash(name) : path.startsWith(`${this.stack}/`) ? path.slice(this.stack.length + 1) : path;
  }

  /** What the program says about a resource; undefined when it has left the program. */
  public settings(type: string, name: string): any {
    return this.json.resource?.[type]?.[name];
  }

  /** The name of the `docker_image` that a container refers to. */
  public imageOf(container: string): string | undefined {
    return imageResource(this.settings('docker_container', container)?.image ?? '');
  }

  /** The lines of a container's environment that hold no expression, and so are no secret. */
  public plainVariables(container: string): ReadonlySet<string> {
    const lines: unknown = this.settings('docker_container', container)?.env;
    return new Set(Array.isArray(lines) ? lines.flatMap((line) => typeof line === 'string' ? plainText(line) ?? [] : []) : []);
  }
}

/** Ids of constructs end with a hash of their path where they are nested. */
function withoutHash(name: string): string {
  return name.replace(/_[0-9A-F]{8}$/, '').replace(/_/g, '/');
}
