"""Links to a record: for some days, by name or initials, ended at any time, and nothing told of who opened them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.services import completing, erasing, sharing
from quiz.services.errors import NotFound, Refused
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.conftest import everything
from tests.services.deeds.records import REASON, state

Unchanged = Callable[[], AbstractContextManager[None]]
IsRefused = Callable[..., AbstractContextManager[None]]


def share(works: Works, holder: Someone, record: str, days: int = 7, form: str = sharing.FULL) -> str:
    with works.writing(holder.actor) as work:
        return sharing.make_link(work, record, days, form)


def open_it(works: Works, token: str) -> sharing.Shared:
    with works.reading(Actor.nobody()) as work:
        return sharing.open_shared(work, token)


def links(works: Works, holder: Someone, record: str) -> tuple[sharing.LinkSummary, ...]:
    with works.reading(holder.actor) as work:
        return sharing.list_links(work, record)


def test_a_link_opens_what_a_stranger_may_know(works: Works, learner: Someone, held: str) -> None:
    shared = open_it(works, share(works, learner, held))
    assert (shared.record.state, shared.record.holder_name, shared.is_initials) == ("valid", learner.name, False)
    assert shared.record.code
    assert held not in repr(shared)


def test_with_initials_nothing_leads_to_the_name(works: Works, learner: Someone, held: str) -> None:
    shared = open_it(works, share(works, learner, held, form=sharing.INITIALS))
    assert (shared.record.holder_name, shared.record.latin_name, shared.record.code) == ("ه. ع. ر.", "H. A. R.", "")
    for part in (*learner.name.split(), "Hanaa"):
        assert part not in repr(shared)


def test_the_token_is_random_and_kept_nowhere(works: Works, learner: Someone, held: str) -> None:
    token, other = share(works, learner, held), share(works, learner, held)
    assert len(bytes.fromhex(token)) == 16
    assert token != other
    assert token not in repr(everything(works))


def test_it_opens_until_its_last_civil_day_and_not_a_moment_longer(
    works: Works, learner: Someone, held: str, clock: Clock
) -> None:
    token = share(works, learner, held, days=1)
    assert links(works, learner, held)[0].ends_on == date(2026, 11, 22)
    clock.now = datetime(2026, 11, 22, 22, 0, tzinfo=UTC) - timedelta(microseconds=1)
    open_it(works, token)
    clock.forward(microseconds=1)
    with pytest.raises(NotFound, match="link"):
        open_it(works, token)
    assert not links(works, learner, held)[0].is_open


def test_of_an_opening_the_day_is_noted_and_nothing_else(
    works: Works, learner: Someone, held: str, clock: Clock
) -> None:
    token = share(works, learner, held)
    assert links(works, learner, held)[0].opened_on is None
    for _ in range(2):
        with works.reading(Actor.nobody()) as work:
            is_first = sharing.is_first_opening(work, token)
        if is_first:
            with works.writing(Actor.nobody()) as work:
                sharing.note_opening(work, token)
    assert not is_first
    assert links(works, learner, held)[0].opened_on == date(2026, 11, 21)
    clock.forward(days=1)
    with works.reading(Actor.nobody()) as work:
        assert sharing.is_first_opening(work, token)


def test_an_ended_link_an_unknown_one_and_nonsense_are_alike(works: Works, learner: Someone, held: str) -> None:
    token = share(works, learner, held)
    link = links(works, learner, held)[0].public_id
    for _ in range(2):
        with works.writing(learner.actor) as work:
            sharing.end_link(work, held, link)
    for one in (token, "0" * 32, "", "x" * 500):
        with pytest.raises(NotFound, match="link"):
            open_it(works, one)


def test_only_the_holder_shares_and_ends(
    works: Works, learner: Someone, colleague: Someone, held: str, is_refused: IsRefused
) -> None:
    share(works, learner, held)
    link = links(works, learner, held)[0].public_id
    with is_refused(Permission.RECORDS_LINK_SHARE, colleague):
        share(works, colleague, held)
    with is_refused(Permission.RECORDS_LINK_SHARE, colleague):
        links(works, colleague, held)
    with is_refused(Permission.RECORDS_LINK_SHARE, colleague), works.writing(colleague.actor) as work:
        sharing.end_link(work, held, link)
    with pytest.raises(NotFound), works.writing(learner.actor) as work:
        sharing.end_link(work, held, "0" * 32)


@pytest.mark.parametrize(("days", "form"), [(0, "full"), (91, "full"), (-1, "full"), (7, "half")])
def test_what_no_link_can_be_is_refused(
    works: Works, learner: Someone, held: str, changes_nothing: Unchanged, days: int, form: str
) -> None:
    with changes_nothing(), pytest.raises(Refused):
        share(works, learner, held, days, form)


def test_so_many_links_and_no_more_until_one_is_ended(works: Works, learner: Someone, held: str) -> None:
    for _ in range(sharing.MOST_LINKS):
        share(works, learner, held)
    with pytest.raises(Refused, match="too-many-links"):
        share(works, learner, held)
    with works.writing(learner.actor) as work:
        sharing.end_link(work, held, sharing.list_links(work, held)[0].public_id)
    share(works, learner, held)


def test_a_link_says_how_the_record_stands_and_ends_with_the_names(works: Works, learner: Someone, held: str) -> None:
    token = share(works, learner, held)
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, held, REASON)
    assert open_it(works, token).record.state == state(works, learner, held) == "revoked"
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, held, "انتهت المدة")
    with pytest.raises(NotFound):
        open_it(works, token)
    with pytest.raises(Refused, match="holder-erased"):
        share(works, learner, held)
    with works.database.reads() as session:
        assert session.execute(text("SELECT count(*) FROM share_link WHERE ended_at IS NULL")).scalar() == 0
