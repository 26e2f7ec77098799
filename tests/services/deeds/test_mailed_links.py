"""Links from mails, once something else has changed how somebody is let in."""

import pytest

from quiz.services import accounts, workforce
from quiz.services.errors import NotFound
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, Someone
from tests.services.deeds.conftest import outbox
from tests.services.deeds.test_accounts import NEW, NOBODY, mailed_token, reset
from tests.services.deeds.test_accounts import someone as someone


def test_a_new_password_closes_every_link_that_was_mailed_before_and_is_told(works: Works, someone: Someone) -> None:
    reset(works, someone.email)
    held = mailed_token(works)
    reset(works, someone.email)
    newer = mailed_token(works)
    with works.writing(NOBODY) as work:
        accounts.use_link(work, newer, NEW, "a browser")
    with works.writing(NOBODY) as work, pytest.raises(NotFound):
        accounts.use_link(work, held, "another sentence for tests", "a browser")
    assert [one.payload["what"] for one in outbox(works, "AccountChanged")] == ["password-changed"]


def test_a_link_to_an_address_that_was_put_right_opens_nothing(works: Works, someone: Someone) -> None:
    reset(works, someone.email)
    held = mailed_token(works)
    with works.writing(SYSTEM) as work:
        workforce.correct_person(work, someone.public_id, "بريد خاطئ", email="right@amana.example")
    with works.writing(NOBODY) as work, pytest.raises(NotFound):
        accounts.use_link(work, held, NEW, "a browser")
