#!/bin/sh
# Fills an empty data directory of this major version with the databases of a running server of an older one.
#
# UPGRADE_FROM            the older major version
# PGDATA                  the new data directory, as the image has it
# PGHOST, PGUSER, ...     the older server, as libpq takes it; nobody else uses it
#
# Everything happens in a directory beside the place that the new server looks at. It gets there only after the counts of all
# rows have been compared, and the file that makes it a data directory comes last: whenever this is interrupted, nothing has happened.
set -eu

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec su -p -s /bin/sh postgres -c 'exec /usr/local/bin/upgrade.sh'
fi

work="$PGDATA/upgrade-in-progress"
marker=cdktf-go-docker-upgraded-from

if [ -e "$PGDATA/PG_VERSION" ]; then
  if [ -e "$PGDATA/$marker" ]; then
    echo "The volume holds the data that was upgraded from version $(cat "$PGDATA/$marker"); nothing to do."
    exit 0
  fi
  echo 'The new volume holds a data directory that does not come from this upgrade. It is not touched.'
  echo 'Look into it, and remove it with "docker volume rm" if it is not needed.'
  exit 1
fi
if [ ! -d "$work" ] && [ -n "$(find "$PGDATA" -mindepth 1 -maxdepth 1 ! -name lost+found)" ]; then
  echo 'The new volume holds files that do not come from this upgrade. It is not touched.'
  exit 1
fi
find "$PGDATA" -mindepth 1 ! -path "$PGDATA/lost+found*" -delete

# The first argument is the database. In the environment its name is never read as a connection string.
old() {
  database=$1
  shift
  env PGDATABASE="$database" psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"
}

new() {
  database=$1
  shift
  env PGHOST=/tmp PGDATABASE="$database" psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"
}

server_version=$(old postgres --command='SHOW server_version_num')
if [ $((server_version / 10000)) -ne "$UPGRADE_FROM" ]; then
  echo "The older server has version $((server_version / 10000)), expected is $UPGRADE_FROM."
  exit 1
fi

mkdir "$work"
initdb --pgdata="$work/data" --username="$PGUSER" --auth-local=trust --auth-host=scram-sha-256 --data-checksums >/dev/null
# As the image does for a data directory of its own.
printf '\nhost all all all scram-sha-256\n' >> "$work/data/pg_hba.conf"
stop() {
  pg_ctl --pgdata="$work/data" --mode=immediate stop >/dev/null 2>&1 || true
}
trap stop EXIT
env PGHOST= pg_ctl --pgdata="$work/data" --wait --log="$work/server.log" \
  --options="-c listen_addresses= -c unix_socket_directories=/tmp -c fsync=off -c max_wal_size=1GB" start >/dev/null

echo 'Copying roles.'
pg_dumpall --no-password --globals-only --no-tablespaces --database=postgres > "$work/globals.sql"
# The superuser exists already.
old postgres --command="SELECT format('CREATE ROLE %I;', current_user)" > "$work/superuser.sql"
grep -v -x -F -f "$work/superuser.sql" "$work/globals.sql" > "$work/roles.sql"
new postgres --file="$work/roles.sql" >/dev/null

counts() {
  cat <<'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', format('%I.%I', nspname, relname), nspname, relname)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY format('%I.%I', nspname, relname) COLLATE "C"
\gexec
SELECT format('SELECT %L, last_value, is_called FROM %I.%I', format('%I.%I', nspname, relname), nspname, relname)
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
  WHERE relkind = 'S' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ORDER BY format('%I.%I', nspname, relname) COLLATE "C"
\gexec
SELECT 'large objects', count(*) FROM pg_largeobject_metadata;
SQL
}

old postgres --command="SELECT datname FROM pg_database WHERE datallowconn AND datname <> 'template1' ORDER BY datname = 'postgres', datname" \
  > "$work/databases"
counts > "$work/counts.sql"
while IFS= read -r database; do
  echo "Copying database $database."
  rm -f "$work/dump"
  if [ "$database" = postgres ]; then create=; else create=--create; fi
  env PGDATABASE="$database" pg_dump --no-password --format=custom --compress=0 --file="$work/dump"
  # shellcheck disable=SC2086 # an option or nothing
  env PGHOST=/tmp pg_restore --no-password --exit-on-error $create --dbname=postgres "$work/dump"
  old "$database" --file="$work/counts.sql" > "$work/expected"
  new "$database" --file="$work/counts.sql" > "$work/found"
  if ! cmp -s "$work/expected" "$work/found"; then
    echo "FAILED: the copy of database $database is not the same. Tables with counts of rows, before (<) and after (>):"
    diff "$work/expected" "$work/found" | head -n 50
    exit 1
  fi
  echo "Verified database $database: $(wc -l < "$work/expected") counts are the same."
  new "$database" --command=ANALYZE
done < "$work/databases"

trap - EXIT
pg_ctl --pgdata="$work/data" --mode=fast --wait stop >/dev/null
# The server ran without fsync, which a copy that is thrown away when anything fails does not need. From here on it must last.
initdb --pgdata="$work/data" --sync-only >/dev/null
echo "$UPGRADE_FROM" > "$work/data/$marker"
find "$work/data" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv {} "$PGDATA/" \;
sync
mv "$work/data/PG_VERSION" "$PGDATA/PG_VERSION"
rm -rf "$work"
sync
echo "Upgraded from version $UPGRADE_FROM to $PG_MAJOR. The old volume is as it was."
