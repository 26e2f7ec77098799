"""Questions to the integrity adviser, doubts about a ruling, calls for help; and their answers, as askers read them.

Who asks without a name gets a code instead: only its digest is stored, and whoever holds the code can open the answer.
Nothing else leads from such a question to a person: no key, no moment finer than a day, no word in the trace.
"""

from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.attempts import QuestionRow
from quiz.db.queries import advising as queries
from quiz.engine.text import Text
from quiz.language.lines import clean_line, clean_lines
from quiz.records import codes
from quiz.services.answers import AnswerSummary, list_answers
from quiz.services.errors import NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.sign_ins import token_digest
from quiz.services.taking import own_assignment
from quiz.services.unit_of_work import UnitOfWork

KINDS = ("question", "doubt", "help", "name", "pledge")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class OwnQuestionLine:
    """A question in the list of who asked it."""

    public_id: str
    kind: str
    words: str
    asked_on: date
    is_answered: bool


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question with its answers, as its asker reads it; `title` is of the scenario it is about."""

    kind: str
    words: str
    asked_on: date
    title: Text | None
    answers: tuple[AnswerSummary, ...]


def ask(work: UnitOfWork, kind: str, about: str, words: str, with_name: bool, seen: str = "") -> str | None:
    """Store a question; return the code that opens its answer where no name is kept with it.

    `seen` is the digest of the version of a scenario that the asker has in front of them, where that is known.
    """
    work.require(Permission.LEARNING_QUESTION_ASK, Target("question"))
    if kind not in KINDS:
        raise NotFound("question-kind")
    words = clean_lines(words)
    if not words:
        raise Refused("nothing-asked", field="words")
    if len(words) > LONGEST:
        raise Refused("too-long", field="words", most=LONGEST)
    if kind == "help":
        assignment = own_assignment(work, about, Permission.LEARNING_MODULE_READ)
        assignment.help_asked_at = assignment.help_asked_at or work.now
    # Nobody can be helped, and no name be put right, without knowing whose.
    with_name = with_name or kind in {"help", "name"}
    code = None if with_name else codes.make(work.tools.chance(codes.RANDOM_BYTES))
    version = queries.find_version_by_digest(work.session, about, seen) if seen else None
    row = QuestionRow(
        # Numbers that count up would put a question without a name between two others whose moments are known.
        id=int.from_bytes(work.tools.chance(8)) >> 2,
        public_id=work.new_id(),
        kind=kind,
        person_id=work.actor.person_id if with_name else None,
        about=clean_line(about)[:128],
        words=words,
        # To the microsecond it would stand beside the answer that was given a minute before.
        at=work.now if with_name else get_choices(work).beginning_of_day(work.now),
        reply_digest=token_digest(code) if code else None,
        scenario_version_id=version.id if version else None,
    )
    work.session.add(row)
    if with_name:
        work.audit(Permission.LEARNING_QUESTION_ASK, Target("question", row.public_id), kind=kind)
    return codes.display(code) if code else None


def list_own(work: UnitOfWork) -> tuple[OwnQuestionLine, ...]:
    """Return what the actor asked with their name, newest first."""
    work.require(Permission.LEARNING_QUESTION_READ, Target("questions", owner_id=work.actor.person_id))
    choices = get_choices(work)
    return tuple(
        OwnQuestionLine(row.public_id, row.kind, row.words, choices.civil_day(row.at), answers > 0)
        for row, answers in queries.list_own_questions(work.session, work.actor.person_id or 0)
    )


def get_own(work: UnitOfWork, public_id: str) -> OwnQuestion:
    """Return one question of the actor's with its answers; raise NotFound."""
    row = queries.find_question(work.session, public_id)
    owner = row.person_id if row else work.actor.person_id
    work.require(Permission.LEARNING_QUESTION_READ, Target("question", public_id, owner_id=owner))
    if row is None:
        raise NotFound("question")
    return _summary(work, row)


def open_reply(work: UnitOfWork, typed: str) -> OwnQuestion | None:
    """Return the nameless question that a reply code opens, with its answers; None where no code is so."""
    work.require(Permission.LEARNING_REPLY_READ, Target("reply"))
    code = codes.normalise(typed)
    row = queries.find_question_by_reply(work.session, token_digest(code)) if code else None
    return _summary(work, row) if row else None


def _summary(work: UnitOfWork, row: QuestionRow) -> OwnQuestion:
    titles = queries.list_titles(work.session, [row.about])
    return OwnQuestion(
        kind=row.kind,
        words=row.words,
        asked_on=get_choices(work).civil_day(row.at),
        title=Text(titles[row.about]) if row.about in titles else None,
        answers=list_answers(work, row),
    )
