"""Accounts: throttle, links, passwords and sign-ins, each with the trace it leaves."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.db.models.people import (
    AccountRow,
    OneTimeLinkRow,
    PersonRow,
    RoleGrantRow,
    SignInFailureRow,
    SignInRow,
    UnitRow,
)
from quiz.engine.text import Text
from quiz.services import accounts, people, sign_ins
from quiz.services.delivering import prepare_link_mail
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import added, audit, everything, outbox

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]
NOBODY = Actor.nobody()
NEW = "another sentence for tests"
HERE = "127.0.0.1"


@pytest.fixture
def someone(make_person: MakePerson) -> Someone:
    return make_person()


def check(works: Works, email: str, password: str = PASSWORD, address: str = HERE) -> accounts.Checked:
    with works.reading(NOBODY) as work:
        return accounts.check_password(work, email, password, address)


def sign_in(works: Works, email: str, password: str = PASSWORD, address: str = HERE) -> str | None:
    checked = check(works, email, password, address)
    with works.writing(NOBODY) as work:
        return accounts.sign_in(work, checked, "a browser")


def signed_in(works: Works, token: str) -> sign_ins.SignedIn | None:
    with works.reading(NOBODY) as work:
        return sign_ins.find_signed_in(work, token)


def reset(works: Works, email: str, address: str = HERE) -> None:
    with works.writing(NOBODY) as work:
        accounts.request_reset(work, email, address)


def mailed_token(works: Works) -> str:
    """Return the token that the mail of the newest link would carry."""
    with works.database.reads() as session:
        link_id = session.scalars(select(OneTimeLinkRow.public_id).order_by(OneTimeLinkRow.id.desc())).first()
    with works.writing(SYSTEM) as work:
        mail = prepare_link_mail(work, str(link_id))
    assert mail is not None
    return mail.token


def leaves(works: Works, someone: Someone) -> None:
    """End somebody's time here at this very moment."""
    with works.database.writes() as session:
        gone = update(PersonRow).where(PersonRow.public_id == someone.public_id)
        session.execute(gone.values(active_until=works.tools.clock()))
        session.commit()


# Signing in


def test_a_sign_in_is_a_row_with_its_digest_and_an_entry_in_the_trace(works: Works, someone: Someone) -> None:
    before = everything(works)
    token = sign_in(works, f" {someone.email.upper()} ")
    assert set(added(before, everything(works))) == {"sign_in", "audit_entry"}
    told = {"what": "signed-in", "person": someone.public_id, "way": "password", "strength": "password"}
    assert audit(works)[-1].details == told
    assert signed_in(works, str(token)).actor.person_id == someone.actor.person_id
    assert str(token) not in str(everything(works))


def test_a_wrong_try_leaves_two_digests_and_no_name(works: Works, someone: Someone) -> None:
    before = everything(works)
    assert sign_in(works, someone.email, "wrong") is None
    changed = added(before, everything(works))
    assert set(changed) == {"audit_entry", "sign_in_failure"}
    assert someone.email not in str(changed)
    assert HERE not in str(changed)


def test_a_name_is_slowed_down_wherever_it_comes_from(works: Works, someone: Someone, clock: Clock) -> None:
    for number in range(accounts.FAILURES_BY_NAME):
        assert sign_in(works, someone.email.swapcase(), "wrong", f"10.0.0.{number}") is None
    with pytest.raises(NotReady, match="too-many-tries") as slowed:
        sign_in(works, someone.email, address="10.9.9.9")
    assert slowed.value.values == {"minutes": 15}
    clock.forward(minutes=15)
    with pytest.raises(NotReady, match="too-many-tries"):
        sign_in(works, someone.email)
    clock.forward(microseconds=1)
    assert sign_in(works, someone.email)


def test_an_address_is_slowed_down_whatever_names_it_tries(works: Works, someone: Someone) -> None:
    with works.database.writes() as session:
        digest = accounts._digests("", HERE)[1]
        names = (sign_ins.token_digest(f"name{number}") for number in range(accounts.FAILURES_BY_ADDRESS))
        now = works.tools.clock()
        session.add_all(SignInFailureRow(name_digest=name, address_digest=digest, at=now) for name in names)
        session.commit()
    with pytest.raises(NotReady, match="too-many-tries"):
        sign_in(works, someone.email)
    assert sign_in(works, someone.email, address="10.0.0.1")


def test_signing_in_forgets_the_slips_of_the_name(works: Works, someone: Someone) -> None:
    for _ in range(2):
        for _ in range(accounts.FAILURES_BY_NAME - 1):
            assert sign_in(works, someone.email, "wrong") is None
        assert sign_in(works, someone.email)


def test_a_password_changed_in_between_does_not_sign_in(works: Works, someone: Someone) -> None:
    checked = check(works, someone.email)
    with works.writing(someone.actor) as work:
        accounts.change_password(work, PASSWORD, NEW, "a browser")
    with works.writing(NOBODY) as work:
        assert accounts.sign_in(work, checked, "a browser") is None


def test_a_hash_of_weaker_settings_is_made_anew(works: Works, someone: Someone) -> None:
    weak = "$argon2id$v=19$m=8,t=1,p=1$"

    def stored() -> str:
        with works.database.reads() as session:
            return str(session.scalars(select(AccountRow.password_hash)).one())

    before = stored()
    assert before.startswith(weak)
    sign_in(works, someone.email)
    assert stored() == before
    stronger = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1)
    sign_in(replace(works, tools=replace(works.tools, hasher=stronger)), someone.email)
    assert "m=16," in stored()


def test_who_has_left_neither_signs_in_nor_stays_signed_in(works: Works, someone: Someone) -> None:
    token = str(sign_in(works, someone.email))
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id)
    link = mailed_token(works)
    leaves(works, someone)
    assert (sign_in(works, someone.email), signed_in(works, token)) == (None, None)
    with works.reading(NOBODY) as work, pytest.raises(NotFound):
        accounts.get_link(work, link)
    before = len(outbox(works))
    reset(works, someone.email)
    assert len(outbox(works)) == before


def test_a_sign_in_lasts_twelve_hours(works: Works, someone: Someone, clock: Clock) -> None:
    token = str(sign_in(works, someone.email))
    for hours in (3, 3, 3):
        clock.forward(hours=hours)
        found = signed_in(works, token)
        assert found
        with works.writing(someone.actor) as work:
            sign_ins.note_use(work, found.sign_in_id)
    clock.forward(hours=3, microseconds=-1)
    assert signed_in(works, token)
    clock.forward(microseconds=1)
    assert signed_in(works, token) is None


def test_a_sign_in_that_nobody_uses_for_hours_ends(works: Works, someone: Someone, clock: Clock) -> None:
    token = str(sign_in(works, someone.email))
    clock.forward(hours=4, microseconds=-1)
    assert signed_in(works, token)
    clock.forward(microseconds=1)
    assert signed_in(works, token) is None
    with works.reading(someone.actor) as work:
        assert sign_ins.list_own_sign_ins(work, token) == ()


def test_roles_hold_on_their_days_and_a_manager_sees_all_below(
    works: Works, make_person: MakePerson, unit: str, clock: Clock
) -> None:
    manager = make_person(Role.MANAGER, Role.EDITOR)
    with works.writing(SYSTEM) as work:
        below = people.add_unit(work, Text({"ar": "قسم", "en": "Section"}), "EG", unit)
        people.add_unit(work, Text({"ar": "جارة", "en": "Next door"}), "EG")
    token = str(sign_in(works, manager.email))
    seen = signed_in(works, token)
    assert seen.actor.roles == {Role.LEARNER, Role.MANAGER, Role.EDITOR}
    with works.database.reads() as session:
        wanted = {session.scalars(select(UnitRow.id).where(UnitRow.public_id == one)).one() for one in (unit, below)}
    assert seen.actor.managed_units == wanted
    with works.database.writes() as session:
        today = clock.now.date()
        session.execute(update(RoleGrantRow).where(RoleGrantRow.role == "editor").values(ends_on=today))
        session.execute(
            update(RoleGrantRow).where(RoleGrantRow.role == "manager").values(starts_on=today + timedelta(days=1))
        )
        session.commit()
    assert signed_in(works, token).actor.roles == {Role.LEARNER, Role.EDITOR}
    # In Cairo the next day begins at 22:00 UTC.
    clock.now = clock.now.replace(hour=20, minute=59)
    again = str(sign_in(works, manager.email))
    clock.forward(hours=2)
    assert signed_in(works, again).actor.roles == {Role.LEARNER, Role.MANAGER}


# Signing out


def test_signing_out_ends_this_browser_only_and_twice_is_once(
    works: Works, someone: Someone, changes_nothing: Unchanged
) -> None:
    first, second = (str(sign_in(works, someone.email)) for _ in range(2))
    with works.writing(someone.actor) as work:
        sign_ins.sign_out(work, first)
    assert (signed_in(works, first), signed_in(works, second) is not None) == (None, True)
    assert audit(works)[-1].details == {"what": "signed-out"}
    with changes_nothing(), works.writing(someone.actor) as work:
        sign_ins.sign_out(work, first)


def test_nobody_has_no_account_to_use(works: Works, someone: Someone, is_refused: IsRefused) -> None:
    deeds = (
        lambda work: sign_ins.sign_out(work, "0" * 64),
        lambda work: sign_ins.revoke_sign_in(work, "0" * 32),
        lambda work: accounts.set_language(work, "en"),
    )
    for actor in (NOBODY, SYSTEM):
        for deed in deeds:
            with is_refused(Permission.PEOPLE_ACCOUNT_USE), works.writing(actor) as work:
                deed(work)
        with is_refused(Permission.PEOPLE_ACCOUNT_USE), works.reading(actor) as work:
            sign_ins.list_own_sign_ins(work, "0" * 64)


def test_somebody_elses_sign_in_is_neither_listed_nor_ended(
    works: Works, someone: Someone, make_person: MakePerson, changes_nothing: Unchanged
) -> None:
    other = make_person()
    token = str(sign_in(works, someone.email))
    with works.reading(someone.actor) as work:
        (mine,) = sign_ins.list_own_sign_ins(work, token)
    with works.reading(other.actor) as work:
        assert sign_ins.list_own_sign_ins(work, token) == ()
    with changes_nothing(), works.writing(other.actor) as work:
        sign_ins.sign_out(work, token)
    with changes_nothing(), pytest.raises(NotFound), works.writing(other.actor) as work:
        sign_ins.revoke_sign_in(work, mine.public_id)


def test_an_ended_sign_in_is_traced(works: Works, someone: Someone) -> None:
    token = str(sign_in(works, someone.email))
    with works.reading(someone.actor) as work:
        (mine,) = sign_ins.list_own_sign_ins(work, token)
    with works.writing(someone.actor) as work:
        sign_ins.revoke_sign_in(work, mine.public_id)
    entry = audit(works)[-1]
    assert (entry.target_id, entry.details, entry.actor) == (mine.public_id, {"what": "revoked"}, someone.actor.name)


# Passwords


def test_a_new_password_ends_every_sign_in_but_the_new_one(works: Works, someone: Someone) -> None:
    old = [str(sign_in(works, someone.email)) for _ in range(2)]
    with works.writing(someone.actor) as work:
        fresh = accounts.change_password(work, PASSWORD, NEW, "a browser")
    assert [signed_in(works, token) for token in old] == [None, None]
    assert signed_in(works, fresh)
    assert {"what": "password-changed"} in [entry.details for entry in audit(works)]
    assert (sign_in(works, someone.email), sign_in(works, someone.email, NEW) is not None) == (None, True)


@pytest.mark.parametrize(
    ("current", "new", "code", "field"),
    [
        ("wrong", NEW, "wrong-password", "current"),
        (PASSWORD, "123456789", "password-short", "new"),
        (PASSWORD, "ab" * 101, "password-long", "new"),
        (PASSWORD, "abcabcabcabc", "password-simple", "new"),
        (PASSWORD, "I am PERSON1 here", "password-personal", "new"),
        (PASSWORD, "qwertyuiop", "password-common", "new"),
        (PASSWORD, "organisation12 الجهة", "password-expected", "new"),
    ],
)
def test_a_password_that_is_refused_changes_nothing(
    works: Works, someone: Someone, changes_nothing: Unchanged, current: str, new: str, code: str, field: str
) -> None:
    token = str(sign_in(works, someone.email))
    with changes_nothing(), pytest.raises(Refused, match=code) as refusal, works.writing(someone.actor) as work:
        accounts.change_password(work, current, new, "a browser")
    assert refusal.value.values["field"] == field
    assert signed_in(works, token)


# Links


def test_a_link_for_a_new_password_opens_once_and_ends_what_was_open(works: Works, someone: Someone) -> None:
    old = str(sign_in(works, someone.email))
    reset(works, someone.email)
    token = mailed_token(works)
    assert token not in str(everything(works))
    with works.reading(NOBODY) as work:
        link = accounts.get_link(work, token)
    assert (link.purpose, link.name, link.email) == ("reset", someone.name, someone.email)
    with works.writing(NOBODY) as work:
        fresh, lands_on = accounts.use_link(work, token, NEW, "a browser")
    assert (signed_in(works, old), signed_in(works, fresh) is not None, lands_on) == (None, True, "/")
    assert {"what": "reset"} in [entry.details for entry in audit(works, Permission.PEOPLE_ACCOUNT_RECOVER)]
    with works.reading(NOBODY) as work, pytest.raises(NotFound):
        accounts.get_link(work, token)
    with works.writing(NOBODY) as work, pytest.raises(NotFound):
        accounts.use_link(work, token, NEW, "a browser")


def test_a_weak_password_leaves_the_link_open(works: Works, someone: Someone, changes_nothing: Unchanged) -> None:
    reset(works, someone.email)
    token = mailed_token(works)
    with changes_nothing(), pytest.raises(Refused, match="password-short"), works.writing(NOBODY) as work:
        accounts.use_link(work, token, "short", "a browser")
    with works.writing(NOBODY) as work:
        assert accounts.use_link(work, token, NEW, "a browser")


@pytest.mark.parametrize(("purpose", "lasts"), [("reset", timedelta(hours=1)), ("invitation", timedelta(days=7))])
def test_a_link_closes_at_its_time(
    works: Works, someone: Someone, clock: Clock, purpose: str, lasts: timedelta
) -> None:
    if purpose == "reset":
        reset(works, someone.email)
    else:
        with works.writing(SYSTEM) as work:
            people.invite(work, someone.public_id)
    token = mailed_token(works)
    clock.now += lasts - timedelta(microseconds=1)
    with works.reading(NOBODY) as work:
        assert accounts.get_link(work, token).purpose == purpose
    clock.forward(microseconds=1)
    with works.reading(NOBODY) as work, pytest.raises(NotFound):
        accounts.get_link(work, token)
    with works.writing(NOBODY) as work, pytest.raises(NotFound):
        accounts.use_link(work, token, NEW, "a browser")


def test_an_unknown_address_gets_no_mail_and_the_same_answer(works: Works, someone: Someone) -> None:
    before = everything(works)
    reset(works, "nobody@x.example")
    assert set(added(before, everything(works))) == {"sign_in_failure"}


def test_a_mailbox_is_not_flooded(works: Works, someone: Someone, clock: Clock) -> None:
    for number in range(5):
        reset(works, someone.email, f"10.0.0.{number}")
    assert len(outbox(works, "MailRequested")) == 3
    # Asking for links does not lock out who knows the password.
    assert sign_in(works, someone.email)
    clock.forward(minutes=16)
    reset(works, someone.email)
    assert len(outbox(works, "MailRequested")) == 4


def test_the_outbox_holds_no_address_and_no_token(works: Works, someone: Someone) -> None:
    reset(works, someone.email)
    (message,) = outbox(works)
    assert set(message.payload) == {"template", "person_id", "link_id"}
    assert message.payload["person_id"] == someone.public_id


def test_the_language_stays_with_the_person(works: Works, someone: Someone) -> None:
    token = str(sign_in(works, someone.email))
    with works.writing(someone.actor) as work:
        accounts.set_language(work, "en")
    assert signed_in(works, token).language == "en"


def test_a_sign_in_that_is_not_stored_is_not_known(works: Works, someone: Someone) -> None:
    assert signed_in(works, "0" * 64) is None
    with works.database.reads() as session:
        assert session.scalars(select(SignInRow)).all() == []
