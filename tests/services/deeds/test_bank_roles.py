"""Who is responsible for one bank: what they may do there, what is not there of others, and how roles are given."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.bank.reader import Reading, Source
from quiz.db.models.advising import WishRow
from quiz.services import (
    asking,
    correcting,
    doubting,
    explaining,
    granting,
    measuring,
    people,
    retiring,
    translating,
    uploading,
    wishing,
)
from quiz.services.errors import NotAllowed, NotFound, Refused
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit

IsRefused = Callable[..., AbstractContextManager[None]]
OWN, OTHER = "ae-conduct", "eg-conduct"
# Published scenarios of the one and of the other.
OTHERS = "old-post-after-promotion"


@pytest.fixture
def narrow(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, Role.REVIEWER, bank=OWN)


@pytest.fixture
def whole(make_person: MakePerson) -> Someone:
    return make_person(Role.EDITOR, Role.REVIEWER, name="نهى إبراهيم سالم")


def test_a_draft_of_another_bank_is_refused_and_one_of_ones_own_is_not(
    works: Works, narrow: Someone, whole: Someone, reading: Reading
) -> None:
    own = drafts.handed_in(works, whole, drafts.sound(reading, bank=OWN))
    theirs = drafts.handed_in(works, whole, drafts.sound(reading, "another-one"))
    assert drafts.seen_by(works, narrow, own).state == "in_review"
    with pytest.raises(NotAllowed) as refused:
        drafts.seen_by(works, narrow, theirs)
    assert refused.value.decision.because == "another-bank"
    entry = audit(works, Permission.BANK_DRAFT_READ)[-1]
    assert (entry.was_allowed, entry.because, entry.target_id) == (False, "another-bank", theirs)
    drafts.begin(works, narrow, drafts.sound(reading, "mine", bank=OWN))
    with pytest.raises(NotAllowed):
        drafts.begin(works, narrow, drafts.sound(reading, "not-mine"))
    with pytest.raises(NotAllowed):
        drafts.open_for(works, narrow, OTHERS)
    for kind, key in (("module", "onboarding-social-media"), ("instrument", "eg-cybercrime")):
        with pytest.raises(NotAllowed):
            drafts.open_for(works, narrow, key, kind)


def test_moving_to_another_bank_needs_both_from_either_side(
    works: Works, narrow: Someone, whole: Someone, make_person: MakePerson, reading: Reading
) -> None:
    mine = drafts.sound(reading, bank=OWN)
    draft = drafts.begin(works, narrow, mine)
    with pytest.raises(NotAllowed):
        drafts.save(works, narrow, draft, 1, {**mine, "bank": OTHER})
    # Without a bank it would be nobody's, and so is refused as well.
    with pytest.raises(NotAllowed):
        drafts.save(works, narrow, draft, 1, {name: value for name, value in mine.items() if name != "bank"})
    both = make_person(Role.EDITOR, bank=OWN)
    with works.writing(SYSTEM) as work:
        granting.grant_role(work, both.public_id, Role.EDITOR, bank=OTHER)
        actor = people.person_actor(work, both.email)
    held = Someone(both.public_id, both.email, both.name, actor)
    assert drafts.save(works, held, draft, 1, {**mine, "bank": OTHER}) == 2
    with pytest.raises(NotAllowed):
        drafts.seen_by(works, narrow, draft)
    # What is published in one bank and drafted for another belongs to both.
    published = drafts.open_for(works, whole, OTHERS)
    document = drafts.seen_by(works, whole, published).document
    drafts.save(works, whole, published, 1, {**document, "bank": OWN})
    with pytest.raises(NotAllowed):
        drafts.seen_by(works, narrow, published)
    assert drafts.seen_by(works, held, published).revision == 2
    # Nor does who holds one of the two open what somebody moves out of theirs.
    own = next(one.document["key"] for one in reading.scenarios if one.document["bank"] == OWN)
    leaving = drafts.open_for(works, held, own)
    drafts.save(works, held, leaving, 1, {**drafts.shipped(reading, own), "bank": OTHER})
    with pytest.raises(NotAllowed):
        drafts.open_for(works, narrow, own)
    assert drafts.open_for(works, held, own) == leaving


def test_doubts_of_other_banks_are_neither_listed_nor_counted(
    works: Works, narrow: Someone, whole: Someone, make_person: MakePerson, reading: Reading
) -> None:
    learner = make_person()
    mine = next(one.document["key"] for one in reading.scenarios if one.document["bank"] == OWN)
    for key in (OTHERS, mine, OTHERS, "no-such"):
        with works.writing(learner.actor) as work:
            asking.ask(work, "doubt", key, "هذا لا يوافق المادة", False, "")
    with works.reading(whole.actor) as work:
        everything = doubting.list_doubts(work)
    with works.reading(narrow.actor) as work:
        found = doubting.list_doubts(work)
        assert [one.about for one in found.groups] == [mine]
        assert (found.waiting, found.answered, everything.waiting) == (1, 0, 4)
        own = found.groups[0].lines[0].public_id
        assert doubting.get_doubt(work, own).about == mine
    theirs = [line.public_id for group in everything.groups for line in group.lines if group.about != mine]
    for one in theirs:
        with pytest.raises(NotAllowed), works.reading(narrow.actor) as work:
            doubting.get_doubt(work, one)
        with pytest.raises(NotAllowed), works.writing(narrow.actor) as work:
            doubting.answer_doubt(work, one, 0, "stands", "لأن")
    with works.writing(narrow.actor) as work:
        doubting.answer_doubt(work, own, 0, "stands", "لأن المادة عامة")
    with works.reading(narrow.actor) as work:
        assert [one.about for one in doubting.list_doubts(work, answered=True).groups] == [mine]
        assert doubting.list_doubts(work, answered=True).answered == 1


def test_each_deed_about_a_scenario_asks_for_its_bank(works: Works, narrow: Someone, is_refused: IsRefused) -> None:
    with is_refused(Permission.BANK_SCENARIO_RETIRE), works.writing(narrow.actor) as work:
        retiring.retire_scenario(work, OTHERS, "سبب")
    with is_refused(Permission.BANK_CORRECTION_TELL), works.reading(narrow.actor) as work:
        correcting.list_versions(work, OTHERS)
    with is_refused(Permission.BANK_STATISTICS_READ), works.reading(narrow.actor) as work:
        measuring.list_measured_scenario(work, OTHERS)
    with is_refused(Permission.BANK_STATISTICS_READ), works.reading(narrow.actor) as work:
        measuring.list_measured(work)


def test_a_file_makes_drafts_of_ones_own_bank_and_leaves_the_rest(
    works: Works, narrow: Someone, whole: Someone, make_person: MakePerson, reading: Reading
) -> None:
    sent = [
        ("scenario", Source("a.yaml", drafts.sound(reading, "mine", bank=OWN))),
        ("scenario", Source("b.yaml", drafts.sound(reading, "not-mine"))),
        ("scenario", Source("c.yaml", {**drafts.shipped(reading, OTHERS), "bank": OWN})),
        ("module", Source("d.yaml", dict(reading.modules[0].document))),
    ]
    with works.writing(narrow.actor) as work:
        public_id = uploading.keep_upload(work, uploading.Sent("a.zip", "imported", sent, ()))
        assert not uploading.go_on(work, public_id)
        uploading.make_drafts(work, public_id)
        assert not uploading.go_on(work, public_id)
        found = uploading.get_upload(work, public_id)
        assert [one.standing for one in found.entries] == ["new", "barred", "barred", "barred"]
        assert [one.draft is not None for one in found.entries] == [True, False, False, False]
        assert [one.public_id for one in uploading.list_uploads(work)] == [public_id]
    colleague = make_person(Role.EDITOR, bank=OWN)
    with works.reading(colleague.actor) as work:
        assert uploading.list_uploads(work) == ()
    with pytest.raises(NotAllowed), works.reading(colleague.actor) as work:
        uploading.get_upload(work, public_id)
    with works.reading(whole.actor) as work:
        assert uploading.get_upload(work, public_id).total == 4


def test_what_is_to_be_translated_is_of_ones_own_bank(
    works: Works, narrow: Someone, whole: Someone, reading: Reading
) -> None:
    for key, bank in (("mine", OWN), ("not-mine", OTHER)):
        document = drafts.sound(reading, key, bank=bank)
        drafts.begin(works, whole, {**document, "title": {"ar": "عنوان"}})
    with works.reading(narrow.actor) as work:
        assert [line.key for line in translating.list_untranslated(work)] == ["mine"]
        assert translating.export_translation(work, "scenario", "not-mine") == b""
        assert translating.export_translation(work, "scenario", OTHERS) == b""
        assert translating.export_translation(work, "module", "onboarding-social-media") == b""
        assert b"mine" in translating.export_translation(work, "scenario", "mine")


def test_wishes_belong_to_the_bank_of_their_provision(works: Works, narrow: Someone, whole: Someone) -> None:
    with works.database.writes() as session:
        for number, address in enumerate(("ae-conduct/x/y", "eg-cybercrime/law-175-2018/art-24", "gone/x/y")):
            made = {"note": "n", "made_by": "x", "made_at": works.tools.clock()}
            session.add(WishRow(public_id=f"{number:032}", address=address, **made))
        session.commit()
    with works.reading(whole.actor) as work:
        assert sum(wishing.list_wishes(work).counts.values()) == 3
    with works.reading(narrow.actor) as work:
        found = wishing.list_wishes(work)
        assert [line.address for line in found.lines] == ["ae-conduct/x/y"]
        assert sum(found.counts.values()) == 1
        assert wishing.get_wish(work, f"{0:032}").address == "ae-conduct/x/y"
    for number in (1, 2):
        with pytest.raises(NotAllowed), works.reading(narrow.actor) as work:
            wishing.get_wish(work, f"{number:032}")
    with pytest.raises(NotAllowed), works.writing(narrow.actor) as work:
        wishing.decide_wish(work, f"{0:032}", 0, wishing.WishState.TAKEN_UP, scenario=OTHERS)


def test_a_role_is_given_by_somebody_else_with_its_bank_and_days(
    works: Works, make_person: MakePerson, clock: Clock, is_refused: IsRefused
) -> None:
    hr, someone = make_person(Role.HR), make_person()
    today = clock.now.date()
    with works.writing(hr.actor) as work:
        granting.grant_role(
            work, someone.public_id, Role.EDITOR, bank=OWN, starts_on=today + timedelta(1), ends_on=today + timedelta(3)
        )
    entry = audit(works, Permission.PEOPLE_ROLE_GRANT)[-1]
    assert entry.details == {
        "role": "editor", "bank": OWN, "since": str(today + timedelta(1)), "until": str(today + timedelta(3)),
    }  # fmt: skip
    seen = []
    for _ in range(5):
        with works.reading(SYSTEM) as work:
            seen.append(people.person_actor(work, someone.email).banks == {(Role.EDITOR, OWN)})
        clock.forward(days=1)
    assert seen == [False, True, True, True, False]
    with is_refused(Permission.PEOPLE_ROLE_GRANT), works.writing(hr.actor) as work:
        granting.grant_role(work, hr.public_id, Role.AUDITOR)


@pytest.mark.parametrize(
    ("role", "bounds", "days", "code"),
    [
        (Role.ADMIN, {}, (None, None), "role-not-given-so"),
        (Role.MANAGER, {}, (None, None), "role-not-given-so"),
        (Role.HR, {"bank": OWN}, (None, None), "role-without-bank"),
        (Role.EDITOR, {"bank": "no-such"}, (None, None), "bank-unknown"),
        (Role.AUDITOR, {"unit": "any"}, (None, None), "role-without-unit"),
        (Role.EDITOR, {}, (-1, None), "day-past"),
        (Role.EDITOR, {}, (3, 2), "ends-before-it-starts"),
    ],
)
def test_what_a_role_does_not_know_is_refused(
    works: Works,
    make_person: MakePerson,
    clock: Clock,
    role: Role,
    bounds: dict[str, str],
    days: tuple[int | None, int | None],
    code: str,
) -> None:
    hr, someone = make_person(Role.HR), make_person()
    first, last = (None if day is None else clock.now.date() + timedelta(day) for day in days)
    with pytest.raises(Refused) as refused, works.writing(hr.actor) as work:
        granting.grant_role(work, someone.public_id, role, starts_on=first, ends_on=last, **bounds)
    assert refused.value.code == code


def test_a_role_ends_at_once_and_for_its_bank_alone(works: Works, make_person: MakePerson) -> None:
    hr, someone = make_person(Role.HR), make_person(Role.EDITOR, bank=OWN)
    with works.writing(SYSTEM) as work:
        granting.grant_role(work, someone.public_id, Role.EDITOR, bank=OTHER)
    with pytest.raises(Refused), works.writing(hr.actor) as work:
        granting.grant_role(work, someone.public_id, Role.EDITOR, bank=OTHER)
    with works.writing(hr.actor) as work:
        granting.end_role(work, someone.public_id, "editor", OWN)
    with works.reading(SYSTEM) as work:
        assert people.person_actor(work, someone.email).banks == {(Role.EDITOR, OTHER)}
    for role, bank in (("editor", OWN), ("editor", None), ("admin", None), ("nothing", None)):
        with pytest.raises(NotFound), works.writing(hr.actor) as work:
            granting.end_role(work, someone.public_id, role, bank)
    with works.reading(hr.actor) as work:
        lines = [(one.person, one.role, one.bank) for one in granting.list_role_holders(work)]
    assert (someone.public_id, "editor", OTHER) in lines
    assert (hr.public_id, "hr", None) in lines


def explained(works: Works, who: Someone, permission: Permission, about: str) -> explaining.Explained:
    with works.reading(SYSTEM) as work:
        return explaining.explain(work, who.public_id, permission, about)


def test_why_a_bank_is_or_is_not_theirs(works: Works, narrow: Someone, clock: Clock) -> None:
    write = Permission.BANK_DRAFT_WRITE
    assert explained(works, narrow, write, f"bank:{OWN}").decision.because == "bank-editor"
    assert explained(works, narrow, write, f"bank:{OTHER}").decision.because == "another-bank"
    assert explained(works, narrow, write, f"scenario:{OTHERS}").target.banks == {OTHER}
    assert explained(works, narrow, write, "").decision.because == "not-of-one-bank"
    for about in ("bank:no-such", "scenario:no-such"):
        with pytest.raises(NotFound):
            explained(works, narrow, write, about)
    with works.writing(SYSTEM) as work:
        granting.end_role(work, narrow.public_id, "editor", OWN)
        granting.grant_role(work, narrow.public_id, Role.EDITOR, starts_on=clock.now.date() + timedelta(9))
    found = explained(works, narrow, write, f"bank:{OWN}")
    assert found.decision.because == "role-missing"
    assert {(one.role, one.bank, one.state) for one in found.grants} == {
        ("editor", OWN, "over"),
        ("editor", None, "to-come"),
        ("reviewer", OWN, "held"),
    }
