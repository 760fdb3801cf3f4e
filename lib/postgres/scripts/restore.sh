#!/bin/sh
# Restores a file of pg_dump's custom format into a database that is still empty, once.
#
# RESTORE_FILE            the file
# RESTORE_LABEL           says which file it is; a database that holds the content of this one is left alone
# PGHOST, PGUSER, ...     server and database, as libpq takes it
set -eu

query() {
  psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"
}

restored=$(query --command="SELECT coalesce(current_setting('cdktf_go_docker.restored_from', true), '')")
if [ "$restored" = "$RESTORE_LABEL" ]; then
  echo 'This file has been restored into this database before; nothing to do.'
  exit 0
fi

objects=$(query --command="SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')")
if [ "$objects" -ne 0 ]; then
  echo "The database holds $objects tables, indexes and sequences already. A backup is restored into a new database only:"
  echo 'give the construct another volume name or another database, or remove restoreFrom().'
  exit 1
fi

if [ ! -r "$RESTORE_FILE" ]; then
  echo 'The file is not there, or this container'"'"'s user cannot read it. What is in its directory:'
  ls -la "$(dirname "$RESTORE_FILE")" || true
  exit 1
fi

# All or nothing. Owners and rights are the task's that sets up roles: those of the file may not exist on this server.
# The empty name makes libpq take the database's name from the environment, where it is never read as a connection string.
pg_restore --no-password --single-transaction --exit-on-error --no-owner --no-privileges --dbname= "$RESTORE_FILE"
# shellcheck disable=SC2016 # psql, not the shell, puts the values in
printf '%s\n' '\set label `printf %s "$RESTORE_LABEL"`' \
  "SELECT format('ALTER DATABASE %I SET cdktf_go_docker.restored_from = %L', current_database(), :'label') \\gexec" | query
query --command=ANALYZE
echo 'Restored.'
