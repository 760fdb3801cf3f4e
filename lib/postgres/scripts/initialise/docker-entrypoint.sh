#!/bin/sh
# Runs the image's entrypoint so that the volume has either a complete data directory or none.
#
# Before the server starts for the first time, the entrypoint runs once with stand-ins for initdb and for the server. The stand-in for initdb
# marks the directory. The one for the server removes the mark, because the entrypoint gets there only after all scripts have succeeded.
# When a script fails, or after a crash, the marked directory is emptied and the next start begins anew.
#
# ONLY_INITIALISE         whether to end after the initialisation, in place of starting the server
# PGDATA                  the data directory
set -eu

tools=/usr/local/lib/cdktf-go-docker
entrypoint=/usr/local/bin/docker-entrypoint.sh

[ "${1:-}" = postgres ] || exec "$entrypoint" "$@"

# Both exist only in a directory that was empty before.
is_ours() {
  [ -e "$PGDATA/.cdktf-go-docker-initialising" ] || [ -e "$PGDATA/.cdktf-go-docker-initdb" ]
}

empty() {
  find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +
  sync
}

stop_server() {
  [ -e "$PGDATA/postmaster.pid" ] || return 0
  stop='pg_ctl --silent --mode=immediate --pgdata="$PGDATA" stop'
  if [ "$(id -u)" = 0 ]; then su -p -s /bin/sh postgres -c "$stop"; else sh -c "$stop"; fi
}

if is_ours; then
  echo 'The last initialisation was interrupted. It begins anew.'
  empty
fi
if [ -s "$PGDATA/PG_VERSION" ]; then
  if [ -n "${ONLY_INITIALISE:-}" ]; then
    echo 'The volume holds a complete data directory: no script runs.'
    exit 0
  fi
else
  status=0
  env PATH="$tools:$PATH" BASH_ENV="$tools/name-failed-command.sh" SERVER_COMMAND="$*" "$entrypoint" "$@" || status=$?
  if [ "$status" -ne 0 ]; then
    if is_ours; then
      stop_server || true
      empty
    fi
    echo 'FAILED: the database is not initialised. The lines above name the script, the line and the reason. The volume is empty again:'
    echo 'correct the script and apply again.'
    exit "$status"
  fi
fi
[ -z "${ONLY_INITIALISE:-}" ] || exit 0
exec "$entrypoint" "$@"
