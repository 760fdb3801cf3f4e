import { Annotations, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { InputProblem, reject } from '../input/input-error';
import { sharedMap } from '../input/shared';
import { DEFAULT_PROCESSES } from '../workload/helper';
import { Workload } from '../workload/workload';

/** Stacks that have been told what services of a Swarm go without. */
const told = sharedMap<TerraformStack, true>('swarm-limits');

/** Refuses what a service of a Swarm cannot have. Read at synth again, because ports and mounts may be added. */
export function refuseOnSwarm(scope: Construct, workload: Workload): void {
  const problem = problemOf(workload);
  if (problem) {
    reject(scope, problem);
  }
}

/** Says once for each stack what every service goes without, and for a service what was asked for in vain. */
export function warnOnSwarm(scope: Construct, workload: Workload): void {
  const stack = TerraformStack.of(scope);
  if (!told.has(stack)) {
    told.set(stack, true);
    Annotations.of(stack).addWarning(
      'Services on a Swarm run without no-new-privileges, without a limit of processes, and with as much swap as memory, because the Docker provider cannot '
      + 'set these. Set "no-new-privileges": true in /etc/docker/daemon.json of each node, and turn swap off there.');
  }
  const asked = [
    ...workload.processes === undefined || workload.processes === DEFAULT_PROCESSES ? [] : ['`processes`'],
    ...workload.mounts.some((mount) => mount._size !== undefined) ? ['the size of file systems in memory (they count as memory of the service)'] : [],
    ...workload.cpuShares === undefined ? [] : ['`cpuShares`'],
  ];
  if (asked.length > 0) {
    Annotations.of(scope).addWarning(`A Swarm does not limit what this service asks for: ${asked.join(', ')}. Set \`memory\` and \`cpuPercent\`.`);
  }
  const fixed = [...workload.labels.size > 0 ? ['`labels`'] : [], ...Object.keys(workload.extraHosts ?? {}).length > 0 ? ['`extraHosts`'] : []];
  if (fixed.length > 0) {
    Annotations.of(scope).addWarning(
      `A change of ${fixed.join(' or ')} replaces this service with a gap, because the Docker provider cannot change them. Leave them as they are, or out.`);
  }
}

function problemOf(workload: Workload): InputProblem | undefined {
  const { image, ports, mounts, healthCheck } = workload;
  const elsewhere = 'give the program `place: cluster.node(…)`, which runs it in containers on that node';
  if (image.digestReference === undefined) {
    return {
      what: 'the nodes of a Swarm pull the image from a registry, and it is in none',
      given: image.name,
      allowed: 'images that are pushed, and images from a registry',
      remedy: 'give the image a `registry` that all nodes reach, or all images: Defaults.apply(app, { images: { registry: ImageRegistry.of(…) } })',
    };
  }
  if (ports.length > 0) {
    return {
      what: 'a service of a Swarm publishes no port: its tasks move from node to node',
      given: ports[0].published.hostPort,
      allowed: 'routes of a gateway',
      remedy: `leave the port out and give the service \`routes: [gateway.route()]\`; or ${elsewhere}`,
    };
  }
  const kept = mounts.find((mount) => mount._volume() !== undefined);
  if (kept !== undefined) {
    return {
      what: 'a volume or directory is on one machine, and the tasks of a Swarm move from node to node',
      given: kept.containerPath,
      allowed: '`files`, and file systems in memory',
      remedy: elsewhere,
    };
  }
  if (mounts.some((mount) => mount._isExecutable)) {
    return {
      what: 'a Swarm mounts file systems in memory so that no file in them can be executed',
      given: { executable: true },
      allowed: 'ContainerMount.tmpfs() without `executable`',
      remedy: elsewhere,
    };
  }
  const unknown = ([
    ['hostNetwork', workload.hostNetwork], ['hostProcesses', workload.hostProcesses], ['openFiles', workload.openFiles],
    ['networkOf', workload.networkOf], ['processesOf', workload.processesOf], ['sharedMemory', workload.sharedMemory],
  ] as const).find(([, value]) => value !== undefined && value !== false);
  if (unknown !== undefined) {
    return {
      what: `a service of a Swarm has no \`${unknown[0]}\``,
      given: typeof unknown[1] === 'object' ? undefined : { [unknown[0]]: unknown[1] },
      allowed: 'what docs/swarm.md lists',
      remedy: `leave it out, or ${elsewhere}`,
    };
  }
  if (workload.beside && healthCheck?._maxWait() === undefined) {
    return {
      what: 'a Swarm takes a version without a health check for good as soon as it runs',
      given: 'Rollout.blueGreen() without `healthCheck`',
      allowed: 'Rollout.blueGreen() with a health check',
      remedy: 'give the service `healthCheck`, or `rollout: Rollout.recreate()`',
    };
  }
  return undefined;
}
