"""The week of a unit for its managers: how its trainings stand, and what changed; told only where something did."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.reminding import DigestRow
from quiz.db.queries import digesting as queries
from quiz.db.queries import people, progress, reminding, tallies, workforce
from quiz.events import DigestDue
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

AT_ONCE, A_WEEK = 50, timedelta(days=7)
LATE = "late"
_TARGET = Target("digests")


@dataclass(frozen=True, slots=True)
class DigestLine:
    """How many trainings stand under a reason (`late` for all that are past due), and how many did before."""

    bucket: str
    amount: int
    before: int | None


@dataclass(frozen=True, slots=True)
class DigestMail:
    """What a manager is told of a week; `since` is the day of what was told last."""

    lines: tuple[DigestLine, ...]
    since: date | None
    name: str
    email: str
    language: str


def is_due(work: UnitOfWork) -> bool:
    """Tell whether managers are still to be looked at today, after everybody was reminded."""
    work.require(Permission.MAIL_MESSAGE_SEND, _TARGET)
    choices = get_choices(work)
    if not choices.digest or not choices.may_send(work.now):
        return False
    run = reminding.find_run(work.session, choices.civil_day(work.now))
    return run is not None and run.ended_at is not None and run.digested_at is None


def digest_some(work: UnitOfWork, most: int = AT_ONCE) -> bool:
    """Look at the next managers, each once in seven days, and note what they are told; return whether there are more.

    Nobody is told of a week in which nothing changed since they were told last, and nobody who is away.
    """
    if not is_due(work):
        return False
    today = get_choices(work).civil_day(work.now)
    run = reminding.find_run(work.session, today, to_change=True)
    if run is None or run.digested_at is not None:
        return False
    managed: dict[int, set[int]] = {}
    for one in workforce.list_managers(work.session, today, today):
        managed.setdefault(one.person_id, set()).add(one.unit_id)
    recent = queries.list_looked_at(work.session, managed, today - A_WEEK)
    chosen = sorted(set(managed) - recent)[:most]
    absent = workforce.list_absent(work.session, chosen, today, work.now)
    parents = progress.list_parents(work.session)
    for person_id in chosen:
        units = managed[person_id]
        tops = [unit for unit, parent in parents if unit in units and parent not in units]
        figures = _figures(tallies.count_below(work.session, tops))
        told = queries.find_told(work.session, person_id)
        because = _why_not(person_id in absent, figures, told.figures if told else None)
        work.session.add(
            DigestRow(
                person_id=person_id,
                day=today,
                figures=figures,
                outcome="skipped" if because else "queued",
                because=because,
            )
        )
    work.session.flush()
    for public_id in queries.list_queued(work.session, chosen, today):
        work.record(DigestDue(public_id, today.isoformat()))
    if len(chosen) == most:
        return True
    run.digested_at = work.now
    work.audit(Permission.MAIL_MESSAGE_SEND, _TARGET, day=today.isoformat())
    return False


def prepare_digest_mail(work: UnitOfWork, person: str, day: date) -> DigestMail | None:
    """Return what a manager is told of a week; None where it was told, or they have left."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    digest = queries.find_queued(work.session, row.id, day) if row else None
    if row is None or digest is None:
        return None
    if row.active_until is not None and row.active_until <= work.now:
        digest.outcome, digest.because = "dropped", "left"
        return None
    told = queries.find_told(work.session, row.id)
    before = told.figures if told else None
    lines = tuple(
        DigestLine(bucket, amount, before.get(bucket, 0) if before is not None else None)
        for bucket, amount in digest.figures.items()
        if amount or (before or {}).get(bucket)
    )
    return DigestMail(lines, told.day if told else None, row.name, row.email, row.language or "ar")


def note_end(work: UnitOfWork, person: str, day: date, because: str | None = None, outcome: str = "failed") -> None:
    """Note that the mail of a week was taken by the mail server, or why it was not, by default given up."""
    work.require(Permission.MAIL_MESSAGE_SEND, Target("person", person))
    row = people.find_person_by_public_id(work.session, person)
    digest = queries.find_queued(work.session, row.id, day) if row else None
    if digest is None:
        return
    digest.outcome, digest.because = (outcome, because) if because else ("sent", None)
    digest.sent_at = None if because else work.now


def _figures(counts: Collection[tallies.Count]) -> dict[str, int]:
    """Return how many trainings stand under each reason, and how many are past due; who is not theirs is left out."""
    found = {LATE: sum(one.amount for one in counts if one.is_late and one.bucket not in (*progress.DONE, "not_mine"))}
    for one in counts:
        if one.bucket != "not_mine":
            found[one.bucket] = found.get(one.bucket, 0) + one.amount
    return found


def _why_not(is_absent: bool, figures: Mapping[str, int], told: Mapping[str, int] | None) -> str | None:
    if is_absent:
        return "away"
    if not any(figures.values()):
        return "nothing"
    return "unchanged" if told == figures else None
