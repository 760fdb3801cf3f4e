import { CERTIFICATE_DIRECTORY } from './certificates';
import { ALIVE_PORT, MASTER_PORT, METRICS_SOURCE_VARIABLE, STATE_DIRECTORY } from './haproxy/settings';

/**
 * `talk` sends a line to a port of the container and prints the answer. It ends with 3 when the port is closed, and with another code when
 * there is no answer in time. Images on Debian have bash, those on Alpine have BusyBox's nc.
 */
const TALK = `talk() {
  if command -v bash > /dev/null; then
    timeout "$3" bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" || exit 3; printf "%s\\r\\n\\r\\n" "$1" >&3; cat <&3' "$1" "$2" 2> /dev/null
  else
    nc -z 127.0.0.1 "$1" 2> /dev/null || return 3
    printf '%s\\r\\n\\r\\n' "$2" | timeout "$3" nc 127.0.0.1 "$1" 2> /dev/null
  fi
}
alive() { talk ${ALIVE_PORT} 'GET / HTTP/1.0' 2 | grep -q ' 200 '; }
`;

/** `fewer_connections` prints HAProxy's option for a host whose limit of open files is too low for the configuration. */
const OPEN_FILES = `fewer_connections() {
  limit=$(ulimit -Hn)
  wanted=$(sed -n 's/^  maxconn //p' haproxy.cfg | head -n 1)
  if [ "$limit" != unlimited ] && [ $((2 * wanted + 500)) -gt "$limit" ]; then
    possible=$(((limit - 300) / 2))
    echo "the engine allows $limit open files only: the gateway takes $possible connections instead of $wanted" >&2
    echo "-n $possible"
  fi
}
`;

/** `metrics_source` prints the address of the container's default route, from which connections to published ports come. */
const METRICS_SOURCE = `metrics_source() {
  while read -r interface destination via rest; do
    if [ "$destination" = 00000000 ] && [ "$via" != 00000000 ]; then
      printf '%d.%d.%d.%d' $(echo "$via" | sed -E 's/(..)(..)(..)(..)/0x\\4 0x\\3 0x\\2 0x\\1/')
      return
    fi
  done < /proc/net/route
  printf 127.0.0.1
}
`;

/**
 * Loads a changed configuration or changed certificates, through the socket of HAProxy's master process, which says whether that worked.
 *
 * Files that are not valid change nothing: the worker process keeps what it has, and the log says why. Certificates are looked at again
 * after a moment, because they may still be being written. The loop must not be a child of HAProxy: its master process waits for all
 * its children when it stops.
 */
const WATCH = `configuration() { sha256sum < haproxy.cfg | cut -c 1-64; }
certificates() { cat ${CERTIFICATE_DIRECTORY}/* 2> /dev/null | sha256sum; }
reload() {
  if ! result=$(haproxy -c -f haproxy.cfg 2>&1); then return 1; fi
  result=$(talk ${MASTER_PORT} reload 60)
  case "$result" in *Success=1*) ;; *) return 1 ;; esac
}
reasons() { echo "$result" | grep -e ALERT -e WARNING | grep -v -e 'Fatal errors found' -e 'parsing of' | head -n 5; }
watch() {
  until alive; do sleep 0.2; done
  echo "$loaded" > loaded
  while sleep 0.5; do
    configuration=$(configuration)
    certificates=$(certificates)
    if [ "$certificates" != "$known" ]; then
      sleep 0.4
      if [ "$(certificates)" != "$certificates" ]; then continue; fi
      known=$certificates
      if reload; then
        echo 'the certificates have changed: the gateway has loaded them' >&2
      else
        echo "the certificates have changed and are not valid, the gateway keeps the earlier ones: $(reasons)" >&2
        continue
      fi
    elif [ "$configuration" = "$loaded" ] || [ "$configuration" = "$refused" ]; then
      continue
    elif ! reload; then
      refused=$configuration
      { echo "$configuration"; reasons; } > refused.new
      mv refused.new refused
      continue
    fi
    loaded=$configuration
    echo "$loaded" > loaded
  done
}
`;

/** Waits for the first configuration, starts the watch, and becomes HAProxy's master process. The engine's init passes signals on to it. */
export const GATEWAY_SCRIPT = `trap 'exit 0' TERM USR1
trap : USR2
cd ${STATE_DIRECTORY}
rm -f loaded refused
until [ -s haproxy.cfg ]; do sleep 0.2; done
${TALK}${OPEN_FILES}${METRICS_SOURCE}${WATCH}export ${METRICS_SOURCE_VARIABLE}="$(metrics_source)"
loaded=$(configuration)
known=$(certificates)
refused=
(watch &)
exec haproxy -W -db -S 127.0.0.1:${MASTER_PORT} $(fewer_connections) -f haproxy.cfg
`;

/** The names of the configure script's environment variables. */
export const CONFIGURATION_VARIABLE = 'CONFIGURATION';
export const USERS_VARIABLE = 'USERS';
export const AUTHORITIES_VARIABLE = 'TRUSTED';

/**
 * Replaces the configuration, and waits until the gateway has loaded it.
 *
 * It runs in a container that shares the gateway's volume. CONFIGURATION is the configuration. USERS has a line for each user: list, name,
 * hash of the password. TRUSTED holds files: a line `# name` before each. A configuration that HAProxy does not accept changes nothing.
 *
 * The last line makes each run's configuration another one, so that each run loads it.
 */
export const CONFIGURE_SCRIPT = `set -eu
cd ${STATE_DIRECTORY}
umask 027
printf '%s' "$${CONFIGURATION_VARIABLE}" > candidate.cfg
if [ -n "$${USERS_VARIABLE}" ]; then
  printf '%s\\n' "$${USERS_VARIABLE}" | sort > users
  if grep -v -n -E '^[a-z0-9:]+ [A-Za-z0-9._@-]+ \\$[56]\\$(rounds=[0-9]{4,6}\\$)?[./A-Za-z0-9]{1,16}\\$[./A-Za-z0-9]{43,86}$' users | sed -E 's/^[0-9]+:[^ ]* ?([^ ]*).*/\\1/' | grep .; then
    echo 'the passwords of these users are not hashes: make them with openssl passwd -6'
    rm users
    exit 1
  fi
  last=
  while read -r list user hash; do
    if [ "$list" != "$last" ]; then printf 'userlist %s\\n' "$list"; last=$list; fi
    printf "  user %s password '%s'\\n" "$user" "$hash"
  done < users >> candidate.cfg
  rm users
fi
file=
printf '%s\\n' "$${AUTHORITIES_VARIABLE}" | while read -r line; do
  case "$line" in
    '# '*) file=\${line#'# '}; : > "$file" ;;
    ?*) printf '%s\\n' "$line" >> "$file" ;;
  esac
done
if grep -q ' crt ${CERTIFICATE_DIRECTORY} ' candidate.cfg && [ -z "$(ls ${CERTIFICATE_DIRECTORY})" ]; then
  echo 'the directory or volume of the certificates is empty: put a PEM file with a certificate and its private key into it'
  exit 1
fi
echo "# $(date +%s) $$" >> candidate.cfg
${METRICS_SOURCE_VARIABLE}=127.0.0.1 haproxy -c -f candidate.cfg
if [ -f haproxy.cfg ]; then cp haproxy.cfg previous.cfg; fi
wanted=$(sha256sum < candidate.cfg | cut -c 1-64)
mv candidate.cfg haproxy.cfg
for attempt in $(seq 300); do
  if [ "$(cat loaded 2> /dev/null)" = "$wanted" ]; then exit 0; fi
  if [ "$(head -n 1 refused 2> /dev/null)" = "$wanted" ]; then
    tail -n +2 refused
    break
  fi
  sleep 0.2
done
echo 'the gateway has not taken over its new configuration: its own log says why'
if [ -f previous.cfg ]; then mv previous.cfg haproxy.cfg; fi
exit 1
`;

/** After so many checks in a row to which the gateway said nothing, its worker process is ended. */
const SILENT_CHECKS = 3;

/**
 * Asks the worker process a question that goes through its event loop, as all requests do.
 *
 * A worker that accepts connections and says nothing hangs: the third time it is ended, its master ends with it, and the engine starts the
 * container again. A closed port is no reason to do so, because a worker that finishes its last requests has closed it. The count
 * starts with the first answer; /dev/shm is empty after each start.
 */
export const HEALTH_COMMAND = `${TALK}count=/dev/shm/silent
code=0
answer=$(talk ${ALIVE_PORT} 'GET / HTTP/1.0' 2) || code=$?
case "$answer" in *' 200 '*) echo 0 > $count; exit 0 ;; esac
if [ ! -s $count ] || [ $code = 3 ]; then echo 'the gateway does not accept connections'; exit 1; fi
silent=$(($(cat $count) + 1))
echo $silent > $count
echo "the gateway has not answered $silent times in a row"
if [ $silent -lt ${SILENT_CHECKS} ]; then exit 1; fi
processes=
for stat in /proc/[0-9]*/stat; do
  read -r pid name state parent rest 2> /dev/null < $stat || continue
  if [ "$name" = '(haproxy)' ]; then processes="$processes $pid:$parent"; fi
done
for process in $processes; do
  case "$processes " in *" \${process#*:}:"*) kill -9 "\${process%:*}" && echo "process \${process%:*} is ended" ;; esac
done
exit 1`;
