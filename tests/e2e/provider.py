"""A certified provider of identities beside the app: started, stopped and started again with new keys."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.e2e.server import Server, free_port

FOLDER = Path(__file__).parents[1] / "provider"
STARTS_WITHIN_SECONDS = 30


def node() -> str:
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None or not (FOLDER / "node_modules").is_dir():
        if os.environ.get("CI"):
            pytest.fail("no node, or nothing in tests/provider: the provider of identities must run here")
        pytest.skip("no node, or nothing in tests/provider: no provider of identities of others was signed in through")
    return found


@dataclass
class RealProvider:
    """One provider, on a port of its own."""

    key: str
    app: str
    name_ar: str
    match: str
    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        start = f"OIDC_{self.key.upper()}"
        return {
            f"{start}_ISSUER": self.issuer,
            f"{start}_CLIENT_ID": "amana",
            f"{start}_CLIENT_SECRET": "a-secret-for-trying-only",
            f"{start}_NAME_AR": self.name_ar,
            f"{start}_NAME_EN": self.key,
            f"{start}_MATCH": self.match,
            f"{start}_LOGOUT": "1",
        }

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [node(), "provider.mjs", str(self.port), self.key, self.app], cwd=FOLDER, stdout=log, stderr=log
            )
        last = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self._is_ready():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < last, "the provider did not answer in time"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def _is_ready(self) -> bool:
        with (
            suppress(URLError, OSError),
            urllib.request.urlopen(f"{self.issuer}/.well-known/openid-configuration", timeout=2) as answer,
        ):
            return bool(answer.status == 200)
        return False


@dataclass
class FederatedServer(Server):
    """The product with providers of identities, on an empty installation."""

    providers: list[RealProvider] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        named = {"OIDC_PROVIDERS": ",".join(one.key for one in self.providers)}
        for one in self.providers:
            named |= one.environment
        return {**super().environment, **named}
