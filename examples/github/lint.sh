#!/usr/bin/env bash
# What the action runs: the revisions that are new against the pull request's base, annotated in the diff.
# CONFIG, SINCE, BASE, ARGUMENTS and SARIF come from action.yml.
set -euo pipefail

since=${SINCE:-}
if [ -z "$since" ] && [ -n "${BASE:-}" ]; then
    # A checkout of depth 1 does not know the base yet.
    git rev-parse --quiet --verify "origin/$BASE" >/dev/null || git fetch --quiet --depth=200 origin "$BASE:refs/remotes/origin/$BASE"
    since=origin/$BASE
fi
only=()
[ -z "$since" ] || [ "$since" = all ] || only=(--since "$since")
read -r -a more <<<"${ARGUMENTS:-}"

status=0
safemigrate --config "${CONFIG:-alembic.ini}" lint "${only[@]}" "${more[@]}" || status=$?
if [ -n "${SARIF:-}" ] && [ "$status" -le 1 ]; then
    safemigrate --config "${CONFIG:-alembic.ini}" lint "${only[@]}" "${more[@]}" --exit-zero --format sarif --output-file "$SARIF"
fi
exit "$status"
