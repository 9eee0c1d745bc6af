#!/usr/bin/env bash
# The comment of the GitHub Action: one for each NAME, edited at each run. It is found by its first line among those of
# the same author: other jobs comment as the same author, and anybody may write such a line.
# A token that may not comment (that of a fork's pull request) is no reason to hide the verdict: it is said, and passed.
set -euo pipefail

marker="<!-- orgtrail: ${NAME//[^A-Za-z0-9 ._-]/_} -->"
body="$(mktemp)"
trap 'rm -f "$body"' EXIT
{
  echo "$marker"
  cat "$MARKDOWN"
} >"$body"

comment() {
  local earlier
  earlier="$(MARKER="$marker" gh pr view "$PULL_REQUEST" --json comments \
    --jq '[.comments[] | select(.viewerDidAuthor and (.body | startswith(env.MARKER))) | .url][0] // ""')" || return
  if [ -n "$earlier" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/${earlier##*-}" -F "body=@$body"
  else
    gh pr comment "$PULL_REQUEST" --body-file "$body"
  fi
}

if ! comment; then
  echo "::warning title=orgtrail::no comment on the pull request: it needs \`pull-requests: write\`, which a fork's has not. The report is in the job's summary."
fi
