# shellcheck shell=bash
# Sourced by the scripts beside it: quiet steps with a line of progress, their output kept in a log that is shown only
# when something goes wrong.

# Lines of ctest, ninja and clang-tidy that say only that all is well, or repeat a command.
routine='^-- |^ *Start +[0-9]+:|^ *[0-9]+/[0-9]+ Test .* Passed |^\[[0-9]+/[0-9]+\] |__run_co_compile|^[0-9]+ warnings (and [0-9]+ errors? )?generated\.$'

# quietly <title> <log> <command>...
# Runs the command with its output in <log>; on a terminal the log's last line shows what is going on. When it fails
# the end of the log is printed. Returns the command's status.
quietly() {
  local title=$1 log=$2 begun=$SECONDS status=0 tick=0 last
  shift 2
  mkdir -p "$(dirname "$log")"
  [ -t 1 ] || echo "$title ..."
  # In a process group of its own, so that all of it ends with the script.
  set -m
  "$@" >"$log" 2>&1 </dev/null &
  local pid=$!
  set +m
  # shellcheck disable=SC2064
  trap "kill -- -$pid 2>/dev/null; exit 130" INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    tick=$((tick + 1))
    if [ -t 1 ]; then
      last=$(tail -n 1 "$log" | tr -d '\r' | tr '\t' ' ')
      printf '\r\033[K%s' "$(printf '%s: %s' "$title" "$last" | cut -c "1-$(($(tput cols 2>/dev/null || echo 100) - 1))")"
    elif [ $((tick % 300)) -eq 0 ]; then
      echo "  $((SECONDS - begun)) s: $(tail -n 1 "$log" | cut -c 1-100)"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  [ ! -t 1 ] || printf '\r\033[K'
  if [ "$status" -eq 0 ]; then
    echo "$title: done in $((SECONDS - begun)) s"
  else
    echo "$title: FAILED after $((SECONDS - begun)) s (whole log: $log)"
    grep -vE "$routine" "$log" | tail -n 150 | sed 's/^/  | /' || true
  fi
  return "$status"
}
