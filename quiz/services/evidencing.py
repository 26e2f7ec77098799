"""Evidence for a manager's own units: everything that managers may see, and nothing that people answered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import evidence as queries
from quiz.db.queries import progress
from quiz.db.queries.evidence import Reach
from quiz.engine.text import Text
from quiz.records.evidence import Answer, Evidence, Span
from quiz.records.questions import QUESTIONS
from quiz.services import evidence_content as content
from quiz.services import evidence_people as people
from quiz.services.errors import Refused
from quiz.services.organisation import Choices, get_choices
from quiz.services.published import get_library
from quiz.services.teams import get_scope
from quiz.services.unit_of_work import UnitOfWork

EARLIEST = date(2000, 1, 1)
# Of more people counting takes seconds, which a page and the pack after it should not both wait for.
KEPT_FROM = 2_000
KEEP = timedelta(minutes=5)


def span_of(work: UnitOfWork, first: date | None = None, last: date | None = None) -> Span:
    """Return a period by its civil days, by default this year until today; what is to come is left out of it.

    Raise Refused where it ends before it begins, or has not begun.
    """
    choices = get_choices(work)
    today = choices.civil_day(work.now)
    last = min(last or today, today)
    first = first or last.replace(month=1, day=1)
    if first > today:
        raise Refused("period-to-come", field="first")
    if first > last:
        raise Refused("period-backwards", field="last")
    if first < EARLIEST:
        raise Refused("period-too-early", field="first")
    return Span(first, last, _begins(first, choices), _begins(last + timedelta(days=1), choices))


def _begins(day: date, choices: Choices) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(choices.zone))


def get_team_evidence(
    work: UnitOfWork, unit: str | None = None, first: date | None = None, last: date | None = None
) -> Evidence:
    """Return the evidence of the actor's units, or of one of them; raise NotFound or Refused."""
    scope = get_scope(work, Permission.REPORTING_TEAM_TAKE, unit)
    rows = progress.list_units(work.session, scope.roots)
    names = tuple(Text(rows[root].name) for root in scope.roots)
    span = span_of(work, first, last)
    reach = Reach(scope.roots, work.now)
    return kept(work, scope.roots, span, lambda: make_evidence(work, reach, names, span, answer(work, reach, span)))


def get_counts(work: UnitOfWork, first: date | None = None, last: date | None = None) -> Evidence:
    """Return the evidence of the whole organisation as managers have theirs, without figures of answers and questions.

    It is for other systems, and cannot reach what people answered or asked. Raise Refused where it is no period.
    """
    work.require(Permission.REPORTING_EVIDENCE_TAKE, Target("evidence"))
    span = span_of(work, first, last)
    reach = Reach(None, work.now)

    def make() -> Evidence:
        answers = answer(work, reach, span)
        left_out = {one.code: replace(one, why="not-for-systems") for one in answers.values() if one.why != "zero"}
        return make_evidence(work, reach, (), span, answers | left_out)

    key = ("evidence-for-systems", span.first, span.last)
    return work.tools.kept.figures(key, work.now, KEEP, make, lambda found: found.people > KEPT_FROM)


def note_team_taken(work: UnitOfWork, unit: str | None, evidence: Evidence, digest: str) -> None:
    """Keep in the trace that a pack with the manifest of a digest was taken away."""
    scope = get_scope(work, Permission.REPORTING_TEAM_TAKE, unit)
    target = Target("evidence", unit or "", unit_id=scope.roots[0] if scope.roots else None)
    work.audit(Permission.REPORTING_TEAM_TAKE, target, **taken(evidence, digest))


def kept(work: UnitOfWork, roots: tuple[int, ...] | None, span: Span, make: Callable[[], Evidence]) -> Evidence:
    """Return evidence, of very many people as it was some minutes ago; the moment it is of stands in it."""
    key = ("evidence", roots, span.first, span.last)
    return work.tools.kept.figures(key, work.now, KEEP, make, lambda found: found.people > KEPT_FROM)


def taken(evidence: Evidence, digest: str) -> dict[str, str]:
    """Return what the trace keeps of a pack."""
    return {
        "first": evidence.span.first.isoformat(),
        "last": evidence.span.last.isoformat(),
        "manifest": digest,
    }


def make_evidence(
    work: UnitOfWork, reach: Reach, units: tuple[Text, ...], span: Span, answers: dict[str, Answer]
) -> Evidence:
    """Return evidence with its answers in the order of the questions."""
    choices = get_choices(work)
    return Evidence(
        organisation=choices.name,
        units=units,
        span=span,
        made_at=work.now,
        zone=choices.zone,
        people=queries.count_people(work.session, reach)[0],
        answers=tuple(answers[question.code] for question in QUESTIONS),
    )


def answer(work: UnitOfWork, reach: Reach, span: Span) -> dict[str, Answer]:
    """Return every answer as managers may have it, by the code of its question; whoever calls asks the policy."""
    scenarios = content.published(work)
    modules = content.standing_modules(work)
    number, more_time = queries.count_people(work.session, reach)
    asked = queries.list_asked(work.session, reach, span.since, span.until)
    editions = sum(len(instrument.editions) for instrument in get_library(work).instruments)
    answers = (
        content.audience(work, scenarios, number, more_time),
        content.online(work, modules.values(), number, queries.count_units(work.session, reach)),
        *(Answer(code, why="not-for-units") for code in ("incidents", "asking", "effectiveness")),
        content.testing(modules.values()),
        people.failing(work, reach),
        content.supervisors(work, reach, span, modules),
        content.risk(work, reach, scenarios, modules),
        people.timing(work, reach, span, modules, asked),
        people.documented(work, reach, span),
        people.signed(work, reach, span, editions),
        content.currency(work, span, scenarios, modules, asked),
        people.reminders(work, reach, span),
    )
    return {one.code: one for one in answers}
