"""The real nginx with the configuration that is shipped, on ports and in a folder of the tests."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.servers import free_port
from quiz.services.tools import system_clock
from tests.deploy.conftest import ROOT

SHIPPED = ROOT / "deploy" / "nginx"
NAME = "amana.example"
STARTS_WITHIN_SECONDS = 20.0


def program() -> str:
    """Return where nginx is; without it these tests fail under CI and are skipped elsewhere."""
    found = shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no nginx: what stands before the processes must be tried here")
        pytest.skip("no nginx on this machine: its configuration was not tried")
    return found


@dataclass
class Proxy:
    """nginx before some peers."""

    folder: Path
    peers: list[int]
    plain_port: int = field(default_factory=free_port)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def write(self) -> None:
        """Lay the shipped files into the folder, with the paths and ports of this one."""
        amana = self.folder / "amana"
        amana.mkdir(parents=True)
        (self.folder / "temporary").mkdir()
        (self.folder / "conf.d").mkdir()
        self._certificate(amana)
        shutil.copyfile(SHIPPED / "away.html", amana / "away.html")
        site = (SHIPPED / "amana.conf").read_text()
        site = site.replace("/etc/nginx/amana", str(amana)).replace("/var/log/nginx", str(self.folder))
        site = site.replace("listen 80", f"listen 127.0.0.1:{self.plain_port}")
        site = site.replace("listen 443", f"listen 127.0.0.1:{self.port}")
        (self.folder / "conf.d" / "amana.conf").write_text(site)
        whole = (SHIPPED / "container.conf").read_text().replace("/tmp/", f"{self.folder}/temporary/")  # noqa: S108 - as it is shipped
        whole = whole.replace("/etc/nginx/conf.d", str(self.folder / "conf.d"))
        whole = whole.replace("worker_connections 4096", "worker_connections 128")
        # One that is root would give its processes to somebody who cannot read this folder.
        user = "user root;\n" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(user + whole)
        lines = (SHIPPED / "peers.conf").read_text()
        for shipped, port in zip((8001, 8002), self.peers, strict=True):
            lines = lines.replace(f":{shipped} ", f":{port} ")
        self.peers_file.write_text(lines)

    @property
    def peers_file(self) -> Path:
        return self.folder / "amana" / "peers.conf"

    def _certificate(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
        now = system_clock()
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        (folder / "tls.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "tls.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))

    def command(self, *words: str) -> list[str]:
        """Return a command of nginx on this configuration."""
        return [program(), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *words]

    @contextmanager
    def serving(self) -> Iterator["Proxy"]:
        """Stand before the peers, and leave nothing running."""
        with (self.folder / "nginx.log").open("wb") as log:
            self.process = subprocess.Popen(self.command("-g", "daemon off;"), stdout=log, stderr=log)
        try:
            last = monotonic() + STARTS_WITHIN_SECONDS
            while not self._listens():
                assert self.process.poll() is None, (self.folder / "nginx.log").read_text()
                assert monotonic() < last, "nginx did not answer in time"
                Event().wait(0.05)
            yield self
        finally:
            self.process.terminate()
            self.process.wait(timeout=30)

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def connect(self) -> HTTPSConnection:
        """Open a connection by the name that is served, trusting its certificate alone."""
        trusting = ssl.create_default_context(cafile=str(self.folder / "amana" / "tls.crt"))
        connection = HTTPSConnection(NAME, self.port, timeout=20, context=trusting)
        connection.sock = trusting.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), 20), server_hostname=NAME
        )
        return connection

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[HTTPResponse, bytes]:
        """Ask once, as a browser would."""
        connection = self.connect()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, {"Host": NAME, **named})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()
