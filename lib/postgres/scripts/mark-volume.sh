#!/bin/sh
# The functions that start.sh and healthy.sh share. The marker of a volume has the path of the stack, and a fingerprint of the password.
#
# VOLUME_PATH, VOLUME_OWNER   as in start.sh
# VOLUME_RECORD           a file that says, after the volume is gone from the program, whose data it holds; or empty
# CONSTRUCT               the path of the database
marker="$VOLUME_PATH/cdktf-go-docker.owner"

# It belongs to the server's user, because programs that copy the data directory run as that user.
fingerprint() {
  printf '%s' "$POSTGRES_PASSWORD" | sha256sum | cut -c 1-64
}

mark_volume() {
  if [ "$(cat "$marker" 2>/dev/null)" != "$(printf '%s\n%s' "$VOLUME_OWNER" "$(fingerprint)")" ]; then
    (umask 077 && printf '%s\n%s\n' "$VOLUME_OWNER" "$(fingerprint)" > "$marker.new")
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$marker.new"
    mv "$marker.new" "$marker"
  fi
  if [ -n "$VOLUME_RECORD" ] && [ "$(cat "$VOLUME_RECORD" 2>/dev/null)" != "$CONSTRUCT" ]; then
    printf '%s\n' "$CONSTRUCT" > "$VOLUME_RECORD"
  fi
}
