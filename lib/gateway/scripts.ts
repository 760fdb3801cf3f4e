import { HTTP_PORT } from './haproxy-configuration';

/** The home of the image's user, which the engine copies into an empty volume together with its owner. */
export const STATE_DIRECTORY = '/var/lib/haproxy';

const CONFIGURATION = `${STATE_DIRECTORY}/haproxy.cfg`;

/** Waits for the first configuration and becomes HAProxy's master process, which SIGUSR2 makes load another one. */
export const GATEWAY_SCRIPT = `trap 'exit 0' TERM USR1
until [ -s ${CONFIGURATION} ]; do sleep 0.2; done
exec haproxy -W -db -f ${CONFIGURATION}
`;

/**
 * Puts a configuration (environment variable CONFIGURATION) in the place of the present one.
 *
 * It runs in a container that shares the gateway's processes (1 is the master) and its volume. The listening sockets pass from the old
 * worker process to the new one, so that no connection is refused; the old one ends with its last connection. A configuration that
 * HAProxy does not accept changes nothing.
 *
 * The first configuration is what the gateway starts with. A master that has only just started does not hear the signal yet, so that it is
 * sent again; a reload too many does no harm.
 */
export const CONFIGURE_SCRIPT = `set -eu
cd ${STATE_DIRECTORY}
umask 027
workers() {
  for stat in /proc/[0-9]*/stat; do
    read -r pid name state parent rest 2>/dev/null < "$stat" || continue
    if [ "$name" = '(haproxy)' ] && [ "$parent" = 1 ]; then echo "$pid"; fi
  done
}
wait_for_other_than() {
  for i in $(seq "$2"); do
    for pid in $(workers); do
      case " $1 " in *" $pid "*) ;; *) return 0 ;; esac
    done
    sleep 0.2
  done
  return 1
}
printf '%s' "$CONFIGURATION" > candidate.cfg
haproxy -c -q -f candidate.cfg
if [ -f haproxy.cfg ]; then cp haproxy.cfg previous.cfg; fi
mv candidate.cfg haproxy.cfg
if ! wait_for_other_than '' 150; then
  echo 'the gateway has not started'
  exit 1
fi
if [ ! -f previous.cfg ]; then exit 0; fi
before=$(workers | tr '\\n' ' ')
for attempt in $(seq 6); do
  kill -USR2 1
  if wait_for_other_than "$before" 25; then exit 0; fi
done
echo 'the gateway has not taken over its new configuration: its own log says why'
mv previous.cfg haproxy.cfg
exit 1
`;

/** Asks the kernel whether the gateway's port is open in its network. HAProxy ends itself when a worker hangs or dies. */
export const HEALTH_COMMAND = `grep -q ':${HTTP_PORT.toString(16).toUpperCase()} 0*:0000 0A ' /proc/net/tcp /proc/net/tcp6`;
