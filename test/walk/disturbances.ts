import { Engine, EngineContainer, run } from './engine';
import { Model, partOf, pathOf } from './model';
import { CONTAINER_DISTURBANCES, Disturbance } from './steps';

type Disturb = typeof CONTAINER_DISTURBANCES[number];

const COMMANDS: Record<Disturb, (container: EngineContainer) => string[] | undefined> = {
  remove: ({ id }) => ['rm', '--force', id],
  kill: ({ id }) => ['kill', id],
  stop: ({ id }) => ['stop', '--time', '5', id],
  disconnect: ({ id, networks }) => networks.length > 0 ? ['network', 'disconnect', '--force', networks[0], id] : undefined,
  // Docker refuses to remove an image that a container uses, but takes its name away.
  removeImage: ({ image }) => ['image', 'rm', '--force', image],
};

/** Does something to a container of a part of the program. Returns whether there was one to do it to. */
export async function disturbContainer(
  disturbance: Extract<Disturbance, { key: string }>, model: Model, engine: Engine, stackId: string,
): Promise<boolean> {
  const part = partOf(model, disturbance.kind, disturbance.key);
  const own = part === undefined ? [] : (await engine.containersOf(`${stackId}/${pathOf(part)}`)).filter(({ isRunning }) => isRunning)
    .sort((one, other) => one.name < other.name ? -1 : 1);
  const container = own[disturbance.replica % Math.max(1, own.length)];
  // An image that comes from a registry is not the stack's.
  const command = container && !(disturbance.disturb === 'removeImage' && disturbance.kind === 'database')
    ? COMMANDS[disturbance.disturb](container) : undefined;
  if (command) {
    await run('docker', command);
  }
  return command !== undefined;
}
