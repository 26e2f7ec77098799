"""Only what changed is asked again: exactly which provisions, scenarios and people; each of them once, by HR alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.reader import Reading
from quiz.db.models.people import PersonRow
from quiz.engine.text import Text
from quiz.jobs.chores import sweep
from quiz.services import asking_again, assigning_again, completing, drafting, foreseeing, people
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.loading import Release, install_release
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests import asking, drafts, learning, sums
from tests.amendments import LAW, Desk, at, provision
from tests.asking import ARTICLE
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit, outbox

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def desk(works: Works, make_person: MakePerson, clock: Clock) -> Desk:
    asking.publish(works)
    editor = make_person(Role.EDITOR, name="ليلى مراد فهمي")
    return Desk(works, editor, make_person(Role.REVIEWER, name="عادل حسن نجيب"), clock)


@pytest.fixture
def hr(make_person: MakePerson) -> Someone:
    return make_person(Role.HR, name="سلوى أمين")


@pytest.fixture
def taught(desk: Desk, make_person: MakePerson) -> Callable[[str], tuple[Someone, str]]:
    """Let somebody of a name complete the sums; return who, and the record."""

    def one(name: str) -> tuple[Someone, str]:
        someone = make_person(modules=(sums.MODULE,), name=name)
        return someone, asking.complete(desk.works, someone)

    return one


def found(desk: Desk, number: int | None = None) -> asking_again.AskedAgain:
    with desk.works.reading(desk.editor.actor) as work:
        return asking_again.get_asked_again(work, LAW, number)


def proposals(desk: Desk) -> list[tuple[str, int, int]]:
    with desk.works.reading(desk.editor.actor) as work:
        return [(one.key, one.number, one.provisions) for one in asking_again.list_proposals(work)]


def begin(desk: Desk, number: int = 2) -> str:
    with desk.works.writing(desk.editor.actor) as work:
        return asking_again.begin_delta(work, LAW, number)


def published(desk: Desk, number: int = 2) -> str:
    """Begin the module, hand it in, approve it; return its key."""
    draft = begin(desk, number)
    drafts.submit(desk.works, desk.editor, draft)
    desk.approve(draft)
    return found(desk, number).delta.key


def listed(desk: Desk, hr: Someone, key: str) -> assigning_again.DeltaSummary:
    with desk.works.reading(hr.actor) as work:
        return assigning_again.get_delta(work, key)


def assign(desk: Desk, hr: Someone, key: str, *seen: str) -> tuple[int, int]:
    with desk.works.writing(hr.actor) as work:
        due_on = (desk.clock.now + timedelta(days=30)).date()
        done = assigning_again.assign_again(work, key, seen, due_on)
    return done.assigned, done.left_out


def test_exactly_what_changed_and_who_was_taught_otherwise(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]], make_person: MakePerson, clock: Clock
) -> None:
    assert found(desk).lines == ()
    taught("هناء رضا")
    taught("كريم لؤي")
    make_person(modules=(sums.MODULE,), name="لم يأخذه")
    _, revoked = taught("سُحبت شهادته")
    with desk.works.writing(SYSTEM) as work:
        completing.revoke_completion(work, revoked, Text({"ar": "سبب", "en": "reason"}))
    left, _ = taught("غادر")
    with desk.works.database.writes() as session:
        session.execute(update(PersonRow).where(PersonRow.name == left.name).values(active_until=clock.now))
        session.commit()
    again, _ = taught("أعاده بعد التعديل")
    assert proposals(desk) == []
    assert desk.reword(ARTICLE) == 2
    assert found(desk).people == 3
    asking.complete(desk.works, again, again=True)
    one = found(desk)
    assert [line.change.address for line in one.lines] == [at(ARTICLE)]
    assert [(place.edition, place.provision) for place in one.lines[0].places] == [("law-175-2018", ARTICLE)]
    trained = {line.key for line in one.lines[0].scenarios}
    assert set(sums.KEYS) <= trained
    assert (one.people, one.number, one.others, one.may_begin) == (2, 2, (2,), True)
    assert all(line.is_stale for line in one.lines[0].scenarios if line.key in sums.KEYS)
    assert proposals(desk) == [(LAW, 2, 1)]
    with desk.works.reading(desk.editor.actor) as work, pytest.raises(NotFound):
        asking_again.get_asked_again(work, LAW, 9)


def test_what_a_release_changed_is_told_on_its_page_and_not_proposed(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]], reading: Reading, clock: Clock
) -> None:
    taught("هناء رضا")
    law = deepcopy(next(source.document for source in reading.instruments if source.document["key"] == LAW))
    provision(law, ARTICLE)["paraphrase"] = {"ar": "خلاصة أخرى", "en": "Another summary"}
    clock.forward(hours=1)
    with desk.works.writing(SYSTEM) as work:
        install_release(work, Release((law,), (), ()))
    assert (found(desk).people, found(desk).may_begin) == (1, True)
    assert proposals(desk) == []


def test_a_record_that_is_out_of_date_is_asked_nothing(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]], clock: Clock
) -> None:
    taught("هناء رضا")
    desk.reword(ARTICLE)
    clock.forward(days=800)
    assert found(desk).people == 0
    assert not found(desk).may_begin
    assert proposals(desk) == []


def test_before_it_is_approved_it_is_known_how_many_it_concerns(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]]
) -> None:
    taught("هناء رضا")
    document = desk.standing()

    def foreseen() -> int:
        with desk.works.reading(desk.reviewer.actor) as work:
            return asking_again.foresee_asked_again(work, LAW, foreseeing.foresee(work, document))

    provision(document, ARTICLE)["review_due"] = "2029-01-01"
    assert foreseen() == 0
    provision(document, ARTICLE)["paraphrase"] = {"ar": "خلاصة أخرى", "en": "Another summary"}
    assert foreseen() == 1


def test_a_new_edition_asks_those_who_hold_the_one_it_replaced(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]]
) -> None:
    taught("هناء رضا")
    desk.replace("law-200-2026", ARTICLE)
    one = found(desk)
    assert [line.change.address for line in one.lines] == [at(ARTICLE, "law-200-2026")]
    assert (one.people, one.scenarios, one.may_begin) == (1, 0, False)
    with pytest.raises(NotReady, match="no-scenarios"):
        begin(desk)


def test_what_changed_again_is_asked_by_the_later_version_alone(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]]
) -> None:
    taught("هناء رضا")
    desk.reword(ARTICLE, "art-23")
    desk.reword(ARTICLE, arabic="خلاصة ثالثة")
    assert [line.change.address for line in found(desk).lines] == [at(ARTICLE)]
    assert [line.change.address for line in found(desk, 2).lines] == [at("art-23")]
    assert found(desk).others == (3, 2)


def test_a_module_of_only_that_goes_the_ordinary_way(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]], changes_nothing: Unchanged
) -> None:
    with pytest.raises(NotReady, match="nothing-asked-again"):
        begin(desk, 1)
    desk.reword(ARTICLE)
    with changes_nothing(), pytest.raises(NotReady, match="nobody-holds"):
        begin(desk)
    taught("هناء رضا")
    # They were taught the new text, and nobody the old one.
    with changes_nothing(), pytest.raises(NotReady, match="nobody-holds"):
        begin(desk)


def test_the_draft_is_one_and_is_sound_in_the_eyes_of_the_law(
    desk: Desk, taught: Callable[[str], tuple[Someone, str]], changes_nothing: Unchanged
) -> None:
    taught("هناء رضا")
    desk.reword(ARTICLE)
    draft = begin(desk)
    with desk.works.reading(desk.editor.actor) as work:
        document = drafting.get_draft(work, draft).document
    assert document["key"] == "delta-eg-cybercrime-law-175-2018-2"
    assert [line["provisions"] for line in document["blueprint"]] == [[at(ARTICLE)]]
    assert document["validity"] == "P2Y"
    with changes_nothing():
        assert begin(desk) == draft
    assert proposals(desk) == []
    drafts.submit(desk.works, desk.editor, draft)
    desk.approve(draft)
    assert (found(desk).delta.is_published, found(desk).may_begin) == (True, False)
    with changes_nothing(), pytest.raises(Stale, match="asked-again-already"):
        begin(desk)
    (entry,) = audit(desk.works, Permission.BANK_AMENDMENT_PROPOSE)
    assert entry.details == {"version": 2, "module": document["key"]}


def test_a_draft_that_was_thrown_away_is_begun_anew(desk: Desk, taught: Callable[[str], tuple[Someone, str]]) -> None:
    taught("هناء رضا")
    desk.reword(ARTICLE)
    first = begin(desk)
    with desk.works.writing(desk.editor.actor) as work:
        drafting.discard_draft(work, first)
    assert begin(desk) != first


def test_hr_sees_exactly_whom_and_assigns_each_once(
    desk: Desk, hr: Someone, taught: Callable[[str], tuple[Someone, str]], app: Flask, mailer: MemoryMailer
) -> None:
    first, record = taught("هناء رضا")
    _, other = taught("كريم لؤي")
    desk.reword(ARTICLE)
    key = published(desk)
    with desk.works.reading(hr.actor) as work:
        (line,) = assigning_again.list_deltas(work)
    assert (line.module_key, line.waiting, line.assigned) == (key, 2, 0)
    seen = listed(desk, hr, key)
    assert [(one.name, one.record) for one in seen.people] == [("كريم لؤي", other), ("هناء رضا", record)]
    assert seen.people[1].unit.by_language["en"] == "Trial department"
    assert [change.address for change in seen.changes] == [at(ARTICLE)]
    assert set(sums.KEYS) <= {scenario for scenario, _ in seen.scenarios}
    assert seen.counts
    assert assign(desk, hr, key, record, "0" * 32) == (1, 1)
    assert assign(desk, hr, key, record) == (0, 1)
    seen = listed(desk, hr, key)
    assert ([one.record for one in seen.people], seen.waiting, seen.assigned) == ([other], 1, 1)
    assert len(outbox(desk.works, "ModuleAssigned")) == 1
    sweep(app)
    (mail,) = [one for one in mailer.sent if one["To"] == first.email]
    assert f"/learn/modules/{key}" in mail.get_body(("plain",)).get_content()
    entry = audit(desk.works, Permission.PEOPLE_ASSIGNMENT_WRITE)[-1]
    assert (entry.target_id, entry.details) == (key, {"seen": 1, "assigned": 0})


def test_who_came_to_the_list_since_is_not_assigned_anything(
    desk: Desk, hr: Someone, taught: Callable[[str], tuple[Someone, str]], make_person: MakePerson
) -> None:
    _, record = taught("هناء رضا")
    late = make_person(modules=(sums.MODULE,), name="وقّع بعد التعديل")
    sums.take(desk.works, late)
    desk.reword(ARTICLE)
    key = published(desk)
    taught("أخذه بعد التعديل")
    assert [one.record for one in listed(desk, hr, key).people] == [record]
    asking.sign(desk.works, late, sums.MODULE)
    assert [one.name for one in listed(desk, hr, key).people] == ["هناء رضا", "وقّع بعد التعديل"]
    assert assign(desk, hr, key, record) == (1, 0)
    assert [one.name for one in listed(desk, hr, key).people] == ["وقّع بعد التعديل"]


def test_who_passes_it_is_asked_no_more_and_their_record_stays_valid(
    desk: Desk, hr: Someone, taught: Callable[[str], tuple[Someone, str]]
) -> None:
    someone, record = taught("هناء رضا")
    desk.reword(ARTICLE)
    key = published(desk)
    assign(desk, hr, key, record)
    learning.finish(desk.works, someone, key, best=True)
    with desk.works.reading(someone.actor) as work:
        held = completing.list_records(work)
    assert [(one.facts.module_key, one.state) for one in held] == [(key, "valid"), (sums.MODULE, "valid")]
    assert found(desk).people == 0


def test_nothing_is_assigned_on_a_past_day_to_nobody_or_of_no_such_module(
    desk: Desk, hr: Someone, taught: Callable[[str], tuple[Someone, str]], changes_nothing: Unchanged
) -> None:
    _, record = taught("هناء رضا")
    desk.reword(ARTICLE)
    key = published(desk)
    yesterday = (desk.clock.now - timedelta(days=1)).date()
    with changes_nothing():
        with pytest.raises(Refused, match="nobody-seen"):
            assign(desk, hr, key)
        with pytest.raises(Refused, match="day-past"), desk.works.writing(hr.actor) as work:
            assigning_again.assign_again(work, key, [record], yesterday)
        with pytest.raises(NotFound):
            assign(desk, hr, sums.MODULE, record)


def test_nobody_without_the_permission_begins_sees_names_or_assigns(
    desk: Desk,
    taught: Callable[[str], tuple[Someone, str]],
    make_person: MakePerson,
    is_refused: IsRefused,
) -> None:
    _, record = taught("هناء رضا")
    desk.reword(ARTICLE)
    key = published(desk)
    for role in Role:
        someone = make_person(role)
        if role is not Role.EDITOR:
            with is_refused(Permission.BANK_AMENDMENT_PROPOSE, someone), desk.works.writing(someone.actor) as work:
                asking_again.begin_delta(work, LAW, 2)
        if role not in {Role.HR, Role.ADMIN}:
            refused = Permission.PEOPLE_ASSIGNMENT_WRITE
            with is_refused(refused, someone), desk.works.reading(someone.actor) as work:
                assigning_again.list_deltas(work)
            with is_refused(refused, someone), desk.works.reading(someone.actor) as work:
                assigning_again.get_delta(work, key)
            with is_refused(refused, someone), desk.works.writing(someone.actor) as work:
                assigning_again.assign_again(work, key, [record], desk.clock.now.date())


def test_people_of_another_country_are_not_asked(desk: Desk, make_person: MakePerson, works: Works) -> None:
    asking.publish(works, jurisdictions=["EG", "AE"])
    someone = make_person(modules=(sums.MODULE,), name="ميثاء")
    asking.complete(works, someone)
    desk.reword(ARTICLE)
    assert found(desk).people == 1
    with works.database.writes() as session:
        session.execute(update(PersonRow).where(PersonRow.name == someone.name).values(jurisdiction="AE"))
        session.commit()
    assert found(desk).people == 0
    with works.writing(SYSTEM) as work:
        assert people.find_person_id(work, someone.email) == someone.public_id
