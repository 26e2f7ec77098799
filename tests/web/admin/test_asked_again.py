"""HR's pages of what is asked again: exactly whom, by name, before anything is sent; one click assigns each once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from quiz.access.actor import Role
from quiz.db.models.assignments import AssignmentRow
from quiz.services import asking_again
from quiz.services.unit_of_work import Works
from tests import asking, drafts, sums
from tests.amendments import LAW, Desk
from tests.asking import ARTICLE
from tests.fixtures.people import MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient, words

Open = Callable[..., RoleClient]
LIST = "/admin/asked-again"
HERE = f"{LIST}/delta-{LAW}-law-175-2018-2"


@pytest.fixture
def desk(works: Works, make_person: MakePerson, clock: Clock) -> Desk:
    asking.publish(works)
    editor = make_person(Role.EDITOR, name="ليلى مراد فهمي")
    return Desk(works, editor, make_person(Role.REVIEWER, name="عادل حسن نجيب"), clock)


@pytest.fixture
def taught(desk: Desk, make_person: MakePerson) -> list[Someone]:
    """Two people who were taught the text before."""
    people = [make_person(modules=(sums.MODULE,), name=name) for name in ("هناء رضا سليمان", "كريم لؤي عزت")]
    for someone in people:
        asking.complete(desk.works, someone)
    return people


@pytest.fixture
def late(desk: Desk, make_person: MakePerson) -> Someone:
    """Somebody who passed on the text before and has not signed."""
    someone = make_person(modules=(sums.MODULE,), name="نهى سامي داود")
    sums.take(desk.works, someone)
    return someone


@pytest.fixture
def published(desk: Desk, taught: list[Someone], late: Someone) -> None:
    desk.reword(ARTICLE)
    with desk.works.writing(desk.editor.actor) as work:
        draft = asking_again.begin_delta(work, LAW, 2)
    drafts.submit(desk.works, desk.editor, draft)
    desk.approve(draft)


def assignments(works: Works) -> int:
    with works.database.reads() as session:
        return session.scalar(select(func.count()).select_from(AssignmentRow)) or 0


def confirm(client: RoleClient, page: Page, status: int = 303, **changes: str) -> Page:
    """Confirm a list with the day that it proposes."""
    day = page.soup.find("input", id="due_on")
    assert day is not None
    return client.submit(page, "/asked-again/", {"due_on": str(day["value"]), **changes}, status)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("role", [Role.HR, Role.ADMIN])
def test_exactly_those_seen_are_assigned_and_a_second_click_assigns_nobody(
    published: None, desk: Desk, late: Someone, taught: list[Someone], signed_in: Open, language: str, role: Role
) -> None:
    client = signed_in(role, language=language)
    assert HERE in client.get(LIST).links(LIST)
    page = client.get(HERE)
    rows = page.soup.select("tbody tr")
    assert [words(row.find("bdi")) for row in rows] == ["كريم لؤي عزت", "هناء رضا سليمان"]
    before = assignments(desk.works)
    asking.sign(desk.works, late, sums.MODULE)
    done = client.get(confirm(client, page).location)
    assert done.tones == ["good"]
    assert assignments(desk.works) == before + 2
    assert [words(row.find("bdi")) for row in done.soup.select("tbody tr")] == [late.name]
    again = client.get(confirm(client, page).location)
    assert again.tones == ["good"]
    assert assignments(desk.works) == before + 2
    last = client.get(confirm(client, done).location)
    assert not last.forms("/asked-again/")
    assert not last.soup.select("tbody tr")
    assert assignments(desk.works) == before + 3


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_day_that_is_past_or_none_assigns_nothing(
    published: None, desk: Desk, signed_in: Open, language: str
) -> None:
    client = signed_in(Role.HR, language=language)
    page, before = client.get(HERE), assignments(desk.works)
    yesterday = (desk.clock.now - timedelta(days=1)).date().isoformat()
    for day in (yesterday, "", "31/31"):
        refused = client.submit(page, "/asked-again/", {"due_on": day}, 422)
        assert refused.tones[:1] == ["bad"]
        assert refused.soup.select("tbody tr")
    confirm(client, page, 422, seen="")
    assert assignments(desk.works) == before


def test_what_could_count_for_nobody_is_not_offered(published: None, desk: Desk, signed_in: Open, works: Works) -> None:
    client = signed_in(Role.HR)
    ready = client.get(HERE)
    desk.amend(lambda law: [one.update(verification="secondary") for one in law["editions"][0]["provisions"]])
    page = client.get(HERE)
    assert page.tones == ["care"]
    assert not page.forms("/asked-again/")
    before = assignments(works)
    assert confirm(client, ready, 422).tones == ["care"]
    assert assignments(works) == before


def test_there_is_nothing_until_a_module_is_published(desk: Desk, taught: list[Someone], signed_in: Open) -> None:
    client = signed_in(Role.HR)
    assert not client.get(LIST).links(f"{LIST}/")
    desk.reword(ARTICLE)
    with desk.works.writing(desk.editor.actor) as work:
        asking_again.begin_delta(work, LAW, 2)
    assert not client.get(LIST).links(f"{LIST}/")
    client.get(HERE, 404)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.HR, Role.ADMIN}])
def test_nobody_else_sees_a_name(published: None, signed_in: Open, role: Role) -> None:
    client = signed_in(role)
    client.get(LIST, 404)
    client.get(HERE, 404)
