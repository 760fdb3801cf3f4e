import { createHash } from 'crypto';
import { TerraformElement, TerraformProvider, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { Gate } from './gate';
import { literal } from '../terraform/text';

const ID = 'NewerImages';

/**
 * Tells with each plan which images are newer than those that the stack uses: a `check` for each, so that a registry which cannot be reached
 * is a warning, too.
 *
 * Quirk (3.6.2): a moved tag plans nothing, because the provider looks a tag up once. `docker_registry_image` asks the registry, without
 * pulling. It gives the digest of the list of all platforms, which is what pins have.
 *
 * Quirk (Terraform 1.11): a plan with such a `check` lists its read, and `-detailed-exitcode` ends with 2.
 */
export class NewerImages extends TerraformElement {
  public static of(scope: Construct): NewerImages {
    const stack = TerraformStack.of(scope);
    return stack.node.tryFindChild(ID) as NewerImages | undefined ?? new NewerImages(stack, ID);
  }

  /** Reference without a digest → its digest. */
  private readonly images = new Map<string, string | undefined>();

  /** @param digest what the stack uses, as Docker writes it; undefined: whatever the tag was when it was looked up */
  public add(reference: string, digest: string | undefined): void {
    this.images.set(reference, digest);
  }

  public toTerraform(): any {
    return { check: Object.fromEntries([...this.images].sort(([one], [other]) => one < other ? -1 : 1).map(([image, digest]) => this.check(image, digest))) };
  }

  private check(image: string, digest: string | undefined): [string, unknown] {
    const name = `image_${image.replace(/[^A-Za-z0-9]+/g, '_')}_${createHash('sha256').update(image).digest('hex').slice(0, 8)}`;
    const current = `data.docker_registry_image.${name}.sha256_digest`;
    const provider = this.provider;
    return [name, {
      data: { docker_registry_image: { [name]: { name: literal(image), ...provider === undefined ? {} : { provider } } } },
      assert: [digest === undefined
        ? { condition: `\${${current} == ""}`, error_message: `${literal(image)} is not pinned, so that nobody sees when it changes. Its tag is \${${current}} now: add that to \`pins\`.` }
        : {
          condition: `\${${current} == "${digest}"}`,
          error_message: `${literal(image)}: there is a newer image. The stack uses ${digest}, and the tag is \${${current}} now. Change its entry in \`pins\` to take it over.`,
        }],
    }];
  }

  /** The user's own configuration of the provider, which logs in at registries. Undefined: the default one. */
  private get provider(): string | undefined {
    const all = TerraformStack.of(this).node.findAll().filter((node): node is TerraformProvider =>
      TerraformProvider.isTerraformProvider(node) && node.terraformResourceType === 'docker' && !(node instanceof Gate));
    return all.length === 0 || all.some(({ alias }) => alias === undefined) ? undefined : `docker.${all[0].alias}`;
  }
}
