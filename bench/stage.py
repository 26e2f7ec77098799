"""A temporary organisation to measure on: the shipped banks, a module of twenty scenarios, people who all have it."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bench.browser import Fields
from quiz.access.actor import Actor
from quiz.bank.reader import read_folder
from quiz.db import schema
from quiz.db.connection import connect
from quiz.engine.attempt import Slot
from quiz.engine.text import Text
from quiz.language.locale import ReaderLocale
from quiz.language.numbers import percent
from quiz.services import loading, organisation, people
from quiz.services.stored_attempts import get_stored
from quiz.services.tools import Tools
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings, folder

PASSWORD = "a sentence to measure with"  # nosec B105 # noqa: S105 - the database is thrown away
MODULE = "bench-exam"
SCENARIOS = 20
_SHIPPED = "exam-social-media"
_BLUEPRINT = (("eg-conduct", 8), ("eg-cybercrime", 8), ("ae-conduct", 4))
# What the journeys know to answer in one turn, rightly and wrongly.
_KINDS = ["single_choice", "multiple_choice", "judgement"]
_SYSTEM = Actor.system("bench")
_FAR = {"very_appropriate": "very_inappropriate", "appropriate": "very_inappropriate"}


class _OnceHasher(PasswordHasher):
    """Hashes the one password of all learners once; verifying it costs a server what it always costs."""

    _made: str | None = None

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        if self._made is None:
            self._made = super().hash(password, salt=salt)
        return self._made


@dataclass(frozen=True, slots=True)
class Place:
    """One place of an attempt: a right answer, one worth nothing (None where every answer is worth something)."""

    right: Fields
    wrong: Fields | None
    is_scored: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One database with its learners, and the way to look behind the pages."""

    url: str
    folder: Path
    emails: tuple[str, ...]
    works: Works

    def environ(self, port: int) -> dict[str, str]:
        """Return the operator's settings of a server on this database."""
        return {
            "DATABASE_URL": self.url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
            "MAIL_URL": f"file:{self.folder / 'mail'}",
        }

    def key(self, attempt_id: str) -> list[Place]:
        """Return the answers to an attempt as its pages take them."""
        with self.works.reading(_SYSTEM) as work:
            slots = get_stored(work, attempt_id).attempt.slots
        return [Place(_right(slot), _wrong(slot), slot.scored) for slot in slots]

    def share(self, attempt_id: str) -> Fraction | None:
        """Return the score that stands for an ended attempt, None while it is under way."""
        with self.works.reading(_SYSTEM) as work:
            stored = get_stored(work, attempt_id)
        return stored.attempt.score.share if stored.outcome else None

    def words_of_share(self, share: Fraction) -> str:
        """Return how the result page writes a score."""
        with self.works.reading(_SYSTEM) as work:
            choices = organisation.get_choices(work)
        return percent(share, ReaderLocale.of("ar", choices.digits, choices.calendar))


def _right(slot: Slot) -> Fields:
    if slot.scenario.kind == "judgement":
        return _ratings(slot, dict(slot.scenario.key_ratings))
    best = [option.key for option in slot.scenario.options if option.credit and option.credit > 0]
    if slot.scenario.kind == "single_choice":
        best = [option.key for option in slot.scenario.options if option.credit == 1]
    return [("choice", str(slot.option_order.index(key))) for key in best]


def _wrong(slot: Slot) -> Fields | None:
    if slot.scenario.kind == "judgement":
        far = {key: _FAR.get(rating, "very_appropriate") for key, rating in slot.scenario.key_ratings.items()}
        return _ratings(slot, far)
    worst = min(slot.scenario.options, key=lambda option: option.credit or Fraction(0))
    return [("choice", str(slot.option_order.index(worst.key)))] if (worst.credit or 0) <= 0 else None


def _ratings(slot: Slot, ratings: dict[str, str]) -> Fields:
    return [(f"rating-{slot.option_order.index(key)}", rating) for key, rating in ratings.items()]


def settings_of(url: str, port: int = 8000) -> Settings:
    """Return the settings of a production server on a database, with the password hashing it has by default."""
    return Settings(database_url=url, secret_key=secrets.token_urlsafe(48), port=port, trusted_hosts=("127.0.0.1",))


def tools_of(settings: Settings, where: Path) -> Tools:
    """Return the tools of such a server."""
    return Tools.real(
        f"file:{where / 'mail'}", settings.base_url, settings.password_memory_kib, settings.password_rounds
    )


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder on the disk that is removed whatever happens."""
    made = Path(mkdtemp(prefix="amana-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def database_url(where: Path, server: str | None, name: str) -> Iterator[str]:
    """Give the URL of an empty database: a file of the folder, or one made on a PostgreSQL server and dropped."""
    if server is None:
        yield f"sqlite:///{where / name}.db"
        return
    parsed = make_url(server).set(drivername="postgresql+psycopg")
    full = f"amana_{name.replace('-', '_')}_{secrets.token_hex(4)}"
    admin = create_engine(parsed, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {full} TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield parsed.set(database=full).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {full} WITH (FORCE)"))
        admin.dispose()


def works_of(url: str, where: Path) -> Works:
    """Return the door to a database, for making people and looking behind the pages."""
    settings = settings_of(url)
    hasher = _OnceHasher(time_cost=settings.password_rounds, memory_cost=settings.password_memory_kib, parallelism=1)
    return Works(connect(url), replace(tools_of(settings, where), hasher=hasher))


@contextmanager
def stage(url: str, where: Path, learners: int) -> Iterator[Stage]:
    """Give a stocked database with so many learners who have the module."""
    works = works_of(url, where)
    try:
        schema.upgrade(works.database.engine)
        _publish(works)
        yield Stage(url, where, _people(works, learners), works)
    finally:
        works.database.engine.dispose()


def _publish(works: Works) -> None:
    reading = read_folder(folder("content"))
    shipped = next(source.document for source in reading.modules if source.document["key"] == _SHIPPED)
    release = loading.Release(
        tuple(source.document for source in reading.instruments),
        tuple(source.document for source in reading.scenarios),
        (module_document(shipped),),
    )
    with works.writing(_SYSTEM) as work:
        name = Text({"ar": "جهة القياس", "en": "Measuring Authority"})
        organisation.change_choices(work, organisation.Choices(name))
    with works.writing(Actor.system("install_release")) as work:
        loading.install_release(work, release)
    with works.writing(_SYSTEM) as work:
        loading.adopt_provisions(work, loading.list_adoptable(work, "eg-conduct"), "To measure with.")


def module_document(shipped: dict[str, Any]) -> dict[str, Any]:
    """Return the shipped exam with twenty scenarios, and with waits and limits that never stand in the way."""
    document = deepcopy(shipped)
    document["key"] = MODULE
    document["blueprint"] = [{"bank": bank, "count": count, "kinds": _KINDS} for bank, count in _BLUEPRINT]
    document["attempts"] = {"limit": 1000, "waits": ["PT0S"], "remediation": False}
    document["time_limit"] = "PT8H"
    return document


def _people(works: Works, count: int) -> tuple[str, ...]:
    emails = tuple(f"learner{number:04}@bench.example" for number in range(1, count + 1))
    with works.writing(_SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة القياس", "en": "Measuring department"}), "EG")
        for number, email in enumerate(emails, 1):
            person = people.provision_person(
                work, f"B-{number:05}", email, "مريم عبد الله السيد حسن", unit, "Mariam Abdallah Elsayed Hassan"
            )
            people.set_first_password(work, person, PASSWORD)
            people.assign_module(work, person, MODULE)
    return emails
