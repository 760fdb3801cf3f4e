import type { IConstruct } from 'constructs';
import { DockerHost } from './docker-host';
import { Place } from './place';
import { inherited } from '../input/inherited';

/** A construct's own place, else the nearest default, else the local engine. */
export function placeOf(scope: IConstruct, own: Place | undefined): Place {
  return own ?? inherited(scope, 'place')?.place as Place | undefined ?? DockerHost.local();
}
