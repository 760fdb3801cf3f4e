import { section } from './text';

/**
 * Docker's DNS server.
 *
 * It lives in the engine. While the engine is away (`live-restore`), containers keep their addresses: `timeout` and `refused` keep them
 * as well. While it is there, it knows all names of the gateway's network itself: any other answer means that the container is gone.
 * The engine may give its address to the next container at once, so that the gateway forgets it quickly.
 */
export const RESOLVERS = section('resolvers engine', [
  'nameserver docker 127.0.0.11:53',
  'accepted_payload_size 8192',
  'resolve_retries 3',
  'timeout resolve 500ms',
  'timeout retry 500ms',
  'hold valid 500ms',
  'hold obsolete 500ms',
  'hold nx 500ms',
  'hold other 500ms',
  'hold timeout 24h',
  'hold refused 24h',
]);
