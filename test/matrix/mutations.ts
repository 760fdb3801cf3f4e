/** A defect that a cell of the matrix must find. */
export type Mutation = (json: any) => void;

/**
 * What the library must not do with a version of the provider, done to the JSON that it writes: the walk of such a cell fails.
 * `npm run matrix -- --mutation NAME`
 */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  /** The path of the Dockerfile as the other major version of the provider reads it. */
  dockerfile: (json) => {
    for (const { build } of Object.values<any>(json.resource.docker_image ?? {})) {
      if (build?.dockerfile !== undefined) {
        build.dockerfile = build.dockerfile.startsWith('../') ? build.dockerfile.replace('../../', 'assets/') : build.dockerfile.replace('assets/', '../../');
      }
    }
  },
  /** A gate whose list has an element that a plan does not know. */
  gate: (json) => {
    for (const provider of json.provider.docker) {
      const references = /^\$\{split\("\\n", join\("\\n", (\[.*\])\)\)\}$/.exec(provider.ssh_opts ?? '')?.[1];
      if (references !== undefined) {
        provider.ssh_opts = `\${${references}}`;
      }
    }
  },
};
