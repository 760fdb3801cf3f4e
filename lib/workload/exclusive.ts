import type { Construct } from 'constructs';
import type { IContainerNetwork } from './network';
import type { Asked } from './workload';
import type { ContainerImageBinding } from '../image/container-image';

/** What a readiness check runs. */
export interface ReadinessQuestion {
  /** The id of the check's construct. */
  readonly id: string;
  /** The image, by image id. */
  readonly image: string;
  readonly entrypoint: readonly string[];
  readonly environment: { readonly [name: string]: string };
  readonly secretEnvironment: { readonly [name: string]: string };
  readonly networks: readonly IContainerNetwork[];
}

/** A workload whose container cannot exist twice. What is replaced side by side waits for it by a readiness check. */
export interface Exclusive extends Asked {
  /** How long it may take until it is ready. */
  patienceSeconds(): number;
  /** @param image the client's image, whose probe may ask */
  question(client: Construct, image: ContainerImageBinding): ReadinessQuestion;
}

/** A construct that may have such a workload. */
export interface MaybeExclusive {
  /** @internal */
  _exclusive(): Exclusive | undefined;
}

export function exclusiveOf(prerequisite: unknown): Exclusive | undefined {
  return (prerequisite as Partial<MaybeExclusive>)._exclusive?.();
}
