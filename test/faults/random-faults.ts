import { setTimeout as sleep } from 'timers/promises';
import { Fault, Scene } from './faults';
import { Random } from '../walk/random';

/** Pauses between two faults, in seconds. */
const PAUSE = { shortest: 5, longest: 30 };

/** Random faults, one after another, without waiting until each is over. Both stands get the same ones at the same times. */
export function randomFaults(faults: readonly Fault[], minutes: number, seed: number): Fault {
  return {
    name: 'random',
    title: `random faults: ${minutes} minutes, seed ${seed}`,
    seconds: 60,
    toMachine: async (scene: Scene) => {
      const random = new Random(seed);
      for (const end = Date.now() + minutes * 60_000; Date.now() < end;) {
        const fault = random.pick(faults);
        // What a fault is done to may be down already.
        await Promise.allSettled([fault.toMachine?.(scene), ...scene.stands.map(async (stand) => fault.toStand?.(stand, scene))]);
        await sleep((PAUSE.shortest + random.below(PAUSE.longest - PAUSE.shortest)) * 1000);
      }
    },
  };
}
