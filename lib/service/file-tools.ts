import { ContainerImageBinding } from '../image/container-image';

/** What changes files in a container of the program's own image. Each is an entrypoint; the arguments follow as the command. */
export interface FileTools {
  /** `uid:gid`, then directories to give to this user with all that is in them. */
  readonly own: readonly string[];
  /** Groups of four: owner, mode, source, target. */
  readonly place: readonly string[];
  /** A signal for process 1, then the files that have changed. */
  readonly reload: readonly string[];
}

/** The probe's commands or, in an image without them, scripts for its shell. Undefined: the image has neither. */
export function fileToolsOf({ probePath, probeHasFiles, hasShell, shell = '/bin/sh' }: ContainerImageBinding): FileTools | undefined {
  if (probePath !== undefined && probeHasFiles) {
    return { own: [probePath, 'own'], place: [probePath, 'place'], reload: [probePath, 'reload'] };
  }
  const script = (text: string) => [shell, '-euc', text, 'cdktf-go-docker'];
  return hasShell ? { own: script(OWN), place: script(PLACE), reload: script(RELOAD) } : undefined;
}

/** As `probe own`: a directory that the user has, with its entries, is not walked. The topmost directory changes last. */
const OWN = `owner=$1
shift
user=\${owner%%:*}
others() {
  find "$1" -maxdepth 1 ! -user "$user" | head -n 1
  case $owner in *:*) find "$1" -maxdepth 1 ! -group "\${owner#*:}" | head -n 1 ;; esac
}
for directory; do
  if [ -n "$(others "$directory")" ]; then
    find "$directory" -mindepth 1 -maxdepth 1 -exec chown -hR "$owner" {} +
    chown "$owner" "$directory"
    find "$directory" -mindepth 1 -maxdepth 1 ! -user "$user" -exec chown -hR "$owner" {} +
  fi
done
`;

/** As `probe place`. */
const PLACE = `while [ $# -gt 0 ]; do
  owner=$1 mode=$2 from=$3 to=$4
  shift 4
  case $to in */) mkdir -p "$to"; continue ;; esac
  if [ -d "$to" ]; then
    echo "cannot place $to: the image has a directory there" >&2
    exit 1
  fi
  mkdir -p "\${from%/*}" "\${to%/*}"
  if [ ! -e "$from" ]; then : > "$from"; fi
  chown "$owner" "$from"
  chmod "$mode" "$from"
  mv -f "$from" "$to"
  staged=\${from%/*}
done
rmdir "$staged" 2> /dev/null || true
sync
`;

/** As \`probe reload\`. The times have whole seconds only: a program that started just after the change may get the signal. */
const RELOAD = `signal=\${1#SIG}
shift
ticks=$(sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20)
uptime=$(cut -d . -f 1 /proc/uptime)
started=$(($(date +%s) - uptime + ticks / 100))
for file; do
  if [ "$(stat -c %Z "$file")" -ge $((started - 1)) ]; then
    kill -"$signal" 1
    exit 0
  fi
done
`;
