import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { Fn, TerraformProvider, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';

/**
 * Keeps every container of a stack untouched until every image of the stack is there.
 *
 * Quirk: Terraform destroys a container whose image is replaced *before* it builds the new image, even with
 * `create_before_destroy` on the image. A compile error then leaves the service down for good.
 *
 * Remedy: containers use a second configuration of the provider, whose settings refer to the images' ids. Terraform
 * configures a provider only when all that its configuration refers to exists, so that each operation on a container,
 * destroying included, waits for the builds; when one fails, none happens. The ids travel in `ssh_opts` as names of environment
 * variables that ssh would send along if they existed, which is without effect on every transport.
 *
 * Services that run after tasks, such as migrations, wait for those in the same way, with a third configuration: otherwise they would be
 * stopped before the task runs, and stay stopped when it fails.
 *
 * There is one such configuration for each stack and provider, because each is a process of its own.
 * Measured with provider 3.6.2: with a compile error, or a migration that fails, the old version keeps serving.
 */
export class BuildGate extends DockerProvider {
  /** The gate for containers of `scope`'s stack that use `provider`: open when the stack's images are there. */
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

  /** Containers behind this gate wait for the resource, usually an image or a task. */
  public waitFor(resource: object, idOf: () => string): void {
    if (!this.ids.has(resource)) {
      this.ids.set(resource, idOf());
    }
  }

  /** The user's provider configuration, overrides included, as it is when the stack is synthesized. */
  public toTerraform(): any {
    const own = super.toTerraform();
    const user = this.gated ?? this.defaultProvider();
    const { alias: _, ...configuration } = user?.toTerraform().provider.docker[0] ?? {};
    const users: string[] = configuration.ssh_opts ?? [];
    const ids = [...this.before?.ids.values() ?? [], ...this.ids.values()];
    own.provider.docker = [{
      ...configuration,
      // A list that only Terraform knows cannot be extended here.
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
