/** The path of the construct that a container belongs to. Its containers are children, a further replica has a number. */
export function constructPath(containerPath: string): string {
  return containerPath.replace(/\/Resource\d*$/, '');
}

/** The name of the `docker_image` that a container's `image` refers to; undefined for an image that no resource is. */
export function imageResource(reference: string): string | undefined {
  return /^\$\{docker_image\.(\w+)\.\w+\}$/.exec(reference)?.[1];
}
