import type { IConstruct } from 'constructs';
import { ContainerLogging } from './logging';
import { inherited } from '../input/inherited';

/** The default logging of a container. @param kind the more specific defaults, for example `databases` for a helper of a database */
export function defaultLogging(scope: IConstruct, kind?: string): ContainerLogging {
  const ofKind = kind === undefined ? undefined : inherited(scope, kind)?.logging;
  return (ofKind ?? inherited(scope, 'logging')?.logging ?? ContainerLogging.jsonFile()) as ContainerLogging;
}
