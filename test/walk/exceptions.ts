import { Model, ServiceModel, partOf } from './model';

/** A case in which a failed apply may leave a service without an answer. docs/what-survives-what.md has the same list. */
export interface Exception {
  /** As the page has it. */
  readonly text: string;
  readonly applies: (service: ServiceModel, before: Model) => boolean;
}

/** Everything else that leaves a service without an answer is a defect. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    text: 'A recreated service with a writable mount, whose new version does not become healthy',
    applies: ({ hasVolume, behaviour, rollout }) => hasVolume && rollout === 'recreate' && ['crashing', 'unhealthy', 'hanging'].includes(behaviour),
  },
  {
    text: 'A service whose database does not start with its new settings',
    applies: ({ database }, before) => partOf(before, 'database', database)?.isMisspelt ?? false,
  },
];

export function exceptionFor(service: ServiceModel, model: Model): Exception | undefined {
  return EXCEPTIONS.find(({ applies }) => applies(service, model));
}
