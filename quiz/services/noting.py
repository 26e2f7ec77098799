"""Teaching notes: questions and answers reworded for everybody, beside the provision they are about."""

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.advising import NoteRow
from quiz.db.queries import advising as queries
from quiz.engine.text import Text
from quiz.services.answers import LONGEST_NOTE, NoteSummary, summarise_note
from quiz.services.errors import NotFound, Refused
from quiz.services.unit_of_work import UnitOfWork


def add_note(work: UnitOfWork, answer_id: int, address: str, question: Text, answer: Text) -> None:
    """Publish a note for an answer that is just being stored; both texts need Arabic. Raise Refused."""
    work.require(Permission.ADVICE_QUESTION_ANSWER, Target("note"))
    for field, text in (("question", question), ("answer", answer)):
        if not text.by_language.get("ar"):
            raise Refused("note-without-arabic", field=field)
        if any(len(words) > LONGEST_NOTE for words in text.by_language.values()):
            raise Refused("too-long", field=field, most=LONGEST_NOTE)
    if question.by_language.keys() != answer.by_language.keys():
        raise Refused("note-half-translated", field="question")
    work.session.add(
        NoteRow(
            public_id=work.new_id(),
            answer_id=answer_id,
            address=address,
            question=question.document(),
            answer=answer.document(),
            published_by=work.actor.name,
            published_at=work.now,
        )
    )


def list_notes(work: UnitOfWork, instrument: str) -> tuple[NoteSummary, ...]:
    """Return the notes that stand beside the provisions of an instrument, in order."""
    work.require(Permission.REFERENCE_PROVISION_READ, Target("reference", instrument))
    return tuple(summarise_note(row) for row in queries.list_notes(work.session, instrument))


def withdraw_note(work: UnitOfWork, public_id: str) -> str:
    """Take a note from the reference, once; return the public id of its question. Raise NotFound."""
    work.require(Permission.ADVICE_NOTE_WITHDRAW, Target("note", public_id))
    row = queries.find_note(work.session, public_id)
    if row is None:
        raise NotFound("note")
    if row.withdrawn_at is None:
        row.withdrawn_by, row.withdrawn_at = work.actor.name, work.now
        work.audit(Permission.ADVICE_NOTE_WITHDRAW, Target("note", public_id))
    return queries.get_question_of_note(work.session, row).public_id
