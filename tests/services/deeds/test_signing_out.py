"""How long passwords and sign-ins last: ended for one by whoever looks after people, for all by the shell."""

import pytest

from quiz.access.actor import Actor, Role
from quiz.services import accounts, sign_ins
from quiz.services.errors import NotAllowed, NotFound
from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import audit

NOBODY = Actor.nobody()


def sign_in(works: Works, someone: Someone) -> str:
    with works.reading(NOBODY) as work:
        checked = accounts.check_password(work, someone.email, PASSWORD, "127.0.0.1")
    with works.writing(NOBODY) as work:
        return str(accounts.sign_in(work, checked, "Firefox"))


def is_open(works: Works, token: str) -> bool:
    with works.reading(NOBODY) as work:
        return sign_ins.find_signed_in(work, token) is not None


@pytest.mark.parametrize("role", [Role.HR, Role.ADMIN])
def test_of_one_person_all_end_and_nobody_elses(works: Works, make_person: MakePerson, role: Role) -> None:
    helper, someone, other = make_person(role), make_person(), make_person()
    tokens, kept = [sign_in(works, someone) for _ in range(2)], sign_in(works, other)
    with works.writing(helper.actor) as work:
        assert sign_ins.end_all_of(work, someone.public_id) == 2
    assert not any(is_open(works, token) for token in tokens)
    assert is_open(works, kept)
    entry = audit(works)[-1]
    assert (entry.actor, entry.target_id) == (helper.actor.name, someone.public_id)
    assert entry.details == {"what": "signed-out", "count": 2}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EDITOR, Role.AUDITOR, Role.LEARNER])
def test_no_other_role_ends_them(works: Works, make_person: MakePerson, role: Role) -> None:
    other, someone = make_person(role), make_person()
    token = sign_in(works, someone)
    with pytest.raises(NotAllowed), works.writing(other.actor) as work:
        sign_ins.end_all_of(work, someone.public_id)
    with pytest.raises(NotAllowed), works.writing(other.actor) as work:
        sign_ins.end_everybodys(work)
    assert is_open(works, token)


def test_of_nobody_nothing_ends(works: Works) -> None:
    with pytest.raises(NotFound), works.writing(SYSTEM) as work:
        sign_ins.end_all_of(work, "0" * 32)


def test_the_shell_ends_everybodys(works: Works, make_person: MakePerson) -> None:
    tokens = [sign_in(works, make_person()) for _ in range(3)]
    with works.writing(SYSTEM) as work:
        assert sign_ins.end_everybodys(work) >= 3
    assert not any(is_open(works, token) for token in tokens)
    with works.writing(SYSTEM) as work:
        assert sign_ins.end_everybodys(work) == 0


def test_a_token_has_256_random_bits_and_is_never_the_same(works: Works, make_person: MakePerson) -> None:
    someone = make_person()
    tokens = {sign_in(works, someone) for _ in range(8)}
    assert len(tokens) == 8
    assert {len(bytes.fromhex(token)) for token in tokens} == {32}


def test_a_password_of_years_ago_still_opens(works: Works, make_person: MakePerson, clock: Clock) -> None:
    someone = make_person()
    clock.forward(days=5 * 365)
    assert is_open(works, sign_in(works, someone))
