#!/bin/sh
# Decides whether the database server of a stack may use a volume. It runs before anything of the stack is stopped.
#
# CONSTRUCT, OWNER        the paths of the database and of its stack
# VOLUME_NAME             the volume, and whether its name follows from the database's path: NAME_IS_DERIVED
# VOLUME_PATH             where it is mounted
# MAJOR                   the major version of the server
# CURRENT_VOLUMES         the volumes of the stack's databases, one on a line
# RECORDS                 a directory: for each volume with data of the stack, a file with the path of its database
# ADOPT_VOLUME, START_EMPTY, UNMARKED_IS_OWN   "true" or not
set -eu

marker="$VOLUME_PATH/cdktf-go-docker.owner"

refuse() {
  echo "$CONSTRUCT: $1 Nothing has been changed."
  shift
  [ $# -eq 0 ] || printf -- '- %s\n' "$@"
  exit 1
}

is_current() {
  printf '%s\n' "$CURRENT_VOLUMES" | grep -qxF -e "$1"
}

recorded_volumes() {
  for record in "$RECORDS"/*; do
    [ -f "$record" ] && echo "${record##*/}"
  done
  true
}

check_data() {
  found=$(cat "$PGDATA/PG_VERSION")
  if [ "$found" != "$MAJOR" ]; then
    refuse "the volume $VOLUME_NAME holds data of PostgreSQL $found, and version $MAJOR cannot read it." \
      "To continue with that data: set version to $found." \
      "To upgrade it: give it a volume whose name ends with -$found, and set upgradeFrom to $found."
  fi
  if [ "$ADOPT_VOLUME" = true ]; then
    return
  fi
  if [ -s "$marker" ]; then
    owner=$(head -n 1 "$marker")
    [ "$owner" = "$OWNER" ] || refuse "the volume $VOLUME_NAME holds data of another stack: $owner." \
      'To leave that data alone: set another volumeName.' \
      "To take it over, after $owner has given it up: set adoptVolume to true."
  elif [ -e "$PGDATA/cdktf-go-docker-upgraded-from" ] || [ "$NAME_IS_DERIVED" = true ]; then
    return
  elif [ "$UNMARKED_IS_OWN" = true ] && ! is_recorded; then
    return
  else
    refuse "the volume $VOLUME_NAME holds data of PostgreSQL that no stack has marked as its own." \
      'To leave that data alone: set another volumeName.' \
      'To use it, when no other server does: set adoptVolume to true.'
  fi
}

is_recorded() {
  for volume in $(recorded_volumes); do
    [ "$(cat "$RECORDS/$volume")" != "$CONSTRUCT" ] || return 0
  done
  return 1
}

check_empty() {
  if [ "$START_EMPTY" = true ]; then
    return
  fi
  for volume in $(recorded_volumes); do
    path=$(cat "$RECORDS/$volume")
    if is_current "$volume"; then
      continue
    elif [ "${volume%-*}" = "${VOLUME_NAME%-*}" ]; then
      refuse "the volume $VOLUME_NAME is empty, and the data of this database is in the volume $volume, of PostgreSQL ${volume##*-}." \
        "To upgrade: keep version $MAJOR and set upgradeFrom to ${volume##*-}." \
        "To go back: set version to ${volume##*-}. A downgrade is not possible; restore a backup into a new database." \
        'To begin with an empty database and leave that one alone: set startEmpty to true.'
    elif [ "$path" = "$CONSTRUCT" ]; then
      refuse "the volume $VOLUME_NAME is empty, and the data of this database is in the volume $volume." \
        "To continue with that data: set volumeName to '${volume%-*}', or the former containerName." \
        'To begin with an empty database and leave that one alone: set startEmpty to true.'
    elif [ "$NAME_IS_DERIVED" = true ]; then
      refuse "the volume $VOLUME_NAME is empty, and the stack has left the data of $path in the volume $volume." \
        "To continue with that data under the new name: set formerly to '${path#"$OWNER"/}', or volumeName to '${volume%-*}'." \
        'To begin with an empty database and leave that one alone: set startEmpty to true.'
    fi
  done
}

forget_former_volumes() {
  for volume in $(recorded_volumes); do
    if [ "$(cat "$RECORDS/$volume")" = "$CONSTRUCT" ] && ! is_current "$volume"; then
      rm "$RECORDS/$volume"
    fi
  done
}

if [ -s "$PGDATA/PG_VERSION" ]; then
  check_data
  forget_former_volumes
else
  files=$(ls -A "$PGDATA" 2>/dev/null | grep -vxF -e lost+found -e upgrade-in-progress | head -n 5 | tr '\n' ' ' || true)
  if [ -n "$files" ]; then
    refuse "the volume $VOLUME_NAME holds files that are no data of PostgreSQL: $files" 'Set another volumeName.'
  fi
  check_empty
  [ "$START_EMPTY" != true ] || forget_former_volumes
fi
echo "$CONSTRUCT may use the volume $VOLUME_NAME."
