import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { Fn, TerraformProvider, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';

/**
 * Keeps every container of a stack untouched until every image of the stack exists.
 *
 * Quirk: Terraform destroys a container *before* it builds the container's new image, even with `create_before_destroy` on the image.
 * After a compile error, the service would stay down.
 *
 * Remedy: containers use a second provider configuration that refers to the images' ids. Terraform configures a provider only after all its
 * references exist, so every operation on a container waits for the builds. If a build fails, Terraform touches no container.
 * The ids are in `ssh_opts`, as names of environment variables for ssh to send. Such variables do not exist, so this has no effect.
 *
 * A third configuration makes services wait for tasks, such as migrations. Otherwise a failed task would leave them stopped.
 *
 * Each stack and provider has one such configuration, because each one is a process of its own.
 * Measured with provider 3.6.2: after a compile error or a failed migration, the old version keeps serving.
 */
export class BuildGate extends DockerProvider {
  /** The gate for the containers of `scope`'s stack that use `provider`. */
  public static of(scope: Construct, provider?: TerraformProvider): BuildGate {
    return BuildGate.named(scope, 'after_images', provider);
  }

  /** The gate for containers that also wait for tasks. */
  public static behindTasks(scope: Construct, provider?: TerraformProvider): BuildGate {
    const images = BuildGate.of(scope, provider);
    const gate = BuildGate.named(scope, 'after_tasks', provider);
    gate.before = images;
    return gate;
  }

  private static named(scope: Construct, name: string, provider?: TerraformProvider): BuildGate {
    const stack = TerraformStack.of(scope);
    const alias = `${provider?.alias === undefined ? '' : `${provider.alias}_`}${name}`;
    const id = `docker_${alias}`;
    return (stack.node.tryFindChild(id) as BuildGate | undefined) ?? new BuildGate(stack, id, alias, provider);
  }

  /** Keyed by resource, because cdktf creates a new token on every read of an attribute. */
  private readonly ids = new Map<object, string>();
  private before?: BuildGate;

  private constructor(stack: TerraformStack, id: string, private readonly ownAlias: string, private readonly gated?: TerraformProvider) {
    super(stack, id, { alias: ownAlias });
  }

  /** Makes the containers wait for a resource, usually an image or a task. */
  public waitFor(resource: object, idOf: () => string): void {
    if (!this.ids.has(resource)) {
      this.ids.set(resource, idOf());
    }
  }

  /** Copies the user's provider configuration at synth, overrides included. */
  public toTerraform(): any {
    const own = super.toTerraform();
    const user = this.gated ?? this.defaultProvider();
    const { alias: _, ...configuration } = user?.toTerraform().provider.docker[0] ?? {};
    const users: string[] = configuration.ssh_opts ?? [];
    const ids = [...this.before?.ids.values() ?? [], ...this.ids.values()];
    own.provider.docker = [{
      ...configuration,
      // Only Terraform can extend a token.
      ssh_opts: Token.isUnresolved(users)
        ? Fn.concat([users, ids.flatMap((id) => ['-o', Fn.join('=', ['SendEnv', id])])])
        : [...users, ...ids.flatMap((id) => ['-o', `SendEnv=${id}`])],
      alias: this.ownAlias,
    }];
    return own;
  }

  private defaultProvider(): TerraformProvider | undefined {
    return TerraformStack.of(this).node.findAll().find((node): node is TerraformProvider =>
      TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'docker' && node.alias === undefined);
  }
}
