#!/bin/bash
# Install the scripts of others that pages use, by lock and digest, into a folder that is not committed.
# They come with the system's npm, else with one from the package registry of Python.
set -euo pipefail
bin=$1
if ! command -v npm >/dev/null; then
  "$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
  PATH="$(cd "$bin" && pwd):$PATH"
fi
npm ci --ignore-scripts --no-audit --no-fund --silent
mkdir -p static/vendor
cp node_modules/htmx.org/dist/htmx.esm.min.js static/vendor/htmx.js
cp node_modules/htmx.org/LICENSE static/vendor/htmx-LICENSE.txt
