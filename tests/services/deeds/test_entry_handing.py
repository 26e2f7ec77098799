"""What HR hands out, and how narrow a sign-in by a link is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.people import PersonRow
from quiz.services import accounts, entry_links, factors, people, sign_ins
from quiz.services.errors import NotAllowed, NotFound, NotReady, Refused
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import outbox
from tests.services.deeds.test_entry_links import driver as driver
from tests.services.deeds.test_entry_links import entries, hand, linked, opened, rows, use, works_code
from tests.services.deeds.test_entry_links import switched_on as switched_on
from tests.services.deeds.test_staffing import HEADS, carry_out
from tests.services.deeds.test_staffing import staff as staff
from tests.services.deeds.test_staffing import units as units

NOBODY = Actor.nobody()


def test_hr_hands_out_a_link_and_a_code_for_a_day_and_they_are_told(
    works: Works, driver: Someone, make_person: MakePerson, clock: Clock
) -> None:
    hr = make_person(Role.HR)
    handed = hand(works, hr, driver, "  سائق بلا بريد  ")
    (row,) = rows(works)
    assert (row.purpose, row.reason, row.expires_at) == ("handed", "سائق بلا بريد", clock.now + timedelta(hours=24))
    (made,) = entries(works, Permission.PEOPLE_ENTRY_HAND)
    assert made.actor == hr.actor.name
    assert made.details == {"what": "made", "purpose": "handed", "person": driver.public_id}
    assert [one.payload["what"] for one in outbox(works, "AccountChanged")] == ["entry-handed"]
    assert opened(works, handed.token)
    entered = works_code(works, f" {handed.code.lower()} ")
    assert entered is not None
    # One door: the link beside the code is used up with it.
    assert not opened(works, handed.token)
    assert works_code(works, handed.code) is None


def test_a_link_that_was_used_ends_the_paper_as_well(works: Works, driver: Someone, make_person: MakePerson) -> None:
    handed = hand(works, make_person(Role.HR), driver)
    assert use(works, linked(works, driver)) is not None
    assert not opened(works, handed.token)
    assert works_code(works, handed.code) is None


def test_who_left_and_came_back_by_a_file_has_no_link_from_before(works: Works, staff: None) -> None:
    with works.writing(SYSTEM) as work:
        public_id = people.find_person_id(work, "sami@amana.example")
    sami = Someone(public_id, "sami@amana.example", "سامي", NOBODY)
    token = linked(works, sami)
    one = f"{HEADS}\n0012,سامي,sami@amana.example,IT,,,{{}},,,it\n"
    carry_out(works, one.format("2026-11-20"))
    assert not opened(works, token)
    carry_out(works, one.format(""))
    with works.database.reads() as session:
        assert session.get_one(PersonRow, rows(works)[0].person_id).active_until is None
    assert not opened(works, token)


def test_handing_out_needs_a_reason_and_somebody_else(works: Works, driver: Someone, make_person: MakePerson) -> None:
    hr, learner = make_person(Role.HR), make_person()
    with pytest.raises(Refused, match="reason-missing"):
        hand(works, hr, driver, "  ")
    with pytest.raises(NotAllowed):
        hand(works, learner, driver)
    oneself = Someone(driver.public_id, "", "", replace(driver.actor, roles=frozenset({Role.HR})))
    with pytest.raises(NotAllowed):
        hand(works, oneself, driver)
    with pytest.raises(NotFound), works.writing(hr.actor) as work:
        entry_links.hand_over(work, "0" * 32, "سبب")
    assert rows(works) == []


def test_codes_are_not_guessed_at_leisure(works: Works, driver: Someone, make_person: MakePerson) -> None:
    handed = hand(works, make_person(Role.HR), driver)
    for _ in range(accounts.FAILURES_BY_ADDRESS):
        assert works_code(works, "ABCD-EFGH-JKMNP") is None
    with pytest.raises(NotReady):
        works_code(works, handed.code)
    said = [one.because for one in entries(works, Permission.PEOPLE_ENTRY_USE)]
    assert said == ["wrong-code"] * accounts.FAILURES_BY_ADDRESS + ["too-many-tries"]
    with works.writing(NOBODY) as work:
        assert entry_links.use_code(work, handed.code, "127.0.0.2", "a browser") is not None


def narrow(works: Works, driver: Someone) -> tuple[Actor, str]:
    entered = use(works, linked(works, driver))
    assert entered is not None
    with works.reading(NOBODY) as work:
        found = sign_ins.find_signed_in(work, entered[0])
    assert found is not None
    return found.actor, entered[0]


def test_a_role_that_comes_later_does_not_widen_it(works: Works, driver: Someone) -> None:
    _, token = narrow(works, driver)
    with works.writing(SYSTEM) as work:
        people.grant_role(work, driver.public_id, Role.HR, None)
    with works.reading(NOBODY) as work:
        found = sign_ins.find_signed_in(work, token)
    assert found is not None
    assert found.actor.roles == {Role.LEARNER}


def test_it_cannot_change_how_one_signs_in(works: Works, driver: Someone) -> None:
    actor, token = narrow(works, driver)
    deeds: list[Callable[..., object]] = [
        lambda work: accounts.change_password(work, "", "another sentence for tests", "a browser"),
        factors.begin_authenticator,
        factors.make_recovery_codes,
        lambda work: sign_ins.prove_anew(work, token, sign_ins.PASSWORD),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed) as refusal, works.writing(actor) as work:
            deed(work)
        assert refusal.value.decision.because == "came-by-link"


def test_it_ends_when_nobody_uses_it_and_is_ended_like_others(works: Works, driver: Someone, clock: Clock) -> None:
    actor, token = narrow(works, driver)
    with works.reading(actor) as work:
        (listed,) = sign_ins.list_own_sign_ins(work, token)
    with works.writing(actor) as work:
        sign_ins.revoke_sign_in(work, listed.public_id)
    with works.reading(NOBODY) as work:
        assert sign_ins.find_signed_in(work, token) is None
    _, token = narrow(works, driver)
    clock.forward(hours=5)
    with works.reading(NOBODY) as work:
        assert sign_ins.find_signed_in(work, token) is None
