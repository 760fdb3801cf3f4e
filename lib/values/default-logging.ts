import type { IConstruct } from 'constructs';
import { ContainerLogging } from './logging';
import { inherited } from '../input/inherited';

/**
 * Where the output of a container goes that has no setting of its own.
 *
 * @param kind the defaults that come before those of all containers, for a helper of a database: `databases`
 */
export function defaultLogging(scope: IConstruct, kind?: string): ContainerLogging {
  const ofKind = kind === undefined ? undefined : inherited(scope, kind)?.logging;
  return (ofKind ?? inherited(scope, 'logging')?.logging ?? ContainerLogging.jsonFile()) as ContainerLogging;
}
