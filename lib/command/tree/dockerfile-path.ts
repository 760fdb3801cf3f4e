import * as path from 'path';

/** Where a build's Dockerfile is, from the directory where Terraform runs. Since provider 4.0 its path starts at the context. */
export function dockerfilePath({ context, dockerfile }: { readonly context: string; readonly dockerfile: string }): string {
  return dockerfile.startsWith('../') ? path.posix.join(context, dockerfile) : dockerfile;
}
