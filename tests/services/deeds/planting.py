"""Somebody whose name, address and number stand wherever the product lets them stand; and looking for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from quiz.access.actor import Actor, Role
from quiz.db.models.base import Base
from quiz.db.models.entry_links import EntryLinkRow
from quiz.db.models.exports import TeamExportPartRow, TeamExportRow
from quiz.db.models.factors import AuthenticatorRow, CeremonyRow, PasskeyRow, RecoveryCodeRow, SecondStepRow
from quiz.db.models.identities import IdentityRow, IdentitySignInRow, IdentityWayRow
from quiz.db.models.people import SignInRow
from quiz.db.models.provisioning import ProvisionedPersonRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.text import Text
from quiz.services import (
    accounts,
    advising,
    asking,
    connecting,
    drafting,
    incidents,
    managing,
    organisation,
    people,
    renaming,
    revoking,
    sharing,
    staffing,
    uploading,
    waiving,
    workforce,
)
from quiz.services.advising import Lesson
from quiz.services.incidents import Following
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import DRILL, EXAM, signed

FIRST, NAME = "نرجس عبد المتعال الدمنهورى", "نرجس عبد المتعال الدمنهوري"
LATIN, MAIL, NUMBER = "Nargis Abdelmotaal Damanhoury", "nargis.damanhoury@amana.example", "HR-48213077"
TELLING = (FIRST, NAME, LATIN, MAIL, NUMBER, "الدمنهوري", "Damanhoury", "damanhoury", "48213077")


@dataclass(frozen=True)
class Planted:
    """Who was planted, their records, and who does the deeds."""

    someone: Someone
    records: tuple[str, ...]
    hr: Someone
    admin: Someone


def plant(works: Works, unit: str, make_person: MakePerson, clock: Clock) -> Planted:
    """Let a person live here in every way there is, be named wherever words are typed, and leave."""
    with works.writing(SYSTEM) as work:
        public_id = people.provision_person(work, NUMBER, MAIL, FIRST, unit, LATIN, 25)
        people.set_first_password(work, public_id, PASSWORD)
        people.grant_role(work, public_id, Role.EDITOR)
        for module in (DRILL, EXAM):
            people.assign_module(work, public_id, module)
        learner = people.learner_actor(work, public_id)
    actor = Actor(learner.name, learner.person_id, frozenset({Role.LEARNER, Role.EDITOR}))
    someone = Someone(public_id, MAIL, NAME, actor)
    hr, admin = make_person(Role.HR), make_person(Role.ADMIN)
    _sign_in(works, someone)
    records = _learn(works, someone, hr, clock)
    _ask(works, someone, make_person(Role.ADVISER))
    _be_talked_of(works, someone, make_person(Role.MANAGER), hr)
    _write(works, someone, make_person(Role.EDITOR), make_person(Role.REVIEWER))
    _be_imported(works, someone, admin)
    with works.writing(SYSTEM) as work:
        workforce.leave(work, public_id, organisation.get_choices(work).civil_day(work.now) - timedelta(days=1))
    return Planted(someone, records, hr, admin)


def _sign_in(works: Works, someone: Someone) -> None:
    key, moment = someone.actor.person_id, works.tools.clock()
    with works.reading(Actor.nobody()) as work:
        right = accounts.check_password(work, MAIL, PASSWORD, "192.0.2.7")
        wrong = accounts.check_password(work, MAIL, "not this", "192.0.2.7")
    with works.writing(Actor.nobody()) as work:
        accounts.sign_in(work, right, f"Firefox of {LATIN}")
    with works.writing(Actor.nobody()) as work:
        accounts.sign_in(work, wrong, f"Firefox of {LATIN}")
        accounts.request_reset(work, MAIL, "192.0.2.7")
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id, DRILL)
    with works.database.writes() as session:
        identity = IdentityRow(
            public_id="1" * 32, provider="entra", issuer="https://login.example", subject=MAIL, person_id=key,
            linked_at=moment, last_used_on=None,
        )  # fmt: skip
        session.add_all([identity, PasskeyRow(
            public_id="2" * 32, person_id=key, credential_id="c", public_key="k", sign_count=0, transports=[],
            name=f"هاتف {NAME}", made_at=moment,
        )])  # fmt: skip
        session.add(AuthenticatorRow(person_id=key, sealed="sealed", begun_at=moment, confirmed_at=moment))
        session.add(RecoveryCodeRow(person_id=key, digest="d", made_at=moment))
        session.add(EntryLinkRow(
            public_id="5" * 32, person_id=key, purpose="handed", token_digest="t", code_digest="c", lands_on="/learn",
            reason=f"لا بريد عند {NAME}", created_at=moment, expires_at=moment + timedelta(days=1),
        ))  # fmt: skip
        session.add(CeremonyRow(public_id="3" * 32, purpose="prove", challenge="x", person_id=key, expires_at=moment))
        session.add(SecondStepRow(token_digest="s", person_id=key, way="password", lands_on="/", expires_at=moment))
        session.add(
            IdentityWayRow(
                state_digest="w",
                browser_digest="b",
                provider="entra",
                purpose="link",
                person_id=key,
                lands_on=f"/learn?who={MAIL}",
                expires_at=moment,
            )
        )
        session.commit()
    with works.database.writes() as session:
        sign_in = session.scalars(select(SignInRow.id).where(SignInRow.person_id == key)).first()
        assert sign_in is not None
        of = session.scalars(select(IdentityRow.id)).first()
        session.add(IdentitySignInRow(sign_in_id=sign_in, identity_id=of, sid=MAIL, is_strong=False))
        session.commit()


def _learn(works: Works, someone: Someone, hr: Someone, clock: Clock) -> tuple[str, ...]:
    learning.finish(works, someone, DRILL, best=True)
    first = signed(works, someone)
    with works.writing(someone.actor) as work:
        sharing.make_link(work, first, 9, sharing.FULL)
    clock.forward(days=300)
    with works.writing(SYSTEM) as work:
        people.assign_module(work, someone.public_id, DRILL)
    learning.finish(works, someone, DRILL, best=True)
    second = signed(works, someone)
    learning.finish(works, someone, EXAM, best=False)
    with works.writing(SYSTEM) as work:
        workforce.correct_person(work, someone.public_id, f"كتبت {FIRST}", name=NAME)
    with works.writing(hr.actor) as work:
        renaming.correct_name(work, second, NAME, f"بطاقة {NUMBER}", "طلبت السيدة الدمنهوري التصحيح")
        proposal = revoking.propose_revocation(
            work, first, Text({"ar": "صدرت بخطأ", "en": "By mistake"}), f"طلبته {NAME} برقم {NUMBER}"
        )
        work.session.flush()
        revoking.withdraw_proposal(work, first, proposal)
    return first, second


def _ask(works: Works, someone: Someone, adviser: Someone) -> None:
    with works.writing(someone.actor) as work:
        asking.ask(work, "question", "gift-box", f"هل لي أن أقبل الهدية؟\n{NAME}، {NUMBER}", with_name=True)
        asking.ask(work, "help", EXAM, f"أرجو المساعدة، {MAIL}", with_name=True)
    with works.writing(adviser.actor) as work:
        for line in advising.list_questions(work).lines:
            lesson = Lesson("nothing", reason=f"سؤال {NAME} وحدها")
            advising.answer_question(work, line.public_id, 0, "الأستاذة نرجس الدمنهوري، لا تقبليها.", lesson)
        month = incidents.list_months(work)[0]
        told = Following("wish", wish=f"موقف كالذي حدث مع {NAME}")
        place = "eg-cybercrime/law-175-2018/art-24"
        incidents.record_incident(work, f"نشرت {NAME} منشورًا.", place, month, True, told)


def _be_talked_of(works: Works, someone: Someone, manager: Someone, hr: Someone) -> None:
    with works.database.reads() as session:
        units = frozenset(session.scalars(select(Base.metadata.tables["unit"].c.id)))
    above = Actor(manager.actor.name, manager.actor.person_id, manager.actor.roles, units)
    with works.writing(above) as work:
        managing.disown(work, someone.public_id, f"{NAME} في إدارة أخرى")
    with works.reading(hr.actor) as work:
        cycles = [
            one for module in waiving.get_assignments_of(work, someone.public_id).modules for one in module.cycles
        ]
    with works.writing(hr.actor) as work:
        waiving.waive(work, cycles[-1].public_id, f"السيدة الدمنهوري في إعارة، {NUMBER}")
        today = organisation.get_choices(work).civil_day(work.now)
        workforce.record_absence(work, someone.public_id, today + timedelta(days=2), None)


def _write(works: Works, someone: Someone, editor: Someone, reviewer: Someone) -> None:
    document = {"key": "told-of", "title": {"ar": f"ما حدث مع {NAME}", "en": f"What {LATIN} met"}}
    with works.writing(someone.actor) as work:
        draft = drafting.begin_draft(work, "scenario", document)
        drafting.keep_typing(work, draft, 1, {**document, "author_note": MAIL})
    with works.writing(editor.actor) as work:
        drafting.keep_typing(work, draft, 1, {**document, "author_note": f"اسألوا {NAME}"})
        sent = uploading.Sent(f"{NAME}.yaml", "imported", [], ())
        uploading.keep_upload(work, sent)


def _be_imported(works: Works, someone: Someone, admin: Someone) -> None:
    moment = works.tools.clock()
    content = (
        "الرقم الوظيفي,الاسم,البريد,رمز الوحدة,المدير\n"
        f"{NUMBER},{NAME} حسن,{MAIL},NOWHERE,{NUMBER}\n"
        f"X-1,سلوى بدر,{MAIL},NOWHERE,{NUMBER}"
    )
    with works.writing(SYSTEM) as work:
        staffing.stage(work, "staff", f"{NAME}.csv", content.encode())
    with works.writing(admin.actor) as work:
        connecting.open_connection(work, "نظام", ["people:provision"], 30)
    with works.database.writes() as session:
        connection = session.scalars(select(Base.metadata.tables["connection"].c.id)).first()
        session.add(ProvisionedPersonRow(connection_id=connection, person_id=someone.actor.person_id, external_id=MAIL))
        export = TeamExportRow(
            public_id="4" * 32, person_id=admin.actor.person_id, kind="csv", asked={}, asked_digest="a",
            asked_at=moment, state="made", turn=1, total=1, done=1, size=9, parts=1,
        )  # fmt: skip
        session.add(export)
        session.flush()
        session.add(TeamExportPartRow(export_id=export.id, number=1, content=f"{NAME},{NUMBER}".encode()))
        message = session.scalars(select(OutboxMessageRow)).first()
        assert message is not None
        message.last_error = f"550 5.1.1 <{MAIL}>: Recipient address rejected"
        session.commit()


def places(works: Works) -> set[str]:
    """Return every table and column in which something of the person is found, in words or bytes."""
    with works.database.reads() as session:
        return {
            f"{table.name}.{name}"
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table)).mappings()
            for name, value in row.items()
            if any(telling in said for said in _said(value) for telling in TELLING)
        }


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
        yield value.decode("utf-16", "replace")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _said(one)
    elif isinstance(value, list):
        for one in value:
            yield from _said(one)
    elif isinstance(value, str):
        yield value
