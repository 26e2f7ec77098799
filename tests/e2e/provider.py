"""Providers of identities of others beside the app: a certified one of OpenID Connect, and one of SAML."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from urllib.error import URLError

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.sync_api import Page

from bench.servers import free_port
from quiz.services.tools import system_clock
from tests.e2e.server import Server

FOLDER = Path(__file__).parents[1] / "provider"
STARTS_WITHIN_SECONDS = 30


def node(package: str = "oidc-provider") -> str:
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None or not (FOLDER / "node_modules" / package).is_dir():
        if os.environ.get("CI"):
            pytest.fail("no node, or nothing in tests/provider: the provider of identities must run here")
        pytest.skip("no node, or nothing in tests/provider: no provider of identities of others was signed in through")
    return found


@dataclass
class RealProvider:
    """One provider of OpenID Connect, on a port of its own; starting it again changes its keys."""

    protocol: ClassVar[str] = "OIDC"
    package: ClassVar[str] = "oidc-provider"
    document: ClassVar[str] = ".well-known/openid-configuration"

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

    @property
    def command(self) -> list[str]:
        return ["provider.mjs", str(self.port), self.key, self.app]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([node(self.package), *self.command], cwd=FOLDER, stdout=log, stderr=log)
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
            urllib.request.urlopen(f"{self.issuer}/{self.document}", timeout=2) as answer,
        ):
            return bool(answer.status == 200)
        return False


@dataclass
class RealSaml(RealProvider):
    """One provider of SAML, on another site than ours: a browser sends our cookies with no form of it."""

    protocol: ClassVar[str] = "SAML"
    package: ClassVar[str] = "samlify"
    document: ClassVar[str] = "metadata"

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def metadata_file(self) -> Path:
        return self.log.with_suffix(".xml")

    @property
    def environment(self) -> dict[str, str]:
        start = f"SAML_{self.key.upper()}"
        return {
            f"{start}_METADATA_FILE": str(self.metadata_file),
            f"{start}_NAME_AR": self.name_ar,
            f"{start}_NAME_EN": self.key,
            f"{start}_MATCH": self.match,
        }

    @property
    def command(self) -> list[str]:
        files = [self.log.with_suffix(".key"), self.log.with_suffix(".pem")]
        made = self_signed(self.key)
        for path, content in zip(files, made, strict=True):
            path.write_bytes(content)
        return ["saml.mjs", str(self.port), self.key, self.app, *map(str, files)]

    def start(self) -> None:
        super().start()
        with urllib.request.urlopen(f"{self.issuer}/{self.document}", timeout=5) as answer:
            self.metadata_file.write_bytes(answer.read())


def self_signed(name: str) -> tuple[bytes, bytes]:
    """Return a new key and its certificate for the next days, both as PEM."""
    private = rsa.generate_private_key(65537, 2048)
    now, who = system_clock(), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3))
        .sign(private, hashes.SHA256())
    )
    form, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = private.private_bytes(serialization.Encoding.PEM, form, bare)
    return key, certificate.public_bytes(serialization.Encoding.PEM)


@dataclass
class FederatedServer(Server):
    """The product with providers of identities, on an empty installation."""

    providers: list[RealProvider] = field(default_factory=list)

    def start(self) -> None:
        """Let the providers answer first: the product reads what they say of themselves, for its shell already."""
        for one in self.providers:
            if one.process is None:
                one.start()
        self.command("db", "upgrade")
        super().start()

    def stop(self) -> None:
        super().stop()
        for one in self.providers:
            one.stop()

    @property
    def environment(self) -> dict[str, str]:
        named: dict[str, str] = {}
        for one in self.providers:
            keys = [other.key for other in self.providers if other.protocol == one.protocol]
            named |= {f"{one.protocol}_PROVIDERS": ",".join(keys), **one.environment}
        return {**super().environment, **named}


def sign_in(page: Page, key: str, who: str, at: str = "/sign-in", do: str = "yes") -> None:
    """Go to a provider from a page of the product, say who one is there, and come back."""
    page.goto(at)
    page.locator(f"form[action='/oidc/{key}/{'begin' if at.startswith('/sign-in') else 'link'}'] button").click()
    page.wait_for_url("**/interaction/**")
    page.locator("input[name=login]").fill(who)
    page.locator(f"button[value={do}]").click()
    page.wait_for_url(lambda url: "/interaction/" not in url and "/callback" not in url and "/auth/" not in url)
