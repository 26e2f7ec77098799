"""What became of everything once nothing breaks any more: answers, attempts, records, mails, the audit trail."""

import subprocess  # nosec B404 # our own interpreter
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy import func, select, update

from bench.faults.installation import Installation
from bench.faults.learners import TROUBLES, Acknowledged, Restless
from bench.servers import ROOT
from bench.stage import works_of
from quiz.access.actor import Actor
from quiz.db.models.completions import CompletionRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.attempt import StepKind
from quiz.services import stored_checking
from quiz.services.stored_attempts import StoredAttempt, get_stored
from quiz.services.taking import turns_of
from quiz.services.unit_of_work import Works

_SYSTEM = Actor.system("bench")
_PATIENCE_SECONDS = 120.0
_LOOKS_EVERY_SECONDS = 0.3
# How long a message lies still before it is brought forward: what is being sent right now would be sent twice.
_STILL_SECONDS = 5.0


@dataclass
class Findings:
    """What was counted over the rounds of a fault; each of the `lost` to `unsent` ought to be nothing."""

    acknowledged: int = 0
    attempts: int = 0
    records: int = 0
    mails: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    half_written: list[str] = field(default_factory=list)
    mails_doubled: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)
    audit: list[str] = field(default_factory=list)
    # Pages that a manager did not get, though only the replica was away.
    refused: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Return everything that is wrong, each with what it is."""
        named = (one.name for one in fields(self) if isinstance(getattr(self, one.name), list))
        return [f"{name}: {words}" for name in named for words in getattr(self, name)]


def check(made: Installation) -> Findings:
    """Let everybody end what they began, empty the outbox, and look at all of it through a door of one's own."""
    found = Findings()
    if made.reader is not None:
        made.reader.end()
        found.refused = list(made.reader.refused)
    for learner in made.learners:
        try:
            learner.finish()
        except TROUBLES as trouble:
            found.stuck.append(f"{learner.email}: {trouble}")
    _empty_outbox(made, found)
    works = works_of(made.stage.url, made.folder)
    try:
        _check_answers(made, works, found)
        _check_records(made, works, found)
    finally:
        works.database.engine.dispose()
    _check_audit(made, found)
    found.mails = len(made.post.taken)
    with made.works.database.reads() as session:
        asked = session.scalar(select(func.count()).where(OutboxMessageRow.kind == "AccountChanged")) or 0
    if found.mails != asked:
        found.unsent.append(f"{asked} mails were asked for, and {found.mails} came")
    found.mails_doubled = [f"{name} came {count} times" for name, count in made.post.taken.items() if count > 1]
    return found


def _empty_outbox(made: Installation, found: Findings) -> None:
    """Wait until the workers have done everything; what they were to try later they try now.

    That is what failed, what a killed worker held, and what was asked for before the clock was set back.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    still_since: dict[tuple[int, int], float] = {}
    while True:
        with made.works.database.reads() as session:
            left = session.scalars(select(OutboxMessageRow).where(OutboxMessageRow.done_at.is_(None))).all()
        if not left:
            return
        now = time.monotonic()
        if now > end:
            found.unsent = [f"{row.kind} {row.id}: {row.last_error}" for row in left]
            return
        # Each try of a message is another: one that was taken up again has not lain still.
        still_since = {(row.id, row.tries): still_since.get((row.id, row.tries), now) for row in left}
        lying = [number for (number, _), since in still_since.items() if now - since > _STILL_SECONDS]
        _bring_forward(made.works, lying)
        time.sleep(_LOOKS_EVERY_SECONDS)


def _bring_forward(works: Works, message_ids: Sequence[int]) -> None:
    now = works.tools.clock()
    with works.database.writes() as session:
        session.execute(
            update(OutboxMessageRow)
            .where(OutboxMessageRow.id.in_(message_ids), OutboxMessageRow.due_at > now)
            .where(OutboxMessageRow.done_at.is_(None))
            .values(due_at=now)
        )
        session.commit()


def _check_answers(made: Installation, works: Works, found: Findings) -> None:
    by_attempt: dict[str, list[Acknowledged]] = {}
    for learner in made.learners:
        for one in learner.book.answers:
            by_attempt.setdefault(one.attempt_id, []).append(one)
    found.acknowledged = sum(map(len, by_attempt.values()))
    found.attempts = len(by_attempt)
    for attempt_id, answers in by_attempt.items():
        with works.reading(_SYSTEM) as work:
            stored = get_stored(work, attempt_id)
        steps = [step for step in stored.attempt.steps if step.kind is StepKind.ANSWERED]
        counts = Counter(step.slot for step in steps)
        found.doubled += [f"{attempt_id} place {slot}: {count}" for slot, count in counts.items() if count > 1]
        kept = dict(_kept(stored))
        found.lost += [f"{one}" for one in answers if kept.get(one.place) != sorted(one.fields)]


def _kept(stored: StoredAttempt) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Give what is stored at each place as its form would send it."""
    for number, step in stored.attempt.answers.items():
        if step.response is None:
            continue
        given = turns_of(stored.attempt.slot(number), step.response)[0]
        sent = [("choice", str(place)) for place in given.chosen]
        yield number, sorted(sent + [(f"rating-{place}", rating) for place, rating in given.ratings])


def _check_records(made: Installation, works: Works, found: Findings) -> None:
    blamed: list[str] = []
    with works.reading(_SYSTEM) as work:
        stored_checking.check_all(work, lambda problem: blamed.append(str(problem)))
        found.records = work.session.scalar(select(func.count(CompletionRow.id))) or 0
        there = set(work.session.scalars(select(CompletionRow.public_id)))
    found.half_written = blamed
    for learner in made.learners:
        found.lost += [f"the record {one}" for one in learner.book.records if one not in there]
        if isinstance(learner, Restless):
            continue
        for attempt_id, is_right in learner.book.ended.items():
            with works.reading(_SYSTEM) as work:
                outcome = get_stored(work, attempt_id).outcome
            if outcome != ("passed" if is_right else "not_passed"):
                found.half_written.append(f"attempt {attempt_id} {outcome}, all right: {is_right}")


def _check_audit(made: Installation, found: Findings) -> None:
    """Seal what waits and go along the whole chain, by the commands that an operator has."""
    for words in (("seal",), ("verify",)):
        done = subprocess.run(  # nosec B603 # our own interpreter
            [sys.executable, "-m", "quiz.cli", "audit", *words], cwd=ROOT, env=dict(made.apps[0].environ),
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if done.returncode:
            found.audit.append(f"quiz audit {words[0]}: {(done.stdout + done.stderr)[-500:]}")
