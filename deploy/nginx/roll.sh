#!/usr/bin/env bash
# Replace the processes behind nginx one after the other, while people answer:
#
#     roll.sh 8001 8002
#
# Each is taken out of peers.conf first, since the free nginx does not ask /readyz; what was sent to it is answered; it is
# started anew; and it comes back once it says that it is ready. Where one does not, all stops: the others still serve.
set -euo pipefail
peers=${PEERS:-/etc/nginx/amana/peers.conf}
reload=${RELOAD:-systemctl reload nginx}
# The port takes the place of %s.
restart=${RESTART:-systemctl restart amana-app@%s}
# The name that the product answers to: the host of BASE_URL.
name=${NAME:?name the host of BASE_URL in NAME}
patience=${PATIENCE:-120}

run() {
  local words
  read -r -a words <<<"$1"
  "${words[@]}"
}

# Says of a peer that it is down ("in" for no more), and lets nginx read that.
mark() {
  local script="s/^(server [^ ]+:$1 .*[^ ]) down;\$/\1;/"
  [ "$2" = in ] || script="$script; s/^(server [^ ]+:$1 .*);\$/\1 down;/"
  sed -E -i.before "$script" "$peers"
  run "$reload"
}

is_ready() {
  [ "$(curl --silent --output /dev/null --max-time 3 --write-out '%{http_code}' --header "Host: $name" "http://127.0.0.1:$1/readyz")" = 200 ]
}

for port in "$@"; do
  grep -Eq "^server [^ ]+:$port " "$peers" || { echo "roll: $peers names no peer at $port" >&2; exit 2; }
done
for port in "$@"; do
  mark "$port" out
  # shellcheck disable=SC2059 # the form is the operator's
  run "$(printf "$restart" "$port")"
  last=$((SECONDS + patience))
  until is_ready "$port"; do
    [ "$SECONDS" -lt "$last" ] || { echo "roll: $port is not ready; it stays out, and no other was touched" >&2; exit 1; }
    sleep 0.5
  done
  mark "$port" in
  echo "roll: $port"
done
