/** The path of the construct that a container belongs to. Its containers are children, a further replica has a number. */
export function constructPath(containerPath: string): string {
  return containerPath.replace(/\/Resource\d*$/, '');
}

/** The name of the `docker_image` that a container's `image` refers to; undefined for an image that no resource is. */
export function imageResource(reference: string): string | undefined {
  return /^\$\{docker_image\.(\w+)\.\w+\}$/.exec(reference)?.[1];
}

/** The name of a container without the random characters that one has which is replaced side by side. */
export function containerName(name: string): { readonly name: string; readonly isBlueGreen: boolean } {
  const parts = /^\$\{join\("-", \[(".*"), substr\(uuid\(\), 0, 8\)\]\)\}$/.exec(name);
  return parts === null ? { name, isBlueGreen: false } : { name: JSON.parse(parts[1]), isBlueGreen: true };
}
