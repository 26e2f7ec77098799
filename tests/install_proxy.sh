#!/usr/bin/env bash
# nginx for the tests, from Debian's packages and without starting it; says plainly where it cannot be had.
set -u
if command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
  echo "tests: please install nginx with the system's own tools; what needs it does not run" >&2
  exit 0
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
echo "tests: installing nginx"
# A service of that name would listen on ports that are not ours.
"${as_root[@]}" apt-get update -qq >/dev/null &&
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "${as_root[@]}" apt-get install -y -qq --no-install-recommends nginx >/dev/null ||
  echo "tests: nginx could not be installed; what needs it does not run" >&2
exit 0
