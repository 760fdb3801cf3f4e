// The values are environment variables, so that the shell never parses them.
export const WAIT_UNTIL_READY = `for i in $(seq "$PATIENCE"); do
  if pg_isready -q -t 2 -h "$SERVER" -p "$PORT"; then
    why=$(psql -XAtq -d "$DATABASE" -c 'SELECT' 2>&1) && exit 0
  fi
  sleep 1
done
echo "not ready within $PATIENCE seconds: \${why:-the server does not answer}"
exit 1
`;
