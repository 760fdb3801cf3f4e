#!/bin/sh
# The health check of a database server: asks pg_isready with the arguments. The first success marks the volume as the stack's own, because
# initdb and the init scripts have ended then. The check warns of a disk that fills up: in its output, and once an hour in the server's log.
set -eu

# The server ends in a panic when its log does not fit on the disk. A tenth of a large disk is enough for long, so both limits must be passed.
LOWEST_PERCENT=10
LOWEST_MEBIBYTES=20480

warn_of_low_space() {
  # Below a line of titles: name, size, used and available in KiB. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/df.html
  df -Pk "$PGDATA" | {
    read -r _
    read -r _ size _ available _
    if [ $((available * 100)) -ge $((size * LOWEST_PERCENT)) ] || [ "$available" -ge $((LOWEST_MEBIBYTES * 1024)) ]; then return 0; fi
    warning="WARNING: the disk of the data is $((100 - available * 100 / size)) % full, $((available / 1024)) MiB are left. The server stops when it is full."
    echo "$warning"
    if [ -z "$(find /tmp/low-space -mmin -60 2>/dev/null)" ]; then
      touch /tmp/low-space
      # Process 1 belongs to another user, so the check cannot write into its log itself.
      PGPASSWORD=$POSTGRES_PASSWORD psql -XAtq "$@" -c "DO 'BEGIN RAISE LOG USING MESSAGE = ''$warning''; END'" || true
    fi
  }
}

if ! pg_isready -q "$@"; then
  # The reason may be the disk.
  warn_of_low_space "$@" 2>/dev/null
  exit 1
fi
warn_of_low_space "$@"
if [ -n "${VOLUME_OWNER:-}" ] && [ ! -s "$marker" ]; then
  mark_volume
fi
