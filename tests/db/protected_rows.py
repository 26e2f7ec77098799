"""Rows of protected tables that single stories leave behind."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.db.models.assignments import AssignmentChangeRow, AssignmentRow
from quiz.db.models.catalogue import ScenarioRow, ScenarioVersionRow
from quiz.db.models.completions import CompletionRow
from quiz.db.models.credentials import DistrustRow
from quiz.db.models.papers import PaperRow, SigningCertificateRow
from quiz.db.models.people import PersonRow
from quiz.db.models.weaknesses import ReleasedAnswersRow
from quiz.engine.text import Text
from quiz.services import (
    advising,
    asking,
    audit_checking,
    completing,
    correcting,
    erasing,
    incidents,
    people,
    renaming,
    revoking,
    sealing,
    wishing,
    workforce,
)
from quiz.services.advising import Lesson
from quiz.services.incidents import Following
from quiz.services.loading import Release, install_release
from quiz.services.unit_of_work import Works
from quiz.services.wishing import WishState
from tests.fixtures.people import SYSTEM, Someone
from tests.learning import finish

MODULE = "onboarding-social-media"


def lay_lived(works: Works, holder: Someone, record: str, hr: Someone) -> None:
    """Let everything become of a record that can become of one."""
    reason = Text({"ar": "سبب", "en": "reason"})
    with works.writing(SYSTEM) as work:
        people.assign_module(work, holder.public_id, MODULE)
    finish(works, holder, MODULE, best=True)
    with works.reading(holder.actor) as work:
        seen = completing.get_pledge(work, MODULE).digest
    with works.writing(holder.actor) as work:
        completing.sign_pledge(work, MODULE, seen, {})
    with works.writing(SYSTEM) as work:
        workforce.correct_person(work, holder.public_id, "خطأ", name="اسم آخر")
    with works.writing(hr.actor) as work:
        renaming.correct_name(work, record, "اسم آخر", "قرار", "خطأ")
        proposal = revoking.propose_revocation(work, record, reason, "داخلي")
        work.session.flush()
        revoking.withdraw_proposal(work, record, proposal)
        erasing.erase_holder(work, record, "انتهت المدة")
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, record, reason)


def lay_change(session: Session, moment: datetime) -> AssignmentChangeRow:
    assignment = session.query(AssignmentRow.id).limit(1).scalar()
    return AssignmentChangeRow(
        assignment_id=assignment, kind="waived", reason="سفر", made_by="person:x", made_at=moment
    )


def lay_release(session: Session, moment: datetime) -> ReleasedAnswersRow:
    unit = session.query(PersonRow.unit_id).limit(1).scalar()
    amounts = {"attempts": 10, "answers": 10, "sound": 5}
    return ReleasedAnswersRow(unit_id=unit, provision="eg-conduct", released_on=moment.date(), **amounts)


def lay_signed(works: Works) -> None:
    """Lay a signed paper beside the record, with the certificate that signed it."""
    moment = works.tools.clock()
    with works.database.writes() as session:
        completion = session.query(CompletionRow.id).limit(1).scalar()
        certificate = {"begins_at": moment, "ends_at": moment, "first_used_at": moment}
        session.add(SigningCertificateRow(fingerprint="f" * 64, pem="x", name="ختم", **certificate))
        session.flush()
        paper = {"digest": "d" * 64, "certificate_fingerprint": "f" * 64, "signed_at": moment}
        session.add(PaperRow(completion_id=completion, **paper))
        session.commit()


def lay_distrust(session: Session, moment: datetime) -> DistrustRow:
    reason = {"ar": "سبب", "en": "reason"}
    return DistrustRow(key="f" * 64, since=moment, reason=reason, recorded_by="x", recorded_at=moment)


def lay_told(works: Works, key: str) -> None:
    """Publish a scenario anew and tell those who were taught by the version before."""
    with works.database.reads() as session:
        statement = select(ScenarioVersionRow.document).join(ScenarioRow).where(ScenarioRow.key == key)
        document = {**session.scalars(statement).one(), "difficulty": 3, "author_note": "mended"}
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), (document,), ()))
        correction = correcting.tell_taught(work, key, 1, 2, Text({"ar": "تغيّر"}))
    with works.writing(SYSTEM) as work:
        assert correcting.continue_telling(work, correction) == 1


def lay_answered(works: Works, someone: Someone, adviser: Someone, editor: Someone) -> None:
    """Let somebody ask and be answered, with a wish; then incidents, and what becomes of the wishes."""
    with works.writing(someone.actor) as work:
        asking.ask(work, "question", "gift-box", "سؤال", with_name=True)
    place = "eg-cybercrime/law-175-2018/art-24"
    wish = Lesson("scenario", provision=place, wish="موقف")
    with works.writing(adviser.actor) as work:
        (line,) = advising.list_questions(work).lines
        advising.answer_question(work, line.public_id, 0, "جواب", wish)
        month = incidents.list_months(work)[0]
        for following in (Following("wish", wish="موقف"), Following("scenario", scenario="old-post-after-promotion")):
            incidents.record_incident(work, "واقعة", place, month, names_nobody=True, following=following)
    with works.writing(editor.actor) as work:
        for wished in wishing.list_wishes(work).lines:
            wishing.decide_wish(work, wished.public_id, 0, WishState.DECLINED, reason="سبب")


def lay_sealed(works: Works) -> None:
    """Seal the trail, and lay a tip and a check beside it."""
    with works.writing(SYSTEM) as work:
        sealing.seal_some(work)
    with works.writing(SYSTEM) as work:
        sealing.take_tip(work)
    with works.writing(SYSTEM) as work:
        audit_checking.note_check(work, audit_checking.begin_walk(work), work.now)
