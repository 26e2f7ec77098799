"""Evidence for HR and auditors over the whole organisation: counts only, of answers and questions too."""

from collections import Counter
from datetime import date, timedelta

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import evidence_answers as queries
from quiz.db.queries import incidents as incident_queries
from quiz.db.queries import wishing
from quiz.db.queries.evidence import Reach
from quiz.engine.text import LANGUAGES
from quiz.records.evidence import (
    FEWEST,
    Answer,
    Evidence,
    Figure,
    Row,
    Span,
    Table,
    count,
    guarded_count,
    guarded_share,
    share,
    word,
)
from quiz.services.evidencing import answer, kept, make_evidence, span_of, taken
from quiz.services.unit_of_work import UnitOfWork

_TARGET = Target("evidence")
# Within how many days a question was answered.
_ADVICE = ("question", "doubt")
_SOON, _LATER = timedelta(days=3), timedelta(days=7)
KINDS = ("question", "doubt", "help")


def get_evidence(work: UnitOfWork, first: date | None = None, last: date | None = None) -> Evidence:
    """Return the evidence of the whole organisation over a period; raise Refused where it is none."""
    work.require(Permission.REPORTING_EVIDENCE_TAKE, _TARGET)
    span = span_of(work, first, last)
    return kept(work, None, span, lambda: _make(work, span))


def _make(work: UnitOfWork, span: Span) -> Evidence:
    reach = Reach(None, work.now)
    answers = answer(work, reach, span)
    attempts = queries.count_attempts(work.session, span.since, span.until)
    answers |= {
        "audience": answers["audience"].with_more(_languages(work, span)),
        "incidents": _incidents(work, span),
        "asking": _asking(work, span),
        "effectiveness": Answer(
            "effectiveness",
            (
                Figure("first-passed", guarded_share(attempts.first_passed, attempts.first)),
                Figure("later-passed", guarded_share(attempts.later_passed, attempts.later)),
                Figure("measured-modules", count(queries.count_measured(work.session, FEWEST))),
            ),
        ),
        "testing": answers["testing"].with_more([Figure("attempts-ended", count(attempts.first + attempts.later))]),
        "failing": answers["failing"].with_more(
            [Figure("reread", guarded_count(queries.count_rereads(work.session, span.since, span.until)))]
        ),
        "currency": answers["currency"].with_more(_corrections(work, span)),
    }
    return make_evidence(work, reach, (), span, answers)


def note_taken(work: UnitOfWork, evidence: Evidence, digest: str) -> None:
    """Keep in the trace that a pack with the manifest of a digest was taken away."""
    work.require(Permission.REPORTING_EVIDENCE_TAKE, _TARGET)
    work.audit(Permission.REPORTING_EVIDENCE_TAKE, _TARGET, **taken(evidence, digest))


def _languages(work: UnitOfWork, span: Span) -> list[Figure]:
    found = queries.list_languages(work.session, span.since, span.until)
    return [Figure(f"taken-in-{one}", share(found.get(one, 0), sum(found.values()))) for one in LANGUAGES]


def _corrections(work: UnitOfWork, span: Span) -> list[Figure]:
    corrections, told = queries.count_corrections(work.session, span.since, span.until)
    return [Figure("corrections", count(corrections)), Figure("told-of-corrections", count(told))]


def _incidents(work: UnitOfWork, span: Span) -> Answer:
    rows = queries.list_incident_ids(work.session, span.since, span.until)
    keys = [row.id for row in rows]
    links = incident_queries.list_links(work.session, keys)
    wishes = incident_queries.list_wishes(work.session, keys)
    decided = wishing.list_last_decisions(work.session, {wish.id for _, wish in wishes})
    taught: dict[int, set[str]] = {}
    for link in links:
        taught.setdefault(link.incident_id, set()).add(link.key)
    found = incident_queries.list_scenarios(
        work.session, {one.scenario_key for one in decided.values() if one.scenario_key}
    )
    for incident, wish in wishes:
        decision = decided.get(wish.id)
        if decision is not None and decision.scenario_key in found:
            taught.setdefault(incident, set()).add(decision.scenario_key)
    wished = {incident for incident, _ in wishes} - set(taught)
    reasoned = [row for row in rows if row.none_because and row.id not in taught and row.id not in wished]
    return Answer(
        "incidents",
        (
            Figure("incidents", count(len(rows))),
            Figure("incidents-taught", share(len(taught), len(rows))),
            Figure("scenarios-made", count(len({key for keys in taught.values() for key in keys}))),
            Figure("incidents-wished", count(len(wished))),
            Figure("incidents-reasoned", count(len(reasoned))),
        ),
    )


def _asking(work: UnitOfWork, span: Span) -> Answer:
    asked: Counter[str] = Counter()
    answered: Counter[tuple[str, str]] = Counter()
    nameless = 0
    for row in queries.list_questions(work.session, span.since, span.until):
        asked[row.kind] += 1
        # Of advice alone: a sum that held calls for help as well would tell how many those are.
        nameless += row.kind in _ADVICE and not row.by_name
        if row.answered_at is not None:
            waited = row.answered_at - row.at
            answered[row.kind, "soon" if waited <= _SOON else "later" if waited <= _LATER else "long"] += 1
    of_advice = sum(asked[kind] for kind in _ADVICE)
    rows = tuple(
        Row(
            word("asked", kind),
            (
                count(asked[kind]) if kind != "help" else guarded_count(asked[kind]),
                *(
                    (share if kind != "help" else guarded_share)(answered[kind, when], asked[kind])
                    for when in ("soon", "later", "long")
                ),
            ),
        )
        for kind in KINDS
        if asked[kind]
    )
    columns = ("asked", "number", "within-three-days", "within-seven-days", "after-seven-days")
    return Answer(
        "asking",
        (Figure("questions", count(of_advice)), Figure("without-name", share(nameless, of_advice))),
        (Table("answered", columns, rows),) if rows else (),
    )
