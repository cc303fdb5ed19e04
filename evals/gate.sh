#!/usr/bin/env bash
# The evaluations that guard this project: over the invented sample, and over real letters where ../shared has them.
# With --baseline each is compared with the committed figures (exit status 1 if one is worse); with --save-baseline
# today's figures are committed instead. Homes and reports lie in .home/evals; a second run embeds nothing anew.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=$1 work=.home/evals shared=../shared worse=0

evaluate() { # NAME "LETTERS..." "GOLD..." OPTION...
    local name=$1 letters=$2 gold=$3
    shift 3
    echo "== $name"
    # shellcheck disable=SC2086
    "$BIN/letters" --home "$work/$name" ingest $letters >"$work/$name.ingest.txt"
    # shellcheck disable=SC2086
    "$BIN/letters" --home "$work/$name" eval $gold "$mode" "evals/baselines/$name.json" "$@" || worse=1
}

mkdir -p "$work" evals/baselines
evaluate sample ingest/sample evals/gold/sample.jsonl --report "$work/sample.html"
if [ -d "$shared/letters" ]; then
    evaluate exchanges "$shared/letters/seeds $shared/letters/volumes/frus1961-63v06.xml" \
        "$(echo "$shared"/evals/*.dev.jsonl) evals/gold/exchanges.jsonl" --report "$work/exchanges.html"
    evaluate volumes "$shared/letters/seeds $shared/letters/volumes" evals/gold/volumes.jsonl --quick --no-baselines
else
    echo "== the real letters are not beside the project: only the sample was evaluated"
fi
exit $worse
