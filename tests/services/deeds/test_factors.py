"""Second factors: set up by a proof, spent once, slowed down, told of; and none of them gone round."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.db.models.factors import AuthenticatorRow, RecoveryCodeRow
from quiz.services import accounts, factors, passkeys, proving, second_step, sign_ins
from quiz.services.errors import NotFound, NotReady, Refused
from quiz.services.one_time_codes import code_at, step_of
from quiz.services.second_step import Halfway
from quiz.services.unit_of_work import UnitOfWork, Works
from quiz.services.vault import Unopenable, Vault
from tests.fixtures.people import PASSWORD, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit, everything, outbox
from tests.services.deeds.test_accounts import mailed_token, reset, sign_in, signed_in

NOBODY = Actor.nobody()
HERE = "127.0.0.1"
NEW = "another sentence for tests"
NAMED = "http://localhost:8000"


@pytest.fixture
def someone(make_person: MakePerson) -> Someone:
    return make_person()


@pytest.fixture
def token(works: Works, someone: Someone) -> str:
    return str(sign_in(works, someone.email))


def secret_of(works: Works, someone: Someone) -> bytes:
    with works.database.reads() as session:
        row = session.get_one(AuthenticatorRow, someone.actor.person_id)
        return works.tools.vault.open(row.sealed, someone.public_id)


def shown(works: Works, someone: Someone, steps: int = 0) -> str:
    """What the app of somebody shows now, or some half minutes off."""
    return code_at(secret_of(works, someone), step_of(works.tools.clock()) + steps)


def set_up(works: Works, someone: Someone, token: str) -> factors.Added:
    with works.writing(someone.actor) as work:
        factors.begin_authenticator(work)
    with works.writing(someone.actor) as work:
        return factors.confirm_authenticator(work, token, shown(works, someone))


def enter(works: Works, step: str, typed: str) -> tuple[str, str] | None:
    with works.writing(NOBODY) as work:
        return second_step.enter_code(work, step, typed, HERE, "a browser")


def halfway(works: Works, someone: Someone) -> str:
    entered = sign_in(works, someone.email)
    assert isinstance(entered, Halfway)
    return entered.token


def told(works: Works) -> list[str]:
    return [row.payload["what"] for row in outbox(works) if row.kind == "AccountChanged"]


# The app


def test_an_app_counts_once_it_showed_a_code(works: Works, someone: Someone, token: str) -> None:
    with works.writing(someone.actor) as work:
        factors.begin_authenticator(work)
    assert isinstance(sign_in(works, someone.email), str)
    with pytest.raises(Refused, match="wrong-code"), works.writing(someone.actor) as work:
        factors.confirm_authenticator(work, token, shown(works, someone, 5))
    added = set_up(works, someone, token)
    assert len(added.codes) == len(set(added.codes)) == 10
    # 28 letters of five bits, of which the last holds one: 136 in all.
    assert all(len(code.replace("-", "")) == 28 for code in added.codes)
    assert isinstance(sign_in(works, someone.email), Halfway)
    assert told(works) == ["authenticator-added"]


def test_neither_the_secret_nor_a_code_stands_in_the_database(works: Works, someone: Someone, token: str) -> None:
    added = set_up(works, someone, token)
    stored = str(everything(works))
    assert secret_of(works, someone).hex() not in stored
    assert not [code for code in added.codes if code in stored or code.replace("-", "") in stored]


def test_a_new_factor_ends_other_browsers_and_renews_the_token(works: Works, someone: Someone, token: str) -> None:
    other = str(sign_in(works, someone.email))
    fresh = set_up(works, someone, token).token
    assert (signed_in(works, other), signed_in(works, token)) == (None, None)
    assert signed_in(works, fresh).strength == sign_ins.SECOND_FACTOR


def test_a_secret_that_was_begun_is_worth_nothing_after_an_hour(
    works: Works, someone: Someone, token: str, clock: Clock
) -> None:
    with works.writing(someone.actor) as work:
        factors.begin_authenticator(work)
    clock.forward(hours=1)
    with pytest.raises(NotFound), works.writing(someone.actor) as work:
        factors.confirm_authenticator(work, token, shown(works, someone))


def test_a_second_app_is_refused_and_a_shown_secret_is_not_shown_again(
    works: Works, someone: Someone, token: str
) -> None:
    set_up(works, someone, token)
    with pytest.raises(Refused, match="authenticator-stands"), works.writing(someone.actor) as work:
        factors.begin_authenticator(work)
    with pytest.raises(NotFound), works.reading(someone.actor) as work:
        factors.get_set_up(work)


def test_without_the_last_factor_codes_go_and_the_password_is_enough(
    works: Works, someone: Someone, token: str
) -> None:
    fresh = set_up(works, someone, token).token
    with works.writing(someone.actor) as work:
        fresh = factors.remove_authenticator(work, fresh)
    assert signed_in(works, fresh).strength == sign_ins.PASSWORD
    assert isinstance(sign_in(works, someone.email), str)
    with works.database.reads() as session:
        assert not session.scalars(select(RecoveryCodeRow)).all()
    assert told(works)[-1] == "authenticator-removed"
    with pytest.raises(Refused, match="no-second-factor"), works.writing(someone.actor) as work:
        factors.make_recovery_codes(work)


# The second step


def test_the_second_step_opens_by_a_code_once(works: Works, someone: Someone, token: str, clock: Clock) -> None:
    set_up(works, someone, token)
    clock.forward(minutes=1)
    first, code = halfway(works, someone), shown(works, someone)
    assert signed_in(works, first) is None
    entered = enter(works, first, f" {code[:3]} {code[3:]} ".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    assert entered is not None
    found = signed_in(works, entered[0])
    assert (found.strength, found.actor.person_id) == (sign_ins.SECOND_FACTOR, someone.actor.person_id)
    with pytest.raises(NotFound):
        enter(works, first, code)
    # Seen over a shoulder, the same code is worth nothing, nor is the one before it.
    second = halfway(works, someone)
    assert enter(works, second, code) is None
    assert enter(works, second, shown(works, someone, -1)) is None
    clock.forward(seconds=30)
    assert enter(works, second, shown(works, someone)) is not None


def test_a_code_of_somebody_else_opens_nothing(
    works: Works, someone: Someone, token: str, make_person: MakePerson
) -> None:
    other = make_person()
    set_up(works, someone, token)
    set_up(works, other, str(sign_in(works, other.email)))
    assert enter(works, halfway(works, someone), shown(works, other, 1)) is None


def test_a_half_done_sign_in_ends_after_ten_minutes(works: Works, someone: Someone, token: str, clock: Clock) -> None:
    set_up(works, someone, token)
    step = halfway(works, someone)
    clock.forward(minutes=10)
    with pytest.raises(NotFound):
        enter(works, step, shown(works, someone))


def test_guessing_codes_is_slowed_down_and_told_but_locks_nobody_out(
    works: Works, someone: Someone, token: str, clock: Clock
) -> None:
    set_up(works, someone, token)
    clock.forward(minutes=1)
    for _ in range(factors.CODE_FAILURES):
        assert enter(works, halfway(works, someone), "000000") is None
    step = halfway(works, someone)
    with pytest.raises(NotReady, match="too-many-codes"):
        enter(works, step, shown(works, someone))
    assert told(works).count("codes-guessed") == 1
    clock.forward(minutes=15, microseconds=1)
    assert enter(works, halfway(works, someone), shown(works, someone)) is not None


def test_wrong_codes_are_written_down_and_once_that_one_is_turned_away(
    works: Works, someone: Someone, token: str, clock: Clock
) -> None:
    set_up(works, someone, token)
    clock.forward(minutes=1)
    assert enter(works, halfway(works, someone), "000000") is None
    assert enter(works, halfway(works, someone), "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA") is None
    with works.reading(someone.actor) as work:
        checked = proving.check_password(work, PASSWORD, HERE)
    with works.writing(someone.actor) as work:
        assert proving.prove(work, token, checked, "000000", HERE) is None
    for _ in range(factors.CODE_FAILURES - 3):
        assert enter(works, halfway(works, someone), "000000") is None
    with pytest.raises(NotReady):
        enter(works, halfway(works, someone), "000000")
    failed = [one for one in audit(works) if not one.was_allowed]
    assert {(one.deed, one.target_id) for one in failed} == {("people:account:use", someone.public_id)}
    said = [(one.because, one.details.get("way")) for one in failed]
    right = [("wrong-code", "code"), ("wrong-code", "recovery-code")]
    assert said == right + [("wrong-code", "code")] * (factors.CODE_FAILURES - 2) + [("too-many-tries", None)]
    assert failed[2].actor == someone.actor.name


def test_nobody_guesses_all_day(works: Works, someone: Someone, token: str, clock: Clock) -> None:
    set_up(works, someone, token)
    tries = 0
    with pytest.raises(NotReady):
        for _ in range(20):
            for _ in range(factors.CODE_FAILURES):
                assert enter(works, halfway(works, someone), "000000") is None
                tries += 1
            clock.forward(minutes=15, microseconds=1)
    assert tries == factors.CODE_FAILURES_A_DAY


def test_a_mailed_link_does_not_go_round_the_second_factor(works: Works, someone: Someone, token: str) -> None:
    set_up(works, someone, token)
    reset(works, someone.email)
    link = mailed_token(works)
    with works.writing(NOBODY) as work:
        entered, _ = accounts.use_link(work, link, NEW, "a browser")
    assert isinstance(entered, Halfway)
    assert signed_in(works, entered.token) is None


def test_a_wrong_password_tells_nothing_of_a_second_factor(works: Works, someone: Someone, token: str) -> None:
    set_up(works, someone, token)
    assert sign_in(works, someone.email, "not the password") is None


def test_with_another_secret_of_the_operator_recovery_codes_still_open(
    works: Works, someone: Someone, token: str
) -> None:
    added = set_up(works, someone, token)
    code, later = shown(works, someone, 1), replace(works, tools=replace(works.tools, vault=Vault.of("another" * 8)))
    step = halfway(works, someone)
    assert enter(later, step, code) is None
    assert enter(later, step, added.codes[0]) is not None


def test_an_app_goes_over_to_a_new_secret_of_the_operator_with_its_next_code(
    works: Works, someone: Someone, token: str
) -> None:
    set_up(works, someone, token)
    code, new, old = shown(works, someone, 1), "another" * 8, works.tools.vault
    both = replace(Vault.of(new), old=(old.key,))
    assert enter(replace(works, tools=replace(works.tools, vault=both)), halfway(works, someone), code) is not None
    with works.database.reads() as session:
        sealed = session.scalars(select(AuthenticatorRow.sealed)).one()
    assert Vault.of(new).open(sealed, someone.public_id)
    with pytest.raises(Unopenable):
        old.open(sealed, someone.public_id)


# Recovery codes


def test_a_recovery_code_opens_once_and_is_told(works: Works, someone: Someone, token: str) -> None:
    codes = set_up(works, someone, token).codes
    assert enter(works, halfway(works, someone), codes[3].lower().replace("-", " ")) is not None
    assert told(works)[-1] == "recovery-code-used"
    assert enter(works, halfway(works, someone), codes[3]) is None
    assert enter(works, halfway(works, someone), codes[4]) is not None
    with works.reading(someone.actor) as work:
        assert factors.get_own(work).recovery_codes == 8


def test_new_recovery_codes_end_the_old_ones_and_nobody_elses(
    works: Works, someone: Someone, token: str, make_person: MakePerson
) -> None:
    old = set_up(works, someone, token).codes
    other = make_person()
    theirs = set_up(works, other, str(sign_in(works, other.email))).codes
    with works.writing(someone.actor) as work:
        new = factors.make_recovery_codes(work)
    for code in (old[0], theirs[0]):
        assert enter(works, halfway(works, someone), code) is None
    assert enter(works, halfway(works, someone), new[0]) is not None
    assert enter(works, halfway(works, other), theirs[0]) is not None


# Proving anew


def prove(works: Works, someone: Someone, token: str, password: str = PASSWORD, typed: str = "") -> str | None:
    with works.reading(someone.actor) as work:
        checked = proving.check_password(work, password, HERE)
    with works.writing(someone.actor) as work:
        return proving.prove(work, token, checked, typed, HERE)


def test_a_proof_is_fresh_for_a_quarter_of_an_hour_and_comes_with_a_new_token(
    works: Works, someone: Someone, token: str, clock: Clock
) -> None:
    clock.forward(minutes=15)
    assert not signed_in(works, token).is_proved(clock.now)
    fresh = prove(works, someone, token)
    assert signed_in(works, token) is None
    assert signed_in(works, str(fresh)).is_proved(clock.now)
    clock.forward(minutes=15, microseconds=-1)
    assert signed_in(works, str(fresh)).is_proved(clock.now)


def test_a_proof_needs_the_second_factor_where_there_is_one(
    works: Works, someone: Someone, token: str, clock: Clock
) -> None:
    fresh = set_up(works, someone, token).token
    clock.forward(minutes=16)
    assert prove(works, someone, fresh) is None
    assert prove(works, someone, fresh, "not the password", shown(works, someone)) is None
    assert prove(works, someone, fresh, PASSWORD, shown(works, someone)) is not None


def test_guessing_the_password_by_a_stolen_browser_is_slowed_down(works: Works, someone: Someone, token: str) -> None:
    for _ in range(accounts.FAILURES_BY_NAME):
        assert prove(works, someone, token, "not the password") is None
    with pytest.raises(NotReady, match="too-many-tries"):
        prove(works, someone, token)


# Passkeys


def test_nobody_has_no_factor_to_change(works: Works, someone: Someone, is_refused: Callable[..., object]) -> None:
    def choose(work: UnitOfWork) -> None:
        accounts.change_password(work, PASSWORD, NEW, "a browser")

    for deed in (factors.begin_authenticator, factors.make_recovery_codes, passkeys.begin_prove, choose):
        with is_refused(Permission.PEOPLE_ACCOUNT_SECURE), works.writing(NOBODY) as work:
            deed(work)
