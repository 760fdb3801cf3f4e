#!/bin/sh
# The health check of a database server: asks pg_isready with the arguments. The first success marks the volume as the stack's own, because
# initdb and the init scripts have ended then.
set -eu

pg_isready -q "$@"
if [ -n "${VOLUME_OWNER:-}" ] && [ ! -s "$marker" ]; then
  mark_volume
fi
