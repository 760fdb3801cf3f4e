import { runCommand, succeed } from './process';

const NAME = 'redis:7';

/**
 * Redis of Debian, for an engine that cannot pull the official image. As in the official one, the entrypoint begins as root, gives the data to
 * user 999, becomes this user, and does without the protected mode.
 */
const DOCKERFILE = `FROM debian:bookworm
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

/** Provides the image of task 1, and returns what removes it again. */
export async function provideRedis(say: (line: string) => void): Promise<() => Promise<void>> {
  if ((await runCommand('docker', ['image', 'inspect', NAME])).status === 0) {
    return async () => undefined;
  }
  if ((await runCommand('docker', ['pull', '--quiet', NAME])).status !== 0) {
    say(`${NAME} cannot be pulled: Redis of Debian stands for it`);
    await succeed('docker', ['build', '--quiet', '--network', 'host', '--tag', NAME, '-'], { input: DOCKERFILE });
  }
  return async () => {
    await succeed('docker', ['image', 'rm', NAME]);
  };
}
