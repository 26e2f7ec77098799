"""One of everything: a person for each role, and a learner with something in every state."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from quiz.access.actor import Role
from quiz.bank.composing import empty_scenario
from quiz.bank.reader import Reading, Source
from quiz.db.models.advising import WishRow
from quiz.db.models.amending import DeltaModuleRow
from quiz.db.models.attempts import QuestionRow
from quiz.db.models.catalogue import InstrumentRow, InstrumentVersionRow, ScenarioRow, ScenarioVersionRow
from quiz.engine.text import Text
from quiz.jobs.chores import sweep
from quiz.services import (
    advising,
    asking,
    assignment_rules,
    connecting,
    correcting,
    drafting,
    entry_links,
    incidents,
    organisation,
    people,
    sharing,
    staffing,
    uploading,
)
from quiz.services.advising import Lesson
from quiz.services.assignment_rules import RuleDraft
from quiz.services.incidents import Following
from quiz.services.loading import Release, install_release
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.pages import RoleClient
from tests.web.learning import EXAM, SHORT, SHORT_EXAM, Learner, short_documents

OWNER, NOBODY = "owner", "nobody"
LAW, DELTA = "eg-cybercrime", "delta-eg-cybercrime"


@dataclass(frozen=True)
class World:
    """Browsers by whom they belong to, and the addresses of what the owner has."""

    clients: dict[str, RoleClient]
    owner: Learner
    record: str
    code: str
    under_way: str
    examined: str
    link: str
    entry: str
    driver: str
    scenario: str
    draft: str
    instrument_draft: str
    module_draft: str
    upload: str
    question: str
    note: str
    doubt: str
    corrected: str
    correction: str
    incident: str
    wish: str
    rule: str
    person: str
    unit: str
    staff_import: str
    share: str
    ended_link: str
    connection: str

    def address(self, rule: str) -> str:
        """Return a real address for a rule of the map: of the owner's things where it is about somebody's."""
        if "/check" in rule or "<int:number>" in rule or rule.endswith(("/<attempt_id>", "/finish")):
            rule = rule.replace("<attempt_id>", self.under_way)
        for name, value in {
            "people/<public_id>/link": f"people/{self.driver}/link",
            "people/<public_id>": f"people/{self.person}",
            "units/<public_id>": f"units/{self.unit}",
            "connections/<public_id>": f"connections/{self.connection}",
            "imports/<public_id>": f"imports/{self.staff_import}",
            "instrument-drafts/<public_id>": f"instrument-drafts/{self.instrument_draft}",
            "module-drafts/<public_id>": f"module-drafts/{self.module_draft}",
            "drafts/<public_id>": f"drafts/{self.draft}",
            "files/<public_id>": f"files/{self.upload}",
            "<comment_id>": self.draft,
            "history/<kind>/<key>": f"history/scenario/{self.scenario}",
            "<link_id>": self.ended_link,
            "<share>": self.share,
            "<attempt_id>": self.examined,
            "<int:number>": "1",
            "<int:place>": "1",
            "advise/questions/<public_id>": f"advise/questions/{self.question}",
            "learn/questions/<public_id>": f"learn/questions/{self.question}",
            "doubts/<public_id>": f"doubts/{self.doubt}",
            "corrections/<public_id>": f"corrections/{self.correction}",
            "asked-again/<key>": f"asked-again/{DELTA}",
            "instruments/<key>/asked-again": f"instruments/{LAW}/asked-again",
            "scenarios/<key>/correction": f"scenarios/{self.corrected}/correction",
            "incidents/<public_id>": f"incidents/{self.incident}",
            "wishes/<public_id>": f"wishes/{self.wish}",
            "notes/<public_id>": f"notes/{self.note}",
            "rules/<public_id>": f"rules/{self.rule}",
            "<public_id>": self.record,
            "<code>": self.code,
            "enter/<token>": f"enter/{self.entry}",
            "<token>": self.link,
            "<path:path>": "app.css",
            "<provider>": "nobody",
            "<why>": "ended",
            "<version>": "0",
            "scenarios/<key>": f"scenarios/{self.scenario}",
            "reference/<key>": "reference/eg-cybercrime",
            "<key>/pledge": f"{SHORT}/pledge",
            "<key>": SHORT_EXAM,
        }.items():
            rule = rule.replace(name, value)
        assert "<" not in rule, rule
        return rule


@pytest.fixture
def world(
    app: Flask,
    browser: Callable[..., RoleClient],
    make_person: MakePerson,
    works: Works,
    reading: Reading,
    short_modules: None,
    mailer: MemoryMailer,
    unit: str,
) -> World:
    """A learner who completed one module, did not pass another and is in the middle of a third; and all roles."""
    return build_world(app, browser, make_person, works, reading, mailer, unit)


def build_world(
    app: Flask,
    browser: Callable[..., RoleClient],
    make_person: MakePerson,
    works: Works,
    reading: Reading,
    mailer: MemoryMailer,
    unit: str,
) -> World:
    """Make all of it in a database that has the short modules."""
    someone = make_person(modules=(SHORT, SHORT_EXAM, EXAM))
    owner = Learner(browser(someone), someone, works)
    owner.take(SHORT)
    record = owner.sign(SHORT)
    examined = owner.take(SHORT_EXAM, passes=False)
    under_way = owner.begin(EXAM)
    ((verify,),) = (owner.client.get(f"/learn/records/{record}").links("^/verify/"),)
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id)
    sweep(app)
    link = str(mailer.sent[-1].get_body(("plain",)).get_content()).split("/link/")[1].split()[0]
    driver, entry_link = without_account(works, unit)
    with works.writing(make_person(Role.EDITOR).actor) as work:
        draft = drafting.begin_draft(work, "scenario", empty_scenario("eg-conduct"))
        instrument_draft = drafting.open_draft(work, "instrument", "eg-civil-service")
        module_draft = drafting.open_draft(work, "module", EXAM)
    with works.writing(make_person(Role.EDITOR).actor) as work:
        entry = Source("scenarios/eg-conduct/sent.yaml", {**empty_scenario("eg-conduct"), "key": "sent"})
        upload = uploading.keep_upload(work, uploading.Sent("sent.yaml", "imported", [("scenario", entry)], ()))
        assert not uploading.go_on(work, upload)
    clients = {str(role): browser(make_person(role)) for role in Role}
    adviser = make_person(Role.ADVISER, name="ليلى حسام الدين وهبة")
    question, note = answered(works, someone, adviser)
    incident, wish = happened(works, adviser)
    corrected = owner.slot(examined, 1).scenario.key
    amended(works, reading, adviser)
    share, ended_link = shared(works, someone, record)
    return World(
        clients={**clients, OWNER: owner.client, NOBODY: browser()},
        owner=owner,
        record=record,
        code=verify.rpartition("/")[2],
        under_way=under_way,
        examined=examined,
        link=link,
        entry=entry_link,
        driver=driver,
        scenario=owner.slot(under_way, 1).scenario.key,
        draft=draft,
        instrument_draft=instrument_draft,
        module_draft=module_draft,
        upload=upload,
        question=question,
        note=note,
        doubt=doubted(works, someone),
        corrected=corrected,
        correction=correct(works, corrected),
        incident=incident,
        wish=wish,
        rule=ruled(works),
        person=someone.public_id,
        unit=unit,
        staff_import=staged(works),
        share=share,
        ended_link=ended_link,
        connection=connected(works, make_person(Role.ADMIN)),
    )


def without_account(works: Works, unit: str) -> tuple[str, str]:
    """Let people without a password sign in by links; return somebody who has one, and its token."""
    with works.writing(SYSTEM) as work:
        organisation.change_choices(work, replace(organisation.get_choices(work), entry_links=True))
        driver = people.provision_person(work, "D-1", "driver@amana.example", "رضا محمود السيد", unit, "Reda Elsayed")
    with works.writing(SYSTEM) as work:
        mail = entry_links.prepare_asked_mail(work, driver, "/", work.now)
    assert mail is not None
    return driver, str(mail.token)


def connected(works: Works, admin: Someone) -> str:
    """Let another system be connected; return the connection."""
    with works.writing(admin.actor) as work:
        connecting.open_connection(work, "نظام الموارد البشرية", ["people:read"], 30)
    with works.reading(admin.actor) as work:
        return connecting.list_connections(work)[0].public_id


def shared(works: Works, holder: Someone, record: str) -> tuple[str, str]:
    """Let a record be shared twice; return the token of one link, and the other link, which is to be ended."""
    with works.writing(holder.actor) as work:
        sharing.make_link(work, record, 7, sharing.FULL)
    with works.writing(holder.actor) as work:
        token = sharing.make_link(work, record, 7, sharing.INITIALS)
    with works.reading(holder.actor) as work:
        return token, sharing.list_links(work, record)[1].public_id


def ruled(works: Works) -> str:
    """Let there be a rule that gives nobody anything today; return it."""
    with works.writing(SYSTEM) as work:
        today = works.tools.clock().date()
        return assignment_rules.make_rule(work, RuleDraft(SHORT, "joiners", today + timedelta(days=300), "قرار"))


def staged(works: Works) -> str:
    """Let a file of people be looked at; return it."""
    content = "الرقم الوظيفي,الاسم,البريد,رمز الوحدة\n1,منى سالم,mona@amana.example,NOWHERE"
    with works.writing(SYSTEM) as work:
        return staffing.stage(work, "staff", "staff.csv", content.encode())


def amended(works: Works, reading: Reading, someone: Someone) -> None:
    """Let an article say something else, and a module that asks about it be published."""
    law = deepcopy(next(source.document for source in reading.instruments if source.document["key"] == LAW))
    law["editions"][0]["provisions"][0]["paraphrase"] = {"ar": "خلاصة أخرى", "en": "Another summary"}
    module = {**short_documents(reading)[0], "key": DELTA}
    with works.writing(SYSTEM) as work:
        install_release(work, Release((law,), (), (module,)))
    with works.database.writes() as session:
        statement = select(InstrumentVersionRow.id).join(InstrumentRow).where(InstrumentRow.key == LAW)
        version = session.scalars(statement.order_by(InstrumentVersionRow.number.desc())).first()
        by = {"begun_by": someone.actor.person_id, "begun_at": works.tools.clock()}
        session.add(DeltaModuleRow(module_key=DELTA, instrument_version_id=version, **by))
        session.commit()


def happened(works: Works, adviser: Someone) -> tuple[str, str]:
    """Let an incident be recorded with a wish, and a scenario linked to it; return the incident and the wish."""
    place = "eg-cybercrime/law-175-2018/art-24"
    with works.writing(adviser.actor) as work:
        month = incidents.list_months(work)[1]
        wished = Following("wish", wish="موقف عن حساب باسم إدارة")
        incident = incidents.record_incident(work, "نُشر حساب باسم إدارة.", place, month, True, wished)
        incidents.follow_incident(work, incident, Following("scenario", scenario="old-post-after-promotion"))
    with works.database.reads() as session:
        return incident, session.scalars(select(WishRow.public_id)).one()


def correct(works: Works, key: str) -> str:
    """Publish a scenario with another ruling and tell those who were taught the old one; return the correction."""
    with works.database.reads() as session:
        statement = select(ScenarioVersionRow).join(ScenarioRow).where(ScenarioRow.key == key)
        stood = session.scalars(statement.order_by(ScenarioVersionRow.number.desc())).first()
        assert stood is not None
        document, number = deepcopy(stood.document), stood.number
    chosen = next(iter(document.get("options") or document.get("passages") or document["nodes"][0]["choices"]))
    chosen["ruling"] = {"ar": "تعليل مصحَّح يشرح السند.", "en": "A corrected ruling that explains the provision."}
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), (document,), ()))
    with works.writing(SYSTEM) as work:
        changed = Text({"ar": "صُحح تعليل خيار", "en": "The ruling of an option was corrected"})
        correction = correcting.tell_taught(work, key, number, number + 1, changed)
    with works.writing(SYSTEM) as work:
        assert correcting.continue_telling(work, correction) == 1
    return correction


def doubted(works: Works, someone: Someone) -> str:
    """Let somebody doubt a ruling, without a name; return the doubt."""
    with works.writing(someone.actor) as work:
        asking.ask(work, "doubt", "old-post-after-promotion", "هذا لا يوافق المدونة", with_name=False)
    with works.database.reads() as session:
        return session.scalars(select(QuestionRow.public_id).where(QuestionRow.kind == "doubt")).one()


def answered(works: Works, someone: Someone, adviser: Someone) -> tuple[str, str]:
    """Let somebody ask by name and be answered, with a note in the reference; return the question and the note."""
    with works.writing(someone.actor) as work:
        asking.ask(work, "question", "gift-box", "هل يُقبل صندوق التمر؟", with_name=True)
    lesson = Lesson(
        "note",
        provision="eg-cybercrime/law-175-2018/art-24",
        question=Text({"ar": "هل تُقبل الهدية؟", "en": "May a gift be taken?"}),
        answer=Text({"ar": "لا، إلا ما جرى به العرف.", "en": "No, but for what custom allows."}),
        names_nobody=True,
    )
    with works.writing(adviser.actor) as work:
        (line,) = advising.list_questions(work).lines
        advising.answer_question(work, line.public_id, 0, "لا يُقبل.", lesson)
        (answer,) = advising.get_question(work, line.public_id).answers
    assert answer.note is not None
    return line.public_id, answer.note.public_id
