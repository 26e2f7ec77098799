"""Connections: a token opens what its scopes say, until its day, and is kept nowhere; it is changed without a gap."""

from datetime import timedelta

import pytest

from quiz.access.actor import Actor, Role, Scope
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.services import connecting
from quiz.services.connecting import Connected, ConnectionSummary
from quiz.services.errors import NotAllowed, NotFound, Refused
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import everything

NAME = "نظام الموارد البشرية"


@pytest.fixture
def admin(make_person: MakePerson) -> Someone:
    return make_person(Role.ADMIN)


def connect(works: Works, admin: Someone, *scopes: str, days: int = 30) -> str:
    with works.writing(admin.actor) as work:
        return connecting.open_connection(work, NAME, scopes or ["people:read"], days)


def find(works: Works, token: str) -> Connected | None:
    with works.reading(Actor.nobody()) as work:
        return connecting.find_connected(work, token)


def listed(works: Works, admin: Someone) -> ConnectionSummary:
    with works.reading(admin.actor) as work:
        return connecting.list_connections(work)[0]


def test_a_token_tells_which_system_asks_and_what_it_may(works: Works, admin: Someone) -> None:
    found = find(works, connect(works, admin, "records:read", "people:read"))
    assert found is not None
    assert found.actor.scopes == {Scope.RECORDS_READ, Scope.PEOPLE_READ}
    assert found.actor.name == f"connection:{found.public_id}"
    assert found.actor.person_id is None
    with works.reading(found.actor) as work:
        work.require(Permission.PEOPLE_PERSON_READ, Target("person"))
        with pytest.raises(NotAllowed):
            work.require(Permission.PEOPLE_PERSON_WRITE, Target("person"))


def test_the_token_is_random_and_kept_nowhere(works: Works, admin: Someone) -> None:
    token, other = connect(works, admin), connect(works, admin)
    assert token != other
    assert len(token) == connecting.TOKEN_LENGTH
    assert token.removeprefix(connecting.PREFIX) not in repr(everything(works))


@pytest.mark.parametrize("changed", ["", "amana_", "x" * 70, "{}0", "{}\x00", "AMANA_{}"])
def test_what_is_no_token_of_ours_opens_nothing(works: Works, admin: Someone, changed: str) -> None:
    token = connect(works, admin)
    assert find(works, changed.format(token)) is None
    assert find(works, token[:-1] + ("0" if token[-1] != "0" else "1")) is None


def test_it_opens_until_its_end_and_not_a_moment_longer(works: Works, admin: Someone, clock: Clock) -> None:
    token = connect(works, admin, days=1)
    clock.forward(hours=24, microseconds=-1)
    assert find(works, token) is not None
    clock.forward(microseconds=1)
    assert find(works, token) is None
    assert not listed(works, admin).is_open


def test_another_token_takes_over_without_a_gap_and_an_older_one_ends(
    works: Works, admin: Someone, clock: Clock
) -> None:
    first = connect(works, admin)
    connection = listed(works, admin).public_id
    with works.writing(admin.actor) as work:
        second = connecting.renew_token(work, connection, 90)
    assert find(works, first) is not None
    assert find(works, second) is not None
    assert listed(works, admin).overlap_ends_at == clock() + connecting.OVERLAP
    with works.writing(admin.actor) as work:
        third = connecting.renew_token(work, connection, 90)
    assert find(works, first) is None
    clock.forward(hours=24)
    assert find(works, second) is None
    assert find(works, third) is not None
    assert listed(works, admin).overlap_ends_at is None


def test_a_token_that_ends_sooner_is_not_made_longer_by_another(works: Works, admin: Someone, clock: Clock) -> None:
    token = connect(works, admin, days=1)
    clock.forward(hours=20)
    with works.writing(admin.actor) as work:
        connecting.renew_token(work, listed(works, admin).public_id, 30)
    clock.forward(hours=4)
    assert find(works, token) is None


def test_an_ended_connection_opens_nothing_and_is_not_taken_up_again(works: Works, admin: Someone) -> None:
    token = connect(works, admin)
    connection = listed(works, admin).public_id
    with works.writing(admin.actor) as work:
        connecting.end_connection(work, connection)
    assert find(works, token) is None
    for deed in (
        lambda work: connecting.end_connection(work, connection),
        lambda work: connecting.renew_token(work, connection, 30),
        lambda work: connecting.renew_token(work, "0" * 32, 30),
    ):
        with works.writing(admin.actor) as work, pytest.raises(NotFound):
            deed(work)


@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        ("  ", ["people:read"], 30, "name-missing"),
        ("x" * 101, ["people:read"], 30, "name-missing"),
        (NAME, [], 30, "scopes-missing"),
        (NAME, ["everything"], 30, "scopes-missing"),
        (NAME, ["people:read"], 0, "days-out-of-range"),
        (NAME, ["people:read"], 366, "days-out-of-range"),
    ],
)
def test_bad_input_is_refused(works: Works, admin: Someone, name: str, scopes: list[str], days: int, code: str) -> None:
    with works.writing(admin.actor) as work, pytest.raises(Refused) as refused:
        connecting.open_connection(work, name, scopes, days)
    assert refused.value.code == code
    work.session.rollback()


def test_the_day_of_its_use_is_noted_once(works: Works, admin: Someone, clock: Clock) -> None:
    token = connect(works, admin)
    assert find(works, token).is_first_today  # type: ignore[union-attr]
    with works.writing(Actor.nobody()) as work:
        connecting.note_use(work, token)
    assert not find(works, token).is_first_today  # type: ignore[union-attr]
    assert listed(works, admin).used_on == clock().date()


def test_that_one_ends_soon_is_told(works: Works, admin: Someone, clock: Clock) -> None:
    connect(works, admin, days=15)
    assert not listed(works, admin).ends_soon
    clock.forward(days=1)
    assert listed(works, admin).ends_soon
    assert listed(works, admin).token_ends_at == clock() + timedelta(days=14)


def test_only_administrators_open_connections(works: Works, make_person: MakePerson) -> None:
    for role in set(Role) - {Role.ADMIN}:
        with pytest.raises(NotAllowed), works.writing(make_person(role).actor) as work:
            connecting.open_connection(work, NAME, ["people:read"], 30)
