#!/usr/bin/env bash
# The check of the GitHub Action: annotations into the log, reports into files, what they are called into the outputs.
# It ends with 0 whatever the verdict is, so that the reports are uploaded; the action's last step ends with the
# verdict's exit code. Wrong usage and unreadable input (2) end it at once.
set -euo pipefail

reports="${RUNNER_TEMP:-$(mktemp -d)}/orgtrail"
mkdir -p "$reports"

# Whoever opened the pull request wrote what lies in it. Only the base branch's orgtrail.toml counts, and only reviewed
# comments set anything aside: none, unless `inline-ignores` says so. It is read with git, out of the base's commit.
arguments=(--no-discovered-config)
if [ "${ORGTRAIL_INLINE_IGNORES:-false}" != true ]; then arguments+=(--no-inline-ignores); fi
config="${ORGTRAIL_CONFIG:-}"
if [ -z "$config" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then
  git fetch --quiet --depth=1 origin "$GITHUB_BASE_REF" || true
  if git show "FETCH_HEAD:orgtrail.toml" >"$reports/base-orgtrail.toml" 2>/dev/null; then
    config="$reports/base-orgtrail.toml"
  fi
elif [ -z "$config" ] && [ -f orgtrail.toml ]; then
  # A push to the branch itself: what stands there was reviewed.
  config=orgtrail.toml
fi
if [ -n "$config" ]; then arguments+=("--config=$config"); fi
while IFS= read -r line; do
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<<"${ORGTRAIL_ARGUMENTS:-}"
if [ -n "${ORGTRAIL_SOURCE:-}" ]; then arguments+=("--source=$ORGTRAIL_SOURCE"); fi

inputs=()
while IFS= read -r line; do
  if [ -n "$line" ]; then inputs+=("$line"); fi
done <<<"${ORGTRAIL_INPUTS:?what to check}"

code=0
"${ORGTRAIL_PROGRAM:-orgtrail}" check ${arguments[@]+"${arguments[@]}"} \
  --format=github \
  --format="sarif=$reports/orgtrail.sarif" \
  --format="markdown=$reports/orgtrail.md" \
  --format="html=$reports/orgtrail.html" \
  -- "${inputs[@]}" || code=$?
if [ "$code" -ne 0 ] && [ "$code" -ne 1 ] && [ "$code" -ne 3 ]; then exit "$code"; fi

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$reports/orgtrail.md" >>"$GITHUB_STEP_SUMMARY"; fi
{
  echo "exit-code=$code"
  echo "sarif=$reports/orgtrail.sarif"
  echo "markdown=$reports/orgtrail.md"
  echo "html=$reports/orgtrail.html"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
