#!/usr/bin/env bash
# Uploads the SARIF report to code scanning through GitHub's API, under NAME: no further action is needed for it.
# Source: GitHub Docs, REST API, "Upload an analysis as SARIF data".
set -euo pipefail

packed="$(mktemp)"
trap 'rm -f "$packed"' EXIT
# What code scanning calls a category is the id of the run's automation details.
python3 - "$SARIF" "$NAME" <<'PYTHON' | gzip --stdout | base64 | tr -d '\n' >"$packed"
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    log = json.load(file)
for run in log["runs"]:
    run["automationDetails"] = {"id": f"{sys.argv[2]}/"}
json.dump(log, sys.stdout)
PYTHON
gh api --silent --method POST "repos/$GITHUB_REPOSITORY/code-scanning/sarifs" \
  -f "commit_sha=$COMMIT" -f "ref=$REF" -F "sarif=@$packed"
