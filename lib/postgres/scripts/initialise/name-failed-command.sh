# Bash reads this before each script. It names the line of a failed command, which bash itself does not.
name_failed_command() {
  case $4 in
    /docker-entrypoint-initdb.d/*) echo "$4: line $2: exit code $1: $3" >&2 ;;
  esac
}
set -o errtrace
trap 'name_failed_command "$?" "$LINENO" "$BASH_COMMAND" "${BASH_SOURCE[0]:-}"' ERR
