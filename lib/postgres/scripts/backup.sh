#!/bin/sh
# Scheduled backups of the databases of one server.
#
#   backup.sh          makes backups for good, each time the schedule asks for one
#   backup.sh now      makes one backup of each database
#   backup.sh check    tells whether each database has a backup that is young enough
#   backup.sh prove    fails unless the directory can be written
#   backup.sh accept   goes on in the present directory after its disk was replaced
#
# BACKUP_DIRECTORY        where the files go
# BACKUP_DATABASES        one line for each database of the stack: its name as part of a file's name, a tab, its name
# BACKUP_PLACE            tells one directory of the stack from another: letters, digits and "_"
# BACKUP_KEEP             how many files are kept of each database
# BACKUP_INTERVAL         seconds between two backups
# BACKUP_OFFSET           seconds between 1970-01-01 00:00 UTC and a time of the schedule, less than the interval
# BACKUP_MAXIMUM_AGE      seconds after which the last backup is too old
# PGHOST, PGUSER, ...     the server, as libpq takes it
set -eu

export TZ=UTC0
# A backup holds everything that is in the database.
umask 077
child=

say() {
  printf '%s %s\n' "$(date '+%Y-%m-%dT%H:%M:%SZ')" "$*"
}

# Children run in the background, because a shell handles signals only between two of its own commands.
run() {
  "$@" &
  child=$!
  if wait "$child"; then child=; else status=$?; child=; return "$status"; fi
}

finish() {
  if [ -n "$child" ]; then kill "$child" 2>/dev/null || true; wait "$child" || true; fi
  say 'stopped'
  exit 143
}

query() {
  psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$1"
}

# All databases of the server but templates, in the form of BACKUP_DATABASES: each byte other than a letter, a digit or "_" is encoded.
ALL_DATABASES="SELECT (SELECT string_agg(CASE WHEN chr(b) ~ '^[A-Za-z0-9_]\$' THEN chr(b) ELSE '%' || upper(lpad(to_hex(b), 2, '0')) END, '' ORDER BY i)
  FROM (SELECT i, get_byte(bytes, i) AS b FROM generate_series(0, length(bytes) - 1) AS i) AS each) || chr(9) || datname
  FROM (SELECT datname, convert_to(datname, 'UTF8') AS bytes FROM pg_database WHERE datallowconn AND NOT datistemplate) AS databases ORDER BY datname"

# Remembers the databases of the server, those made by hand included.
list_databases() {
  query "$ALL_DATABASES" > "$BACKUP_DIRECTORY/.databases.partial" || return 1
  mv "$BACKUP_DIRECTORY/.databases.partial" "$BACKUP_DIRECTORY/.databases"
}

# The databases of the stack and those that the server had at the last backup.
databases() {
  { printf '%s\n' "$BACKUP_DATABASES"; cat "$BACKUP_DIRECTORY/.databases" 2>/dev/null || true; } | sort -u
}

# A new name in the directory and on the server.
mark_place() {
  printf '%s\n' "$1" > "$BACKUP_DIRECTORY/.cdktf-go-docker-backups"
  sync "$BACKUP_DIRECTORY/.cdktf-go-docker-backups"
  query "ALTER ROLE CURRENT_USER SET cdktf_go_docker.backups_$BACKUP_PLACE = '$1'"
}

# Whether this is the directory of earlier backups. The server knows its mark, so that an empty directory in its place is noticed.
is_same_place() {
  expected=$(query "SELECT coalesce(current_setting('cdktf_go_docker.backups_$BACKUP_PLACE', true), '')") || {
    say 'FAILED: the server does not answer'
    return 1
  }
  found=$(cat "$BACKUP_DIRECTORY/.cdktf-go-docker-backups" 2>/dev/null || true)
  if [ -z "$expected" ]; then
    mark_place "${found:-$(cat /proc/sys/kernel/random/uuid)}"
  elif [ "$found" != "$expected" ]; then
    say 'FAILED: this is not the directory that earlier backups went to: a disk is not mounted or was replaced, or the volume is new.'
    say 'Mount the disk and restart this container. To go on with this directory, run in this container: backup.sh accept'
    return 1
  fi
}

is_writable() {
  if ! touch "$BACKUP_DIRECTORY/.lock" 2>/dev/null; then
    say "FAILED: user $(id -u):$(id -g) cannot write into the directory for backups, which belongs to $(stat -c %u:%g "$BACKUP_DIRECTORY")"
    say 'Give the directory to this user, or set `user` in BackupStorage.directory().'
    return 1
  fi
}

# The newest complete backup of a database, or nothing. Names end with the time, so that their order is that of time.
newest() {
  find "$BACKUP_DIRECTORY" -maxdepth 1 -type f -name "$1-[0-9]*T[0-9]*Z.dump" | sort | tail -n 1
}

age() {
  echo $(( $(date +%s) - $(stat -c %Y "$1") ))
}

backup_one() {
  file=$1
  database=$2
  name="$BACKUP_DIRECTORY/$file-$(date '+%Y%m%dT%H%M%SZ').dump"
  partial="$BACKUP_DIRECTORY/.$file.partial"
  # The name is data: in the environment it is never read as a connection string.
  if ! run env PGDATABASE="$database" pg_dump --format=custom --no-password --file="$partial"; then
    rm -f "$partial"
    say "FAILED: no backup of database $database"
    return 1
  fi
  # A file that is complete can be read to its end, and its bytes have reached the disk.
  # "pg_restore --list" reads only the head. A script to nowhere needs every byte.
  if ! run pg_restore --file=/dev/null "$partial" || ! sync "$partial"; then
    rm -f "$partial"
    say "FAILED: the backup of database $database cannot be read back"
    return 1
  fi
  mv "$partial" "$name"
  sync "$BACKUP_DIRECTORY"
  say "backup of database $database: $name, $(stat -c %s "$name") bytes"
  find "$BACKUP_DIRECTORY" -maxdepth 1 -type f -name "$file-[0-9]*T[0-9]*Z.dump" | sort -r | tail -n "+$((BACKUP_KEEP + 1))" |
    while IFS= read -r old; do
      rm -f "$old"
      say "removed $old"
    done
}

# Each database of the list, also after one has failed.
backup_all() {
  failed=0
  while IFS='	' read -r file database; do
    backup_one "$file" "$database" </dev/null || failed=1
  done <<LIST
$(databases)
LIST
  return "$failed"
}

# A new backup is complete before the oldest is removed, and is larger than the one before.
warn_of_low_space() {
  [ -d "$BACKUP_DIRECTORY" ] || return 0
  last=$(databases | while IFS='	' read -r file _; do newest "$file"; done | xargs -r du -ck | tail -n 1 | cut -f 1)
  left=$(df -Pk "$BACKUP_DIRECTORY" | tail -n 1 | awk '{ print $4 }')
  if [ "$left" -lt $((${last:-0} * 2)) ]; then
    echo "WARNING: $((left / 1024)) MiB are left on the disk of the backups, and the last ones took $((last / 1024)) MiB"
  fi
}

check() {
  result=0
  while IFS='	' read -r file database; do
    last=$(newest "$file")
    if [ -z "$last" ]; then
      echo "no backup of database $database yet"
      result=1
    elif [ "$(age "$last")" -gt "$BACKUP_MAXIMUM_AGE" ]; then
      echo "the last backup of database $database is $(age "$last") seconds old, allowed are $BACKUP_MAXIMUM_AGE: $last"
      result=1
    fi
  done <<LIST
$(databases)
LIST
  [ "$result" -ne 0 ] || echo 'each database has a backup that is young enough'
  warn_of_low_space
  return "$result"
}

# The time of the schedule that comes after a given one.
next_after() {
  echo $(( ($1 - BACKUP_OFFSET) / BACKUP_INTERVAL * BACKUP_INTERVAL + BACKUP_OFFSET + BACKUP_INTERVAL ))
}

# Whether the last time of the schedule went by without a backup, for example because the machine was off.
missed() {
  while IFS='	' read -r file _; do
    last=$(newest "$file")
    if [ -z "$last" ] || [ "$(next_after "$(stat -c %Y "$last")")" -le "$(date +%s)" ]; then
      return 0
    fi
  done <<LIST
$(databases)
LIST
  return 1
}

run_now() {
  is_writable || return 1
  # One at a time: the schedule and somebody's "docker exec" would write into the same file.
  exec 9>"$BACKUP_DIRECTORY/.lock"
  flock -n 9 || { say 'another backup is running'; return 75; }
  trap finish TERM INT
  is_same_place || return 1
  rm -f "$BACKUP_DIRECTORY"/.*.partial
  list_databases || { say 'FAILED: the server does not tell its databases'; return 1; }
  backup_all
}

serve() {
  trap finish TERM INT
  while :; do
    if missed; then
      if ! run run_now; then
        # Long enough not to fill the log, short enough to be back soon after the database is.
        wait_seconds=$(( BACKUP_INTERVAL < 300 ? BACKUP_INTERVAL : 300 ))
        say "next attempt in $wait_seconds seconds"
        run sleep "$wait_seconds"
        continue
      fi
    fi
    now=$(date +%s)
    next=$(next_after "$now")
    say "next backup at $(date -d "@$next" '+%Y-%m-%dT%H:%M:%SZ')"
    run sleep $(( next - now ))
  done
}

case ${1:-serve} in
  serve) serve ;;
  now) run_now ;;
  check) check ;;
  prove) is_writable && echo 'the directory can be written' ;;
  accept) is_writable && mark_place "$(cat /proc/sys/kernel/random/uuid)" && say 'this directory is the place of backups from now on' ;;
  *) echo "usage: backup.sh [serve|now|check|prove|accept]" >&2; exit 64 ;;
esac
