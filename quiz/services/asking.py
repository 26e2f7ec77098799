"""Questions to the integrity adviser, doubts about a ruling, and calls for help."""

from dataclasses import dataclass
from datetime import datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.attempts import QuestionRow
from quiz.db.queries import attempts as queries
from quiz.db.queries import people
from quiz.services.errors import NotFound, Refused
from quiz.services.taking import own_assignment
from quiz.services.unit_of_work import UnitOfWork

KINDS = ("question", "doubt", "help", "name", "pledge")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class QuestionSummary:
    """One question as the adviser reads it; `name` and `email` are None where it was asked without them."""

    kind: str
    about: str
    words: str
    at: datetime
    name: str | None
    email: str | None


def ask(work: UnitOfWork, kind: str, about: str, words: str, with_name: bool) -> None:
    """Store a question; without a name nothing of the person is kept with it, in the trace neither."""
    work.require(Permission.LEARNING_QUESTION_ASK, Target("question"))
    if kind not in KINDS:
        raise NotFound("question-kind")
    words = words.strip()
    if not words:
        raise Refused("nothing-asked", field="words")
    if len(words) > LONGEST:
        raise Refused("too-long", field="words", most=LONGEST)
    if kind == "help":
        assignment = own_assignment(work, about, Permission.LEARNING_MODULE_READ)
        assignment.help_asked_at = assignment.help_asked_at or work.now
        with_name = True
    row = QuestionRow(
        public_id=work.new_id(),
        kind=kind,
        person_id=work.actor.person_id if with_name else None,
        about=about[:128],
        words=words,
        at=work.now,
    )
    work.session.add(row)
    if with_name:
        work.audit(Permission.LEARNING_QUESTION_ASK, Target("question", row.public_id), kind=kind)


def list_questions(work: UnitOfWork, most: int = 200) -> tuple[QuestionSummary, ...]:
    """Return the newest questions for the adviser."""
    work.require(Permission.ADVICE_QUESTION_READ, Target("questions"))
    summaries = []
    for row in queries.list_questions(work.session, most):
        person = people.find_person(work.session, row.person_id) if row.person_id else None
        summaries.append(
            QuestionSummary(
                row.kind,
                row.about,
                row.words,
                row.at,
                person.name if person else None,
                person.email if person else None,
            )
        )
    return tuple(summaries)
