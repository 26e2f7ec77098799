#!/usr/bin/env bash
# PgBouncer and Redis for the tests, from Debian's packages; says plainly where they cannot be had. They are started by the tests.
set -u
missing=()
PATH="$PATH:/usr/sbin" command -v pgbouncer >/dev/null || missing+=(pgbouncer)
command -v redis-server >/dev/null || missing+=(redis-server)
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "tests: please install ${missing[*]} with the system's own tools; what needs them does not run" >&2
  exit 0
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
echo "tests: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null ||
  echo "tests: ${missing[*]} could not be installed; what needs them does not run" >&2
exit 0
