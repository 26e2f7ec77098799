"""What deeds need of the outside: clock, chance, password hashing, mail; built once, real or null."""

import secrets
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP
from typing import Protocol
from urllib.parse import unquote, urlsplit

from argon2 import PasswordHasher

from quiz.records.audit_chain import KEY_BYTES, KeyRing, UnusableAuditKey, ring_of
from quiz.records.codes import ALPHABET
from quiz.records.paper_signing import NullSigner, PaperSigner, signer_for
from quiz.records.signing import NobodySigns, Signer, UnusableKey, watching
from quiz.services.entry_signing import EntryKey
from quiz.services.kept import Kept
from quiz.services.vault import Vault
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings


def system_clock() -> datetime:
    """Return this moment in UTC; the only place of the product that asks."""
    return datetime.now(UTC)


_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)


def new_code() -> str:
    """Return a code that nobody guesses, short enough to be read aloud: three times four letters and digits."""
    bits = int.from_bytes(secrets.token_bytes(8), "big")
    a, b, c, d, e, f = (_PAIRS[bits >> place & 1023] for place in (0, 10, 20, 30, 40, 50))
    return f"{a}{b}-{c}{d}-{e}{f}"


class Mailer(Protocol):
    """Hands a mail over; raises OSError or SMTPException where that fails."""

    def send(self, message: EmailMessage) -> None:
        """Send one message."""


@dataclass(slots=True)
class MemoryMailer:
    """Keeps mails instead of sending them; for tests."""

    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        """Keep one message."""
        self.sent.append(message)


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writes each mail as a file; for a demo and for machines without a mail server."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write one message, named by its identifier."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (self.folder / f"{name}.eml").write_bytes(message.as_bytes())


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Speaks SMTP to one server; where the address says `smtp+tls`, over STARTTLS to whom its certificate names."""

    url: str
    # How many seconds a server may be silent.
    patience: float = 20
    # The authorities that its certificate is held against: those of the system, unless a test says otherwise.
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, message: EmailMessage) -> None:
        """Send one message over a connection of its own."""
        with self._opened() as server:
            server.send_message(message)

    def greet(self) -> None:
        """Let the server show that it answers and lets us in; raise OSError as sending would."""
        with self._opened() as server:
            server.noop()

    @contextmanager
    def _opened(self) -> Iterator[SMTP]:
        parts = urlsplit(self.url)
        with SMTP(parts.hostname or "127.0.0.1", parts.port or 25, timeout=self.patience) as server:
            if parts.scheme == "smtp+tls":
                server.starttls(context=self.context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server


class Queue(Protocol):
    """Tells workers of what was written to the outbox, so that nobody waits for their next look; never raises."""

    def hurry(self, message_ids: Sequence[int]) -> None:
        """Say that messages are due."""


@dataclass(frozen=True, slots=True)
class NullQueue:
    """Tells nobody: what is due is found when a worker looks."""

    def hurry(self, message_ids: Sequence[int]) -> None:
        """Say nothing."""


class Observer(Protocol):
    """Is told what happens, to count it; never raises, and is told of nobody."""

    def happened(self, what: str, *labels: str) -> None:
        """Count one more of something, under words of which there are few."""


@dataclass(frozen=True, slots=True)
class NullObserver:
    """Counts nothing."""

    def happened(self, what: str, *labels: str) -> None:
        """Do nothing."""


def mailer_for(url: str) -> Mailer:
    """Return the mailer of `file:FOLDER`, `smtp://host:port` or `smtp+tls://user:password@host:port`."""
    if url.startswith("file:"):
        return FolderMailer(Path(url.removeprefix("file:")))
    if url.startswith(("smtp://", "smtp+tls://")):
        return SmtpMailer(url)
    raise ValueError(f"MAIL_URL must begin with file:, smtp:// or smtp+tls://, not {url!r}")


def _passing_ring() -> KeyRing:
    """Return a key that ends with the process; a running product has the one of its settings."""
    return KeyRing.of(secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Tools:
    """The outside, as deeds see it."""

    clock: Callable[[], datetime]
    chance: Callable[[int], bytes]
    hasher: PasswordHasher
    mailer: Mailer
    base_url: str
    kept: Kept = field(default_factory=Kept)
    queue: Queue = field(default_factory=NullQueue)
    observer: Observer = field(default_factory=NullObserver)
    signer: Signer = field(default_factory=NobodySigns)
    paper_signer: PaperSigner = field(default_factory=NullSigner)
    audit_keys: KeyRing = field(default_factory=_passing_ring)
    # Without an operator's secret, what is sealed opens in this process alone.
    vault: Vault = field(default_factory=lambda: Vault(secrets.token_bytes(32)))
    entry_key: EntryKey = field(default_factory=lambda: EntryKey(secrets.token_bytes(32)))

    @classmethod
    def of(cls, settings: Settings) -> "Tools":
        """Return the tools that the operator's settings ask for; raise Misconfigured where a key cannot sign."""
        tools = cls.real(
            settings.mail_url,
            settings.base_url,
            settings.password_memory_kib,
            settings.password_rounds,
            settings.credential_key_file,
        )
        secret, old = settings.secret_key, settings.old_secret_keys
        try:
            ring = ring_of(secret, settings.audit_key_file, settings.audit_old_key_files, old)
        except UnusableAuditKey as fault:
            raise Misconfigured(f"AUDIT_KEY_FILE: {fault}.") from fault
        return replace(
            tools,
            paper_signer=signer_for(settings.signing, system_clock()),
            audit_keys=ring,
            vault=Vault.of(secret, *old),
            entry_key=EntryKey.of(secret, *old),
        )

    @classmethod
    def real(
        cls, mail_url: str, base_url: str, memory_kib: int, rounds: int, credential_key_file: Path | None = None
    ) -> "Tools":
        """Return the tools of a running product; Argon2id with the given memory and rounds, one lane.

        Raise Misconfigured where the file named for signing holds no key that can sign.
        """
        try:
            signer = watching(credential_key_file)
        except UnusableKey as fault:
            raise Misconfigured(f"CREDENTIAL_KEY_FILE: {fault}.") from fault
        return cls(
            clock=system_clock,
            chance=secrets.token_bytes,
            hasher=PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1),
            mailer=mailer_for(mail_url),
            base_url=base_url,
            signer=signer,
        )
