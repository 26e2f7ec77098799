"""Passkeys: they sign in alone, answer a challenge once, and belong to one person and one address."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from quiz.access.actor import Actor
from quiz.services import factors, passkeys, proving, second_step, sign_ins
from quiz.services.delivering import forget_failures
from quiz.services.errors import NotFound, Refused
from quiz.services.second_step import Halfway
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit, everything
from tests.services.deeds.test_accounts import sign_in, signed_in
from tests.services.deeds.test_factors import halfway, set_up, told
from tests.services.deeds.test_factors import someone as someone
from tests.services.deeds.test_factors import token as token
from tests.soft_key import PRESENT, SoftKey

NOBODY = Actor.nobody()
HERE = "127.0.0.1"
NEW = "another sentence for tests"
NAMED = "http://localhost:8000"


@pytest.fixture
def named(works: Works) -> Works:
    """The same door at an address that browsers keep passkeys for."""
    return replace(works, tools=replace(works.tools, base_url=NAMED))


@pytest.fixture
def key() -> SoftKey:
    return SoftKey(NAMED, "localhost")


def keep(works: Works, someone: Someone, token: str, key: SoftKey, name: str = "phone") -> factors.Added:
    with works.writing(someone.actor) as work:
        asked = passkeys.begin_register(work, "Amana")
    with works.writing(someone.actor) as work:
        return passkeys.register(work, token, asked.ceremony, key.make(asked.options), name)


def ask(works: Works) -> passkeys.Challenge:
    with works.writing(NOBODY) as work:
        return passkeys.begin_sign_in(work)


def answer(works: Works, ceremony: str, sent: str) -> str:
    with works.writing(NOBODY) as work:
        return passkeys.sign_in(work, ceremony, sent, "a browser")


def test_a_passkey_signs_in_alone_and_with_full_strength(
    named: Works, someone: Someone, token: str, key: SoftKey
) -> None:
    added = keep(named, someone, token, key)
    assert len(added.codes) == 10
    asked = ask(named)
    assert someone.email not in asked.options
    found = signed_in(named, answer(named, asked.ceremony, key.show(asked.options)))
    assert (found.actor.person_id, found.strength) == (someone.actor.person_id, sign_ins.SECOND_FACTOR)
    assert isinstance(sign_in(named, someone.email), Halfway)


def test_a_challenge_is_answered_once(named: Works, someone: Someone, token: str, key: SoftKey) -> None:
    keep(named, someone, token, key)
    asked = ask(named)
    sent = key.show(asked.options)
    answer(named, asked.ceremony, sent)
    for ceremony in (asked.ceremony, ask(named).ceremony):
        with pytest.raises(Refused, match="passkey-refused"):
            answer(named, ceremony, sent)


Spoil = Callable[[SoftKey], None]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: setattr(key, "origin", "https://amana.example.evil"),
        lambda key: setattr(key, "origin", "http://localhost:8001"),
        lambda key: setattr(key, "rp_id", "evil.example"),
        lambda key: setattr(key, "flags", PRESENT),
        lambda key: setattr(key, "count", -1),
        lambda key: setattr(key, "key", SoftKey("", "").key),
        lambda key: setattr(key, "credential_id", b"of nobody"),
    ],
    ids=["other-site", "other-port", "other-party", "nobody-verified", "count-goes-back", "other-key", "unknown"],
)
def test_a_passkey_that_does_not_fit_is_refused(
    named: Works, someone: Someone, token: str, key: SoftKey, spoil: Spoil
) -> None:
    keep(named, someone, token, key)
    asked = ask(named)
    answer(named, asked.ceremony, key.show(asked.options))
    spoil(key)
    asked = ask(named)
    with pytest.raises(Refused, match="passkey-refused"):
        answer(named, asked.ceremony, key.show(asked.options))


@pytest.mark.parametrize("sent", ["", "null", "[]", "{}", '{"id": 1}', '{"id": "x", "response": []}', "x" * 20_000])
def test_what_is_no_answer_is_refused(named: Works, someone: Someone, token: str, key: SoftKey, sent: str) -> None:
    keep(named, someone, token, key)
    with pytest.raises(Refused, match="passkey-refused"):
        answer(named, ask(named).ceremony, sent)
    with named.writing(someone.actor) as work:
        asked = passkeys.begin_register(work, "Amana")
    with pytest.raises(Refused, match="passkey-refused"), named.writing(someone.actor) as work:
        passkeys.register(work, token, asked.ceremony, sent, "phone")


def test_a_challenge_is_for_one_purpose_one_person_and_five_minutes(
    named: Works, someone: Someone, token: str, key: SoftKey, make_person: MakePerson, clock: Clock
) -> None:
    fresh = keep(named, someone, token, key).token
    other = make_person()
    theirs = SoftKey(NAMED, "localhost", b"of another")
    keep(named, other, str(sign_in(named, other.email)), theirs)
    # One for the second step of one person is neither for signing in, nor for another person.
    step = halfway(named, someone)
    with named.writing(NOBODY) as work:
        asked = passkeys.begin_second(work, step)
    with pytest.raises(Refused):
        answer(named, asked.ceremony, key.show(asked.options))
    with named.writing(NOBODY) as work:
        asked = passkeys.begin_second(work, step)
    with pytest.raises(Refused), named.writing(NOBODY) as work:
        passkeys.end_step(work, step, asked.ceremony, theirs.show(asked.options), "a browser")
    with named.writing(someone.actor) as work:
        asked = passkeys.begin_prove(work)
    with pytest.raises(Refused), named.writing(other.actor) as work:
        proving.prove_by_passkey(work, fresh, asked.ceremony, theirs.show(asked.options))
    asked = ask(named)
    clock.forward(minutes=5)
    with pytest.raises(Refused):
        answer(named, asked.ceremony, key.show(asked.options))


def test_a_passkey_is_a_second_step_and_a_proof(
    named: Works, someone: Someone, token: str, key: SoftKey, clock: Clock
) -> None:
    keep(named, someone, token, key)
    step = halfway(named, someone)
    with named.writing(NOBODY) as work:
        asked = passkeys.begin_second(work, step)
    with named.writing(NOBODY) as work:
        held, _ = passkeys.end_step(work, step, asked.ceremony, key.show(asked.options), "a browser")
    clock.forward(minutes=16)
    with named.writing(someone.actor) as work:
        asked = passkeys.begin_prove(work)
    with named.writing(someone.actor) as work:
        fresh = proving.prove_by_passkey(work, held, asked.ceremony, key.show(asked.options))
    assert signed_in(named, fresh).is_proved(clock.now)


def test_a_wrong_passkey_is_written_down_where_it_was_asked_of_somebody(
    named: Works, someone: Someone, token: str, key: SoftKey
) -> None:
    added = keep(named, someone, token, key)
    step = halfway(named, someone)
    with named.writing(NOBODY) as work:
        asked = passkeys.begin_second(work, step)
    with pytest.raises(Refused), named.writing(NOBODY) as work:
        passkeys.end_step(work, step, asked.ceremony, "{}", "a browser")
    with named.writing(NOBODY) as work:
        passkeys.forget(work, asked.ceremony)
    with named.writing(someone.actor) as work:
        asked = passkeys.begin_prove(work)
    with pytest.raises(Refused), named.writing(someone.actor) as work:
        proving.prove_by_passkey(work, added.token, asked.ceremony, "{}")
    with named.writing(someone.actor) as work:
        passkeys.forget(work, asked.ceremony)
    with named.writing(NOBODY) as work:
        # One that was answered already, or made up, is nobody's.
        passkeys.forget(work, asked.ceremony)
    failed = [one for one in audit(named) if not one.was_allowed]
    assert [(one.because, one.details["way"], one.target_id) for one in failed] == [
        ("wrong-passkey", "second", someone.public_id),
        ("wrong-passkey", "prove", someone.public_id),
    ]


def test_passkeys_are_several_named_and_taken_away_by_their_person_alone(
    named: Works, someone: Someone, token: str, key: SoftKey, make_person: MakePerson
) -> None:
    fresh = keep(named, someone, token, key).token
    added = keep(named, someone, fresh, SoftKey(NAMED, "localhost", b"a second"), "مفتاح المكتب")
    assert added.codes == ()
    with named.reading(someone.actor) as work:
        held = factors.get_own(work).passkeys
    assert [one.name for one in held] == ["phone", "مفتاح المكتب"]
    other = make_person()
    with pytest.raises(NotFound), named.writing(other.actor) as work:
        passkeys.remove(work, "", held[0].public_id)
    with pytest.raises(Refused), named.writing(other.actor) as work:
        asked = passkeys.begin_register(work, "Amana")
        passkeys.register(work, "", asked.ceremony, key.make(asked.options), "stolen")
    with named.writing(someone.actor) as work:
        fresh = passkeys.remove(work, added.token, held[0].public_id)
    asked = ask(named)
    with pytest.raises(Refused):
        answer(named, asked.ceremony, key.show(asked.options))
    assert signed_in(named, fresh).strength == sign_ins.SECOND_FACTOR
    assert told(named) == ["passkey-added", "passkey-added", "passkey-removed"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://training.example", True), ("http://localhost:8000", True), ("http://127.0.0.1:8000", False),
        ("https://10.0.0.7", False), ("http://training.example", False), ("https://[::1]", False),
    ],
)  # fmt: skip
def test_browsers_keep_passkeys_for_names_over_https(address: str, expected: bool) -> None:
    assert passkeys.are_possible(address) is expected


def test_what_was_begun_is_forgotten(works: Works, someone: Someone, token: str, clock: Clock) -> None:
    set_up(works, someone, token)
    halfway(works, someone)
    ask(works)
    clock.forward(minutes=10)
    with works.writing(Actor.system("tests")) as work:
        forget_failures(work)
    stored = everything(works)
    assert not stored["second_step"]
    assert not stored["passkey_ceremony"]
    assert timedelta(minutes=10) == second_step.STEP_LASTS
