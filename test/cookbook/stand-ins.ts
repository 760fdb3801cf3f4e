import type { Task } from './page';
import { runCommand, succeed } from './process';

/**
 * Redis of Debian. As in the official image, the entrypoint begins as root, gives the data to user 999, becomes this user, and does without
 * the protected mode.
 */
const REDIS = `FROM debian:bookworm
RUN groupadd --system --gid 999 redis && useradd --system --gid redis --uid 999 redis \\
 && apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server redis-tools > /dev/null && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /data && chown redis:redis /data \\
 && printf '%s\\n' '#!/bin/sh' 'set -e' 'if [ "$(id -u)" = 0 ]; then chown -R redis /data; exec setpriv --reuid redis --regid redis --clear-groups "$0" "$@"; fi' \\
   'exec "$@" --protected-mode no' > /usr/local/bin/begin && chmod 755 /usr/local/bin/begin
VOLUME /data
WORKDIR /data
ENTRYPOINT ["begin"]
EXPOSE 6379
CMD ["redis-server"]
`;

/** BusyBox of Debian, with the links of its tools. */
const BUSYBOX = `FROM debian:bookworm AS tools
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends busybox-static > /dev/null \\
 && mkdir -p /root-of/bin /root-of/tmp && cp /bin/busybox /root-of/bin/ && /bin/busybox --list | grep -v '^busybox$' | while read -r tool; do ln -s busybox "/root-of/bin/$tool"; done
FROM scratch
COPY --from=tools /root-of /
CMD ["sh"]
`;

/** An image that a page names, and what stands for it on an engine that cannot pull it. */
export class ForeignImage {
  public constructor(public readonly name: string, private readonly dockerfile: string) {}

  /** Provides the image, and returns what removes it again. */
  public async provide(say: (line: string) => void): Promise<() => Promise<void>> {
    if ((await runCommand('docker', ['image', 'inspect', this.name])).status === 0) {
      return async () => undefined;
    }
    if ((await runCommand('docker', ['pull', '--quiet', this.name])).status !== 0) {
      say(`${this.name} cannot be pulled: the one of Debian stands for it`);
      await succeed('docker', ['build', '--quiet', '--network', 'host', '--tag', this.name, '-'], { input: this.dockerfile });
    }
    return async () => {
      await succeed('docker', ['image', 'rm', this.name]);
    };
  }
}

const IMAGES = [new ForeignImage('redis:7', REDIS), new ForeignImage('busybox:1.37', BUSYBOX)];

/** The images that the tasks name. */
export function imagesOf(tasks: readonly Task[]): readonly ForeignImage[] {
  const texts = tasks.flatMap(({ steps }) => steps.map((step) => step.kind === 'file' ? step.text : step.script));
  return IMAGES.filter(({ name }) => texts.some((text) => text.includes(name)));
}
