import type { IConstruct } from 'constructs';
import { DockerHost } from './docker-host';
import { Place } from './place';
import { inherited } from '../input/inherited';

/** Where a construct's containers run: at its own place, or at the default one from above. */
export function placeOf(scope: IConstruct, own: Place | undefined): Place {
  return own ?? inherited(scope, 'place')?.place as Place | undefined ?? DockerHost.local();
}
