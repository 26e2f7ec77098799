#!/usr/bin/env bash
# The providers of identities of others that the tests sign in through, by lock and digest; says plainly where it cannot be had.
set -u
bin=$(cd "$1" && pwd)
PATH="$bin:$PATH"
cd tests/provider && npm ci --ignore-scripts --no-audit --no-fund --silent && exit 0
echo "tests: the providers of identities could not be installed with npm; what needs it does not run" >&2
exit 0
