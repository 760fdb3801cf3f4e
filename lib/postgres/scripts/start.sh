#!/bin/sh
# Starts a database server as the only one on its volume, with the password that Terraform has. Arguments: the image's entrypoint and its
# command line.
#
# VOLUME_PATH             where the volume is mounted
# VOLUME_LOCK_SECONDS     how long to wait for another server on the volume
# VOLUME_OWNER            the path of the stack; without it, neither the owner nor the password is looked at
# ADOPT_VOLUME            "true" for a volume that may belong to another stack
# ONLY_INITIALISE         "yes" for a container that ends after the init scripts
#
# The lock is on the directory, because initdb refuses one that holds a file. Every process of the server inherits it, so the kernel
# releases it after the last one has ended, however that happened.
set -eu

trap 'exit 130' INT TERM

# Complete data needs no initialisation, and its server may be running.
if [ "${ONLY_INITIALISE:-}" = yes ] && [ -s "$PGDATA/PG_VERSION" ] && [ ! -e "$PGDATA/.cdktf-go-docker-initialising" ]; then
  exec "$@"
fi

exec 9< "$VOLUME_PATH"
waited=0
# Servers of earlier versions of the library hold no lock, but take their file away when they stop.
until flock -n 9 && { [ -s "$marker" ] || [ ! -e "$PGDATA/postmaster.pid" ] || [ "$waited" -ge "$VOLUME_LOCK_SECONDS" ]; }; do
  if [ "$waited" -ge "$VOLUME_LOCK_SECONDS" ]; then
    echo "Another server has used this volume for $waited seconds. Two servers would lose rows, so this one does not start."
    exit 1
  fi
  if [ "$waited" -eq 0 ]; then
    echo 'Another server uses this volume. Waiting for it to stop.'
  fi
  sleep 1
  waited=$((waited + 1))
done

as_server_user() {
  if [ "$(id -u)" = 0 ]; then
    su -p -s /bin/sh postgres -c "$1"
  else
    sh -c "$1"
  fi
}

quoted() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# In single-user mode, before anybody can connect. The settings are those of the server, because replication slots may need them.
set_password() {
  while [ "$1" != postgres ]; do shift; done
  shift
  command='exec postgres --single -j'
  for argument; do
    command="$command $(quoted "$argument")"
  done
  command="$command -c standard_conforming_strings=on -c log_statement=none -c log_min_duration_statement=-1 -c log_min_error_statement=panic"
  role=$(printf '%s' "$POSTGRES_USER" | sed 's/"/""/g')
  password=$(printf '%s' "$POSTGRES_PASSWORD" | sed "s/'/''/g")
  printf 'ALTER ROLE "%s" PASSWORD '"'%s'"'; SELECT 1 AS password_is_set;\n\n' "$role" "$password" \
    | as_server_user "$command -D $(quoted "$PGDATA") template1" | grep 'password_is_set = "1"' > /dev/null || {
    echo "The password of the superuser $POSTGRES_USER could not be set. The volume keeps the superuser that it was created with."
    exit 1
  }
}

if [ -n "${VOLUME_OWNER:-}" ] && [ -s "$PGDATA/PG_VERSION" ]; then
  if [ -s "$marker" ] && [ "$(head -n 1 "$marker")" != "$VOLUME_OWNER" ] && [ "$ADOPT_VOLUME" != true ]; then
    echo "The volume holds data of another stack: $(head -n 1 "$marker")."
    exit 1
  fi
  if [ "$(sed -n 2p "$marker" 2>/dev/null)" != "$(fingerprint)" ]; then
    echo 'Setting the password of the superuser.'
    set_password "$@"
  fi
  mark_volume
fi

trap - INT TERM
if [ "${ONLY_INITIALISE:-}" = yes ]; then
  "$@"
  mark_volume
  exit
fi
exec "$@"
