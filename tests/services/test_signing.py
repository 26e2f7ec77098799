"""Signing in: one answer for unknown and wrong, slowed down, revocable; links that open one door once."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from quiz.access.actor import Actor
from quiz.services import accounts
from quiz.services.delivering import prepare_link_mail
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.services.people import invite
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, Someone
from tests.fixtures.settings import Clock

NEW = "another sentence for tests"


def sign_in(works: Works, email: str, password: str = PASSWORD, address: str = "127.0.0.1") -> str | None:
    with works.reading(Actor.nobody()) as work:
        checked = accounts.check_password(work, email, password, address)
    with works.writing(Actor.nobody()) as work:
        return accounts.sign_in(work, checked, "a browser")


def holder(works: Works, token: str) -> accounts.SignedIn | None:
    with works.reading(Actor.nobody()) as work:
        return accounts.find_signed_in(work, token)


def test_the_right_password_signs_in_and_only_a_digest_is_stored(works: Works, hire: Someone) -> None:
    token = sign_in(works, hire.email.upper())
    assert token is not None
    found = holder(works, token)
    assert found is not None
    assert found.public_id == hire.public_id
    with works.database.reads() as session:
        assert token not in str(session.execute(text("SELECT * FROM sign_in")).all())


@pytest.mark.parametrize(("email", "password"), [("person1@amana.example", "wrong"), ("nobody@x.example", PASSWORD)])
def test_unknown_and_wrong_are_answered_alike(works: Works, hire: Someone, email: str, password: str) -> None:
    assert sign_in(works, email, password) is None


class HeardHasher(PasswordHasher):
    """A hasher that tells how each verification ended."""

    heard: ClassVar[list[str]] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        try:
            return super().verify(hash, password)
        except Exception as fault:
            self.heard.append(type(fault).__name__)
            raise


def test_an_unknown_name_costs_a_whole_hash_too(works: Works, hire: Someone) -> None:
    HeardHasher.heard.clear()
    sign_in(replace(works, tools=replace(works.tools, hasher=HeardHasher())), "nobody@x.example")
    assert HeardHasher.heard == ["VerifyMismatchError"]


def test_tries_are_slowed_down_by_name_and_open_again(works: Works, hire: Someone, clock: Clock) -> None:
    for _ in range(accounts.FAILURES_BY_NAME):
        assert sign_in(works, hire.email, "wrong") is None
    with pytest.raises(NotReady):
        sign_in(works, hire.email)
    clock.forward(minutes=16)
    assert sign_in(works, hire.email)


def test_a_sign_in_ends_by_its_time_by_signing_out_and_by_its_owner(works: Works, hire: Someone, clock: Clock) -> None:
    first, second, third = (str(sign_in(works, hire.email)) for _ in range(3))
    with works.writing(hire.actor) as work:
        accounts.sign_out(work, first)
    with works.reading(hire.actor) as work:
        listed = accounts.list_own_sign_ins(work, third)
    (other,) = [one for one in listed if not one.is_this_one]
    with works.writing(hire.actor) as work:
        accounts.revoke_sign_in(work, other.public_id)
    assert [holder(works, token) is not None for token in (first, second, third)] == [False, False, True]
    clock.forward(hours=12)
    assert holder(works, third) is None


def test_somebody_elses_sign_in_is_not_ended(works: Works, hire: Someone, make_person: Callable[..., Someone]) -> None:
    token = str(sign_in(works, hire.email))
    with works.reading(hire.actor) as work:
        (one,) = accounts.list_own_sign_ins(work, token)
    with works.writing(make_person().actor) as work, pytest.raises(NotFound):
        accounts.revoke_sign_in(work, one.public_id)


def test_a_new_password_ends_every_other_sign_in(works: Works, hire: Someone) -> None:
    old = str(sign_in(works, hire.email))
    with works.writing(hire.actor) as work:
        fresh = accounts.change_password(work, PASSWORD, NEW, "a browser")
    assert (holder(works, old), holder(works, fresh) is not None) == (None, True)
    assert sign_in(works, hire.email) is None
    assert sign_in(works, hire.email, NEW)


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "password-short"), ("x" * 201, "password-long"), ("aaaaaaaaaaaa", "password-simple"),
     ("person1 is my name", "password-personal")],
)  # fmt: skip
def test_a_weak_password_is_refused_with_its_reason(works: Works, hire: Someone, password: str, code: str) -> None:
    with pytest.raises(Refused, match=code), works.writing(hire.actor) as work:
        accounts.change_password(work, PASSWORD, password, "a browser")


def link_token(works: Works) -> str:
    with works.database.reads() as session:
        link = session.execute(text("SELECT public_id FROM one_time_link ORDER BY id DESC LIMIT 1")).scalar_one()
    with works.writing(SYSTEM) as work:
        mail = prepare_link_mail(work, link)
    assert mail is not None
    return mail.token


def test_a_link_opens_once_and_lands_where_it_should(works: Works, hire: Someone, clock: Clock) -> None:
    with works.writing(SYSTEM) as work:
        invite(work, hire.public_id, "onboarding-social-media")
    token = link_token(works)
    with works.reading(Actor.nobody()) as work:
        assert accounts.get_link(work, token).purpose == "invitation"
    with works.writing(Actor.nobody()) as work:
        fresh, lands_on = accounts.use_link(work, token, NEW, "a browser")
    assert lands_on == "/learn/modules/onboarding-social-media"
    assert holder(works, fresh)
    with works.writing(Actor.nobody()) as work, pytest.raises(NotFound):
        accounts.use_link(work, token, NEW, "a browser")


def test_a_link_closes_with_its_time(works: Works, hire: Someone, clock: Clock) -> None:
    with works.writing(Actor.nobody()) as work:
        accounts.request_reset(work, hire.email, "127.0.0.1")
    token = link_token(works)
    clock.forward(minutes=61)
    with works.reading(Actor.nobody()) as work, pytest.raises(NotFound):
        accounts.get_link(work, token)


def test_a_reset_for_an_unknown_address_sends_nothing(works: Works, hire: Someone) -> None:
    with works.writing(Actor.nobody()) as work:
        accounts.request_reset(work, "nobody@x.example", "127.0.0.1")
    with works.database.reads() as session:
        assert session.execute(text("SELECT count(*) FROM outbox_message")).scalar_one() == 0
