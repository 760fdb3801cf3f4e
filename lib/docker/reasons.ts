import { Construct } from 'constructs';
import { EngineConfiguration, ON_ENGINE, engineEnvironment } from './docker-command';
import { localOf } from '../terraform/local';
import { literal } from '../terraform/text';

/** How many lines of a log an error shows: the first ones, which say what a Go program panics with, and the last ones. */
const FIRST_LINES = 10;
const LAST_LINES = 20;

/** How many of the lines of a log are read, and how many characters of each line are shown. */
const LINES_READ = 500;
const LINE_LENGTH = 400;

/** How many of the last different answers of a health check an error shows. */
const ANSWERS = 3;

/** How many failures of the docker command in a row end a wait. */
const MISSED = 5;

/**
 * Functions for `sh`, one text for a stack. Containers and messages are arguments or environment variables.
 *
 * - `look CONTAINER` sets variables to the container's state.
 * - `explain CONTAINER` prints why it does not work: hints, the last answers of its health check, and the end of its log.
 * - `task_failed CONTAINER` explains the failure of a program that runs once.
 * - `until_ready CONTAINER RESTARTS` waits, and explains what fails. RESTARTS is how often the engine had restarted the container before.
 *
 * What the docker command or ssh writes to its error output may be a warning, and is no part of an answer.
 *
 * Text of programs and engines is shown without control characters and colours, which could move the cursor of a terminal.
 * The log is that of the last run: a program that was restarted has written the same several times.
 *
 * The engine also calls the health of a container unhealthy between two runs, which says nothing.
 *
 * The engine doubles its pause before each restart, from 100 ms. So a program that ends at once has ended five times after 1.5 s and five starts.
 */
const FUNCTIONS = `${ON_ENGINE}
say() { printf '%s\\n' "$*" >&2; }
clean() {
  (
    LC_ALL=C
    export LC_ALL
    sed "s/$(printf '\\033')\\[[0-9;?]*[A-Za-z]//g" | tr -d '\\000-\\010\\013-\\037\\177' | cut -c 1-${LINE_LENGTH} | sed 's/^/    /'
  )
}
ends_of() {
  awk 'NR <= ${FIRST_LINES} { print; next }
    { rest[NR] = $0 }
    END {
      first = NR - ${LAST_LINES - 1}
      if (first > ${FIRST_LINES + 1}) print "    ... " first - ${FIRST_LINES + 1} " lines ..."
      for (i = first > ${FIRST_LINES} ? first : ${FIRST_LINES + 1}; i <= NR; i++) print rest[i]
    }'
}
look() {
  seen=$(on_engine "inspect --type container --format '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.RestartCount}} {{.State.StartedAt}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' $1" 2>/dev/null) || return 1
  set -- $seen
  status=$1 code=$2 killed=$3 restarts=$4 started=$5 health=$6
}
explain() {
  answers=$(on_engine "inspect --type container --format '{{if .State.Health}}{{range .State.Health.Log}}{{.Output}}
{{end}}{{end}}' $1" 2>/dev/null | clean | grep -v '^ *$' | uniq | tail -n ${ANSWERS})
  log=$(on_engine "logs --since $started --tail ${LINES_READ} $1" 2>&1 | clean | ends_of)
  [ -n "$log" ] || log=$(on_engine "logs --tail ${LAST_LINES} $1" 2>&1 | clean)
  why=$(on_engine "inspect --type container --format '{{.State.Error}}' $1" 2>/dev/null | clean | grep -v '^ *$')
  if [ -n "$why" ]; then say "The engine says:"; say "$why"; fi
  if [ "$killed" = true ]; then
    say 'The kernel ended a process, because the container needed more memory than its limit. Raise "memory", or lower what the program keeps.'
  fi
  if [ "$code" = 0 ] && [ "$status" != running ]; then
    say 'A service must keep running. A program that does its work and ends is a task: GoTask.'
  fi
  case $answers in *'onnection refused'*)
    say 'Nothing accepts connections at the port that the health check asks, on 127.0.0.1 and [::1] in the container.' ;;
  esac
  case $log in *'xec format error'* | *'[FATAL tini'*'exec '*' failed: '*)
    say 'The program is not in the image, or is built for another processor ("platform"), or needs a loader and libraries that the image lacks (cgo).' ;;
  esac
  if [ -n "$answers" ]; then say 'Last answers of its health check:'; say "$answers"; fi
  if [ -n "$log" ]; then say "The end of its log (docker logs $1):"; say "$log"
  else say "Its log is empty (docker logs $1)."; fi
}
task_failed() {
  say "$EXPLANATION"
  look "$1"
  explain "$1"
  exit 1
}
not_ready() {
  say "$CONSTRUCT: the container $1 $2.$MEANING"
  explain "$1"
  exit 1
}
until_ready() {
  began=$(date +%s) quiet=$began counted=$2 missed=0
  while :; do
    now=$(date +%s)
    if ! look "$1"; then
      missed=$((missed + 1))
      if [ $missed -ge ${MISSED} ]; then
        say "$CONSTRUCT: cannot ask the engine about the container $1. Terraform needs a docker command that reaches the engine:"
        say "$(on_engine "inspect --type container --format '{{.Name}}' $1" 2>&1 | clean)"
        exit 1
      fi
      sleep 1
      continue
    fi
    missed=0
    if [ "$restarts" != "$counted" ] || [ "$status" != running ]; then counted=$restarts quiet=$now; fi
    ends=$((restarts - $2))
    case $status:$health in
      running:healthy | running:none)
        if [ $((now - quiet)) -ge $SETTLE_SECONDS ]; then return 0; fi ;;
      running:*)
        if [ -n "$IGNORE_HEALTH" ] && [ $((now - quiet)) -ge $SETTLE_SECONDS ]; then return 0; fi ;;
      exited:* | dead:*)
        not_ready "$1" "has ended with exit code $code, and its restart policy leaves it so" ;;
    esac
    if [ $ends -gt $MOST_ENDS ] || { [ $ends -ge $MOST_ENDS ] && [ "$status" != running ]; }; then
      not_ready "$1" "does not stay up: its program has ended $ends times within $((now - began)) seconds, the last time with exit code $code"
    fi
    if [ "$status:$health" = running:unhealthy ] && [ -z "$IGNORE_HEALTH" ]; then
      not_ready "$1" "is unhealthy after $((now - began)) seconds. If it needs more time to start, raise \\"startPeriod\\" of its health check"
    fi
    if [ $((now - began)) -gt $SECONDS_TO_WAIT ]; then
      not_ready "$1" "is not ready after $((now - began)) seconds: its state is $status, its health $health"
    fi
    sleep 1
  done
}
`;

/** Environment of a command that calls {@link FUNCTIONS}. */
export function reasonsEnvironment(scope: Construct, engine: EngineConfiguration): Record<string, string> {
  return {
    ...engineEnvironment(engine),
    FUNCTIONS: `\${${localOf(scope, 'docker_reasons', literal(FUNCTIONS))}}`,
    CONSTRUCT: literal(scope.node.path),
  };
}

/** Makes the functions known to `sh`. */
export const WITH_FUNCTIONS = 'eval "$FUNCTIONS"';
