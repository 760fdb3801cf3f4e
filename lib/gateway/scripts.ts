import { HTTP_PORT } from './haproxy-configuration';

/** The home of the image's user. The engine copies it, with its owner, into an empty volume. */
export const STATE_DIRECTORY = '/var/lib/haproxy';

const CONFIGURATION = `${STATE_DIRECTORY}/haproxy.cfg`;

/** Waits for the first configuration and becomes HAProxy's master process. SIGUSR2 reloads it. */
export const GATEWAY_SCRIPT = `trap 'exit 0' TERM USR1
until [ -s ${CONFIGURATION} ]; do sleep 0.2; done
exec haproxy -W -db -f ${CONFIGURATION}
`;

/**
 * Replaces the configuration by the one in the variable CONFIGURATION, unless HAProxy refuses it.
 *
 * It shares the gateway's process namespace (1 is the master) and volume. The new worker takes over the listening sockets, so no connection
 * is refused. The old worker ends with its last connection. A master that has just started ignores the signal, so the script repeats it.
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

/** Asks the kernel whether the gateway's port is open. HAProxy exits by itself when a worker hangs or dies. */
export const HEALTH_COMMAND = `grep -q ':${HTTP_PORT.toString(16).toUpperCase()} 0*:0000 0A ' /proc/net/tcp /proc/net/tcp6`;
