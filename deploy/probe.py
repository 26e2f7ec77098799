"""Ask a process of this container for an address, by the name that it answers to: exit status 0 where that is well."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main(path: str) -> int:
    """Return 0 for an answer with status 200, else 1."""
    name = urlsplit(os.environ.get("BASE_URL", "")).hostname or "127.0.0.1"
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=3)
    try:
        connection.request("GET", path, headers={"Host": name})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except OSError:
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "/readyz"))
