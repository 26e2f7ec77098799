"""People and units that HR adds or names by hand, one at a time; many come with a file."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import people as queries
from quiz.db.queries import workforce
from quiz.engine.scenario import AUDIENCES
from quiz.engine.text import Text
from quiz.language.numbers import plain_digits
from quiz.services.errors import Duplicate, NotFound, Refused
from quiz.services.people import add_unit, provision_person
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import tidy_mail, tidy_name

LONGEST_NUMBER = 64


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody as HR types them: the number under which HR knows them, names in one piece, unit and first day."""

    hr_number: str
    name: str
    email: str
    unit: str
    latin_name: str = ""
    joined_on: date | None = None
    job_families: Collection[str] = ()


def hire(work: UnitOfWork, newcomer: Newcomer) -> str:
    """Add a person to an open unit and return the public id; raise Refused, Duplicate or NotFound."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))
    number = tidy_number(newcomer.hr_number, "hr_number")
    if not number:
        raise Refused("number-missing", field="hr_number")
    name = tidy_name(newcomer.name)
    if not name:
        raise Refused("name-missing", field="name")
    mail = tidy_mail(newcomer.email)
    if mail is None:
        raise Refused("bad-email", field="email")
    if not set(newcomer.job_families) <= set(AUDIENCES):
        raise Refused("job-family-unknown", field="job_families")
    place = workforce.find_unit(work.session, newcomer.unit, to_change=True)
    if place is None:
        raise NotFound("unit")
    if place.closed_on is not None:
        raise Refused("unit-closed", field="unit")
    try:
        person = provision_person(
            work, number, mail, name, newcomer.unit, latin_name=tidy_name(newcomer.latin_name) or None
        )
    except Duplicate as clash:
        # Numbers are never given again: who held one has a history under it.
        is_number = clash.values.get("field") == "hr_number"
        raise Duplicate("number-taken" if is_number else "taken", **clash.values) from clash
    row = queries.find_person_by_public_id(work.session, person)
    if row is not None:
        row.joined_on = newcomer.joined_on or row.joined_on
        row.job_families = [family for family in AUDIENCES if family in newcomer.job_families]
    return person


def establish_unit(work: UnitOfWork, name: Text, jurisdiction: str, above: str | None, code: str) -> str:
    """Add a unit below an open one, or at the top, and return its public id; raise Refused, Duplicate or NotFound."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("unit"))
    if above is not None:
        place = workforce.find_unit(work.session, above, to_change=True)
        if place is not None and place.closed_on is not None:
            raise Refused("unit-closed", field="above")
    tidied = _named(name)
    try:
        return add_unit(work, tidied, jurisdiction, above, tidy_number(code, "code") or None)
    except Duplicate as clash:
        raise Duplicate("code-taken", field="code") from clash


def rename_unit(work: UnitOfWork, unit: str, name: Text, code: str) -> None:
    """Give a unit another name or code; raise Refused, Duplicate or NotFound."""
    work.require(Permission.PEOPLE_PERSON_WRITE, Target("unit", unit))
    row = workforce.find_unit(work.session, unit, to_change=True)
    if row is None:
        raise NotFound("unit")
    before = {"name": row.name, "code": row.code}
    row.name, row.code = _named(name).document(), tidy_number(code, "code") or None
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Duplicate("code-taken", field="code") from clash
    work.audit(Permission.PEOPLE_PERSON_WRITE, Target("unit", unit), what="renamed", before=before)


def tidy_number(typed: str, field: str) -> str:
    """Return a number or a code with Latin digits, however it was typed; raise Refused."""
    number = " ".join(plain_digits(typed).split())
    if len(number) > LONGEST_NUMBER or not number.isprintable() or number.startswith("="):
        raise Refused("bad-number", field=field)
    return number


def _named(name: Text) -> Text:
    tidied = {language: tidy_name(words) for language, words in name.document().items()}
    for language, words in tidied.items():
        if not words:
            raise Refused("name-missing", field=f"name_{language}")
    return Text(tidied)
