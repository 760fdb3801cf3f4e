import type { Inspection } from '../containers';
import type { Engine } from '../engine';

/** A process that the kernel ended because its container had no memory left. */
export interface MemoryKill {
  readonly containerId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly process: string;
}

/**
 * What the kernel remembers of containers that ran out of memory.
 *
 * `docker inspect` forgets `OOMKilled` when the container starts again, and the engine's events are gone after 256 others, which health checks
 * alone fill in a minute. A container's cgroup, with its counters, is made anew at each start. The kernel's own log has the container's id, and keeps it
 * until other messages have filled its buffer, or the machine starts anew. Measured with engine 26.1, cgroups 1 and 2, Linux 6.
 *
 * A container without network, files and other capabilities reads it, for a moment. It takes the image of a container that is already there: the
 * probe of an image without a shell, or `dmesg`.
 */
export async function memoryKills(engine: Engine, containers: readonly Inspection[], now: number): Promise<MemoryKill[] | undefined> {
  for (const [image, command] of readers(containers)) {
    const [entrypoint, ...args] = command;
    const { status, stdout } = await engine.run(
      'run', '--rm', '--network', 'none', '--read-only', '--user', '0:0', '--cap-drop', 'ALL', '--cap-add', 'SYSLOG',
      '--security-opt', 'no-new-privileges', '--memory', '64m', '--log-driver', 'none', '--no-healthcheck', '--pull', 'never',
      '--label', 'cdktf-go-docker.command=status', '--entrypoint', entrypoint, image, ...args);
    if (status === 0) {
      return parsed(stdout, now);
    }
  }
  return undefined;
}

/** Images with what can read the log, and its command line. */
function readers(containers: readonly Inspection[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const container of containers) {
    const [keyword, program, mode] = container.Config.Healthcheck?.Test ?? [];
    if (keyword === 'CMD' && program?.startsWith('/') && ['http', 'https', 'tcp', 'grpc', 'grpcs'].includes(mode)) {
      found.set(container.Image, [program, 'memory-kills']);
    } else {
      found.set(container.Image, ['sh', '-c', 'cat /proc/uptime && dmesg']);
    }
  }
  // An image with dmesg may be missing it; one of the library's has its probe for sure.
  return new Map([...found].sort(([, [one]], [, [other]]) => Number(one === 'sh') - Number(other === 'sh')).slice(0, 3));
}

/** The first line is that of `/proc/uptime`, the others have the seconds since the start of the machine in brackets. */
export function parsed(text: string, now: number): MemoryKill[] {
  const [uptime, ...lines] = text.split('\n');
  const start = now - Number.parseFloat(uptime) * 1000;
  if (Number.isNaN(start)) {
    return [];
  }
  return lines.flatMap((line) => {
    const [, seconds, containerId, process] = /\[ *(\d+\.\d+)\].*\boom-kill:.*\btask_memcg=\S*?([0-9a-f]{64})[^,]*,task=(.*),pid=\d+/.exec(line) ?? [];
    return seconds === undefined ? [] : [{ containerId, at: start + Number(seconds) * 1000, process }];
  });
}
