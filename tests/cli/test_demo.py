"""`quiz demo`: people in every state, made once; what is printed is enough to begin."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from quiz.access.actor import Actor
from quiz.cli.demo import PASSWORD, PEOPLE
from quiz.cli.demo_answers import COLLEAGUES
from quiz.cli.demo_records import HOLDERS, SHARED
from quiz.db.connection import Database, connect
from quiz.services import completing, sharing
from quiz.services.kept import Kept
from quiz.services.tools import Tools, system_clock
from quiz.services.unit_of_work import Works

MANAGER = "كريم رضا محمود الشافعي"


@pytest.fixture
def database(made: tuple[str, str]) -> Database:
    return connect(made[0])


def test_it_prints_the_address_the_password_and_the_people(made: tuple[str, str]) -> None:
    _, printed = made
    assert "http://127.0.0.1:8000" in printed
    assert PASSWORD in printed
    roles = ("hire", "manager", "editor", "reviewer", "adviser", "hr", "auditor", "admin")
    for address in roles:
        assert f"{address}@amana.example" in printed


def test_it_is_made_once(database: Database) -> None:
    with database.reads() as session:
        assert session.scalar(text("SELECT count(*) FROM person")) == len(PEOPLE) + COLLEAGUES + len(HOLDERS)


def test_there_is_somebody_in_every_state(database: Database) -> None:
    with database.reads() as session:
        states = set(session.scalars(text("SELECT state FROM assignment")))
    assert states == {"not_begun", "under_way", "awaiting_next", "passed_pledge_open", "completed"}


def test_answers_are_plenty_enough_for_statistics(database: Database) -> None:
    with database.reads() as session:
        assert session.scalar(text("SELECT count(*) FROM mark_sheet")) >= COLLEAGUES


def test_what_units_get_wrong_is_shown_dark_light_and_as_a_hint_and_of_one_unit_not_at_all(database: Database) -> None:
    with database.reads() as session:
        shares = session.execute(text("SELECT unit_id, 1.0 * sound / answers, answers FROM weakness")).all()
        small = session.scalar(text("SELECT id FROM unit WHERE json_extract(name, '$.en') = 'Complaints'"))
    # What is drawn differs from one making to the next.
    assert min(share for _, share, _ in shares) < 0.5 < 0.75 < max(share for _, share, _ in shares)
    assert min(answers for *_, answers in shares) < 30 <= max(answers for *_, answers in shares)
    assert small is not None
    assert small not in {unit for unit, *_ in shares}


def test_each_desk_has_something_to_do_and_something_done(database: Database) -> None:
    waiting = (
        "SELECT count(*) FROM question AS asked WHERE kind {} 'doubt' "
        "AND NOT EXISTS (SELECT 1 FROM answer WHERE question_id = asked.id)"
    )
    with database.reads() as session:
        assert session.scalar(text(waiting.format("<>"))) == 3
        assert session.scalar(text(waiting.format("="))) == 2
        assert session.scalar(text("SELECT count(*) FROM question WHERE person_id IS NULL")) == 4
        assert session.scalar(text("SELECT count(*) FROM answer")) == 3
        assert session.scalar(text("SELECT count(*) FROM teaching_note")) == 1
        assert session.scalar(text("SELECT count(*) FROM wish")) == 2
        assert session.scalar(text("SELECT count(*) FROM wish_decision")) == 1
        assert session.scalar(text("SELECT count(*) FROM incident")) == 2


def test_records_stand_in_every_state_and_the_managers_own_among_them(database: Database, tools: Tools) -> None:
    works = Works(database, replace(tools, clock=system_clock, kept=Kept()))
    with database.reads() as session:
        codes = session.scalars(text("SELECT verify_code FROM completion ORDER BY id")).all()
    with works.reading(Actor.nobody()) as work:
        found = [completing.verify(work, code) for code in codes]
        shared = sharing.open_shared(work, SHARED)
    assert {one.state for one in found} == {"valid", "expired", "replaced", "revoked"}
    assert sum(one.is_erased for one in found) == 1
    assert sum(one.corrected_on is not None for one in found) == 1
    assert [one.state for one in found if one.holder_name == MANAGER] == ["replaced", "valid"]
    assert (shared.record.holder_name, shared.record.state) == ("ك. ر. م. ش.", "valid")
    with database.reads() as session:
        proposed = (
            "SELECT count(*) FROM revocation_proposal WHERE id NOT IN (SELECT proposal_id FROM revocation_decision)"
        )
        assert session.scalar(text(proposed)) == 1


def test_what_opens_the_shared_record_is_printed(made: tuple[str, str]) -> None:
    assert f"/shared/{SHARED}" in made[1]


def test_nobody_in_it_is_real(database: Database) -> None:
    with database.reads() as session:
        addresses = session.scalars(text("SELECT email FROM person")).all()
    assert all(address.endswith("@amana.example") for address in addresses)
