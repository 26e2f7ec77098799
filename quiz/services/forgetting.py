"""Erasing a person as a whole: nobody can tell any more who they were, and all that they did stays as it was.

The row of the person, their steps, marks and records and the entries of the trail stay under a pseudonym; what names
them goes. Words that others wrote lose the name; what they tell besides is kept.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.erasure import PersonErasureRow
from quiz.db.models.people import PersonRow, folded_person
from quiz.db.queries import erasing as queries
from quiz.db.queries import workforce
from quiz.language.folding import fold
from quiz.services.erasing import LONGEST, erase_holder
from quiz.services.errors import NotFound, Refused
from quiz.services.nameless import GONE, nameless
from quiz.services.organisation import get_choices
from quiz.services.sign_ins import token_digest
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import has_left, last_day

# Nobody has an address there (RFC 2606).
_NOWHERE = "erased.invalid"
_MAY_STAND_BEHIND = frozenset({Role.HR, Role.ADMIN})
# Shorter numbers stand in too many sentences that are about something else.
_SHORTEST_NUMBER = 5


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing a person did: the pseudonym, counts by kind, and what stays because everybody reads it."""

    pseudonym: str
    counts: dict[str, int]
    published: int
    was_erased: bool


def pseudonym_of(public_id: str) -> str:
    """Return what stands in place of the name, the number and the address of somebody who was erased."""
    return f"erased-{public_id}"


def forget_person(work: UnitOfWork, person: str, reason: str, behind: Actor) -> Erased:
    """Erase a person who has left; again, it changes nothing. `behind` is who decided it, and may not be the person.

    Raise NotFound; Refused while the person works here, where `behind` may not decide it, or where the reason is
    missing or names the person: it is kept when the names are gone.
    """
    target = Target("person", person)
    work.require(Permission.PEOPLE_PERSON_ERASE, target)
    row = queries.hold_person(work.session, person)
    if row is None:
        raise NotFound("person")
    standing = queries.find_erasure(work.session, row.id)
    if standing is not None:
        return Erased(pseudonym_of(person), dict(standing.counts), 0, was_erased=True)
    names = _names(work, row)
    _check(work, row, reason, behind, names)
    erasure = PersonErasureRow(
        person_id=row.id, reason=reason.strip(), erased_by=behind.name, began_at=work.now, ended_at=None, counts={}
    )
    work.session.add(erasure)
    work.session.flush()
    counts = _remove(work, row, reason, names)
    published = queries.count_published(work.session, _needles(names))
    _rename(work, row)
    work.session.flush()
    erasure.counts = {kind: count for kind, count in counts.items() if count}
    erasure.ended_at = work.now
    work.after_commit(work.tools.kept.forget_figures)
    work.audit(Permission.PEOPLE_PERSON_ERASE, target, behind=behind.name, counts=dict(erasure.counts))
    work.session.flush()
    return Erased(pseudonym_of(person), dict(erasure.counts), published, was_erased=False)


def _check(work: UnitOfWork, row: PersonRow, reason: str, behind: Actor, names: Collection[str]) -> None:
    if not has_left(row, work.now):
        raise Refused("person-works-here", field="person")
    if not behind.roles & _MAY_STAND_BEHIND:
        raise Refused("role-missing", field="by")
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
    if len(reason) > LONGEST:
        raise Refused("too-long", field="reason", most=LONGEST)
    if any(fold(name) in fold(reason) for name in names):
        raise Refused("reason-names-holder", field="reason")


def _names(work: UnitOfWork, row: PersonRow) -> set[str]:
    """Return all that names somebody: their names now and on records, the address and the number."""
    named = {row.name, row.latin_name or "", row.email, row.hr_number}
    return {one for one in named | queries.list_former_names(work.session, row.id) if one}


def _needles(names: Collection[str]) -> list[str]:
    return sorted((one for one in names if len(one) >= _SHORTEST_NUMBER), key=len, reverse=True)


def _remove(work: UnitOfWork, row: PersonRow, reason: str, names: Collection[str]) -> dict[str, int]:
    counts = {"records": _erase_records(work, row, reason)}
    names_of = (row.email, f"reset:{row.email}", f"entry:{row.email}", f"second:{row.public_id}")
    digests = [token_digest(text.lower()) for text in names_of]
    counts |= queries.delete_own(work.session, row.id, digests)
    counts["import-rows"] = queries.delete_import_rows(work.session, row.hr_number)
    counts["exports"] = queries.delete_exports(work.session)
    asked = queries.list_questions(work.session, row.id)
    for question in asked:
        question.person_id = None
        # As for those asked without a name: to the second it would stand beside an answer given before it.
        question.at = get_choices(work).beginning_of_day(question.at)
        question.words = nameless(question.words, *names)
    counts["questions"] = len(asked)
    work.session.flush()
    keys = [question.id for question in asked]
    counts["words-about"] = queries.redact_about(work.session, row.id, keys, _Redaction(names, is_about=True))
    counts["words-elsewhere"] = queries.redact_mentions(work.session, _needles(names), _Redaction(names))
    return counts


def _erase_records(work: UnitOfWork, row: PersonRow, reason: str) -> int:
    records = queries.list_records(work.session, row.id)
    for record in records:
        erase_holder(work, record.public_id, reason)
    work.session.flush()
    return len(records)


def _rename(work: UnitOfWork, row: PersonRow) -> None:
    work.session.refresh(row)
    pseudonym = pseudonym_of(row.public_id)
    if row.active_until is not None:
        workforce.end_roles_of(work.session, {row.id: last_day(row.active_until, get_choices(work).zone)})
    row.name = row.hr_number = pseudonym
    row.latin_name = row.language = None
    row.email = f"{pseudonym}@{_NOWHERE}"
    row.extra_time_percent, row.job_families = 0, []
    row.folded = folded_person(pseudonym, None, pseudonym)
    row.changed_at = work.now


class _Redaction:
    """Words and documents without what names somebody: in words about them without any part of the name as well."""

    def __init__(self, names: Collection[str], is_about: bool = False) -> None:
        self._names = tuple(names)
        self._is_about = is_about
        whole = "|".join(re.escape(name) for name in _needles(names))
        self._whole = re.compile(rf"(?<!\w)(?:{whole})(?!\w)", re.IGNORECASE)

    def __call__(self, value: Any) -> Any:
        """Return a text, or every text of a document, without the names."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self(one) for one in value]
        return value

    def _text(self, text: str) -> str:
        found = self._whole.sub(GONE, text)
        if not self._is_about:
            return found
        # Only where something is lost: what has none of the names keeps its lines and spaces.
        said = nameless(found, *self._names)
        return said if said != " ".join(found.split()) else found
