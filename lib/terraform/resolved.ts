import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from 'cdktf';

/** A value as Terraform reads it, with the references that cdktf's tokens stand for. */
export function resolved<T>(stack: TerraformStack, value: T): T {
  return Tokenization.resolve(value, { scope: stack, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false });
}
