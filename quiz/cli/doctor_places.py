"""What `quiz doctor` sees around the database: folders and disks, the queue, the mail server, keys, what was built."""

import os
import struct
from collections.abc import Iterator
from datetime import timedelta
from gettext import GNUTranslations
from pathlib import Path
from tempfile import gettempdir

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from quiz.cli.doctor_findings import Finding, ok, warning, wrong
from quiz.db.postgresql import PATIENCE, address_of
from quiz.engine.text import LANGUAGES
from quiz.services.tools import FolderMailer, SmtpMailer, Tools, mailer_for, system_clock
from quiz.settings.environment import Misconfigured
from quiz.settings.operator import Settings, folder

_MIB = 1024 * 1024
_LITTLE, _NONE = 1024 * _MIB, 128 * _MIB
_LITTLE_SHARE = 0.05
_SOON = timedelta(days=30)
_PATIENCE = 5.0


def folders(settings: Settings) -> Iterator[Finding]:
    """Tell whether the folders can be written into, and whether their disks have room."""
    told = False
    for name, path in _folders(settings).items():
        if not path.is_dir():
            told = True
            yield wrong("folders", f"{name}: there is no folder {path}", "make it, and let the service write into it")
        elif not os.access(path, os.W_OK | os.X_OK):
            told = True
            yield wrong(
                "folders", f"{name}: this user may not write into {path}", "chown it to the user of the service"
            )
        else:
            for finding in _room(name, path):
                told = True
                yield finding
    if not told:
        yield ok("folders", "all can be written into, and have room")


def _folders(settings: Settings) -> dict[str, Path]:
    found = {"temporary files": Path(gettempdir())}
    for name, url in (("the database", settings.database_url), ("the queue", settings.queue_url)):
        path = url.partition("///")[2].partition("?")[0]
        if url.startswith("sqlite") and path:
            found[name] = Path(path).parent
    if settings.mail_url.startswith("file:"):
        found["mails"] = _there(Path(settings.mail_url.removeprefix("file:")))
    if settings.audit_tip_folder:
        found["tips of the audit trail"] = settings.audit_tip_folder
    return found


def _there(path: Path) -> Path:
    """Return the folder, or the one above it in which it will be made."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _room(name: str, path: Path) -> Iterator[Finding]:
    disk = os.statvfs(path)
    free, whole = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    seen = f"{name}: {free // _MIB} MiB are free at {path}"
    if free < _NONE:
        yield wrong("disk", seen, "make room now: what is written there will fail")
    elif free < _LITTLE and free < whole * _LITTLE_SHARE:
        yield warning("disk", seen, "make room")
    if disk.f_files and disk.f_favail < disk.f_files * 0.01:
        yield warning("disk", f"{name}: nearly no files can be made at {path}", "remove old ones (df -i)")


def mail(settings: Settings) -> Iterator[Finding]:
    """Tell whether the mail server answers, with its certificate and our password; nothing is sent."""
    try:
        mailer = mailer_for(settings.mail_url)
    except ValueError:
        # Told with the settings.
        return
    if isinstance(mailer, FolderMailer):
        yield ok("mail server", "none: mails are files")
        return
    if not isinstance(mailer, SmtpMailer):
        return
    try:
        SmtpMailer(mailer.url, _PATIENCE, mailer.context).greet()
    except OSError as fault:
        do = "is it running, reachable, its certificate good and the password right? Mails wait meanwhile"
        yield wrong("mail server", f"it does not let us in: {type(fault).__name__}: {fault}", do)
    else:
        yield ok("mail server", "answers, and lets us in")


def queue(settings: Settings) -> Iterator[Finding]:
    """Tell whether the queue answers; nothing is lost without it, since what is due stands in the database."""
    url = settings.queue_url
    if url == settings.database_url:
        yield ok("queue", "in the database")
        return
    try:
        if url.startswith("redis"):
            _greet_redis(url)
        elif url.startswith("postgres"):
            words = address_of(url, PATIENCE).set(drivername="postgresql").render_as_string(hide_password=False)
            with psycopg.connect(words) as connection:
                connection.execute("SELECT 1")
    except (redis.RedisError, psycopg.Error, OSError, ValueError) as fault:
        do = "workers do without it what is due, some seconds later; mend QUEUE_URL or its server"
        yield warning("queue", f"it does not answer: {type(fault).__name__}: {fault}", do)
    else:
        yield ok("queue", "in a file" if url.startswith("sqlite") else "answers")


def limits(settings: Settings) -> Iterator[Finding]:
    """Tell whether all processes count together who asks how often; where they do not, each counts for itself."""
    if not settings.redis_url:
        yield ok("limits", "each process counts for itself: REDIS_URL is not set")
        return
    try:
        _greet_redis(settings.redis_url)
    except (redis.RedisError, OSError, ValueError) as fault:
        do = "each process counts for itself meanwhile; mend REDIS_URL or its server"
        yield warning("limits", f"REDIS_URL does not answer: {type(fault).__name__}: {fault}", do)
    else:
        yield ok("limits", "all processes count together")


def _greet_redis(url: str) -> None:
    waits = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE, "retry": Retry(NoBackoff(), 0)}
    with redis.Redis.from_url(url, **waits) as server:
        server.ping()


def signing(settings: Settings) -> Iterator[Finding]:
    """Tell whether what signs is there and will be for a while."""
    try:
        tools = Tools.of(settings)
    except Misconfigured as fault:
        yield wrong("signing", str(fault), "mend what it names; nothing starts before")
        return
    except ValueError:
        # An address of mails that cannot be, told with the settings.
        return
    if tools.signer.public_key is None:
        do = "openssl genpkey -algorithm ed25519 -out key.pem, and name it in CREDENTIAL_KEY_FILE"
        yield warning("signing", "no key: there are no credentials, and packs of evidence are not signed", do)
    else:
        yield ok("signing", "the key of credentials is there")
    certificate = tools.paper_signer.certificate
    if certificate is None:
        yield warning("signing", "papers are not signed, and say so", "set SIGNING_KEY_FILE and its certificate")
        return
    ends = certificate.leaf.not_valid_after_utc
    left = ends - system_clock()
    seen = f"the certificate of papers ends on {ends:%Y-%m-%d}"
    if left <= timedelta():
        yield wrong("signing", seen, "papers are not signed: put a new key and certificate in their place")
    elif left < _SOON:
        yield warning("signing", seen, "order the next; papers of this one stay good")
    else:
        yield ok("signing", seen)


def built() -> Iterator[Finding]:
    """Tell whether what is made at set-up is there: catalogues, styles, scripts, fonts."""
    lacking = [
        f"translations/{language}/LC_MESSAGES/{domain}.mo"
        for language in LANGUAGES
        for domain in ("messages", "forms")
        if not _can_be_read(folder("translations") / language / "LC_MESSAGES" / f"{domain}.mo")
    ]
    if lacking:
        do = "quiz translations compile"
        yield wrong("translations", f"not compiled, or broken: {', '.join(lacking)}", do)
    else:
        yield ok("translations", "compiled")
    empty = [name for name in ("vendor", "fonts") if not _holds(folder("static") / name)]
    if empty:
        yield wrong("pages", f"nothing is in {', '.join(f'static/{one}' for one in empty)}", "install the product anew")
    else:
        yield ok("pages", "scripts and fonts are there")


def _can_be_read(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            GNUTranslations(file)
    except (OSError, ValueError, struct.error):
        return False
    return True


def _holds(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())
