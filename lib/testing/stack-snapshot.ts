import { TerraformStack, Testing } from 'cdktf';
import { checkArguments } from '../input/props';

/** 128 bits in hexadecimal: a fingerprint is the name of a staged build context, and the beginning of an image's tag. */
const FINGERPRINT = /(?<=[:/])[0-9a-f]{32}(?=$|-)/;

/**
 * The text of a stack for snapshot tests. An edit of a program's sources does not change it, and neither does a new version of the health
 * probe; every other change does.
 * @example
 * const text = StackSnapshot.of(this);   // in a test: expect(text).toMatchSnapshot()
 */
export class StackSnapshot {
  /**
   * What Terraform reads, as JSON, with `<fingerprint>` in the place of each image's fingerprint.
   * @param stack the stack; `new MyStack(Testing.app(), 'test')` makes one in a test
   * @throws an error when the argument is not a stack, and the stack's own errors of synth
   */
  public static of(stack: TerraformStack): string {
    checkArguments('StackSnapshot.of', { stack });
    const text = Testing.synth(stack, true);
    const images: any[] = Object.values(JSON.parse(text).resource?.docker_image ?? {});
    // Known ones alone, because a value of the user's own may look like one.
    const fingerprints = new Set(images.filter(({ build }) => build !== undefined)
      .flatMap(({ name, build }) => [String(name), String(build.context)].flatMap((place) => FINGERPRINT.exec(place) ?? [])));
    return [...fingerprints].reduce((all, fingerprint) => all.replaceAll(fingerprint, '<fingerprint>'), text);
  }

  private constructor() {}
}
