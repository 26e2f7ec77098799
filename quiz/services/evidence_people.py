"""Evidence of people without their answers: who was late, what failed, records, pledges, reminders."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from quiz.db.queries import evidence as queries
from quiz.db.queries.evidence import Reach
from quiz.engine.module import Module
from quiz.engine.periods import Period
from quiz.records.evidence import (
    Answer,
    Figure,
    Row,
    Span,
    Table,
    count,
    guarded_count,
    guarded_share,
    said,
    share,
    word,
)
from quiz.services.evidence_content import edition_name
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork

# 5 CFR 2638.304: within three months of the appointment.
ONBOARDING = Period(months=3)
_UNSENT = ("skipped", "dropped", "failed")


def failing(work: UnitOfWork, reach: Reach) -> Answer:
    """Answer what becomes of those who do not pass: what stands now, withheld where it is of few."""
    now = queries.count_failing(work.session, reach)
    return Answer(
        "failing",
        (
            Figure("awaiting-next", guarded_share(now.awaiting, now.current)),
            Figure("used-up", guarded_share(now.used_up, now.current)),
            Figure("given-more", guarded_count(now.given_more)),
            Figure("asked-help", guarded_count(now.asked_help)),
        ),
    )


def timing(work: UnitOfWork, reach: Reach, span: Span, modules: dict[int, Module], asked: Sequence[Any]) -> Answer:
    """Answer whether training comes in time: what was due in the period, of first times and of renewals; joiners."""
    choices = get_choices(work)
    today = choices.civil_day(work.now)
    yesterday = Period(days=1).before(today)
    figures: list[Figure] = []
    counted = queries.count_due(work.session, reach, span.first, min(span.last, yesterday))
    for code, is_renewal in (("first", False), ("renewal", True)):
        in_time, later, never = counted.get(is_renewal, (0, 0, 0))
        due = in_time + later + never
        figures += [
            Figure(f"{code}-due", count(due)),
            Figure(f"{code}-in-time", share(in_time, due)),
            Figure(f"{code}-late", share(later, due)),
            Figure(f"{code}-open", share(never, due)),
        ]
    joined = queries.list_joined(work.session, reach, span.first, span.last)
    # Whoever still has days left is neither in time nor late.
    over = [one for one in joined if one[1] is not None or ONBOARDING.after(one[0]) < today]
    in_time = sum(done is not None and done <= ONBOARDING.after(joining) for joining, done in over)
    figures += [Figure("joined", count(len(joined))), Figure("joined-in-time", share(in_time, len(over)))]
    rows = tuple(
        Row(said(modules[row.module_id].title), (count(row.asked), share(row.done, row.asked)))
        for row in sorted(asked, key=lambda row: (-row.asked, row.module_id))
        if row.module_id in modules
    )
    return Answer("timing", tuple(figures), (Table("assigned", ("module", "assigned", "done"), rows),) if rows else ())


def documented(work: UnitOfWork, reach: Reach, span: Span) -> Answer:
    """Answer whether training is documented: records issued and revoked in the period, valid and run out now."""
    today = get_choices(work).civil_day(work.now)
    found = queries.count_records(work.session, reach, span.since, span.until, today)
    return Answer(
        "documented",
        tuple(Figure(code, count(getattr(found, code))) for code in ("issued", "valid", "expired", "revoked")),
    )


def signed(work: UnitOfWork, reach: Reach, span: Span, editions: int) -> Answer:
    """Answer whether people have the codes at hand and signed them: editions to read, pledges by edition."""
    pledged: Counter[str] = Counter()
    pledges = 0
    for addresses, number in queries.list_pledges(work.session, reach, span.since, span.until):
        pledges += number
        pledged.update(dict.fromkeys(addresses, number))
    rows = tuple(
        Row(said(edition_name(work, address)), (count(number),)) for address, number in sorted(pledged.items())
    )
    return Answer(
        "signed",
        (Figure("editions", count(editions)), Figure("pledges", count(pledges))),
        (Table("by-edition", ("edition", "pledges"), rows),) if rows else (),
    )


def reminders(work: UnitOfWork, reach: Reach, span: Span) -> Answer:
    """Answer who was reminded: what was sent, and what was not and why."""
    found = queries.list_reminders(work.session, reach, span.first, span.last)
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for outcome, because, number in found:
        outcomes[outcome] += number
        if because is not None:
            reasons[because] += number
    rows = tuple(Row(word("unsent", code), (count(number),)) for code, number in reasons.most_common())
    return Answer(
        "reminders",
        (
            Figure("sent", count(outcomes["sent"])),
            Figure("queued", count(outcomes["queued"])),
            Figure("unsent", count(sum(outcomes[one] for one in _UNSENT))),
        ),
        (Table("why-unsent", ("reason", "reminders"), rows),) if rows else (),
    )
