"""`quiz demo`: people in every state, made once; what is printed is enough to begin."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from quiz.access.actor import Actor
from quiz.cli.demo import PASSWORD, PEOPLE
from quiz.cli.demo_answers import COLLEAGUES
from quiz.cli.demo_keys import SEAL, make_keys
from quiz.cli.demo_records import HOLDERS, SHARED
from quiz.db.connection import Database, connect
from quiz.services import completing, issuing, paper_checking, papers, people, sharing
from quiz.services.kept import Kept
from quiz.services.tools import Tools, system_clock
from quiz.services.unit_of_work import Works
from quiz.settings.operator import DEMO_CREDENTIAL_KEY, DEMO_SIGNING_KEY, Settings, demo_folder
from quiz.settings.signing import Signing

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


def test_every_unit_has_a_code_so_that_a_system_of_hr_can_name_it(database: Database) -> None:
    with database.reads() as session:
        codes = session.scalars(text("SELECT code FROM unit")).all()
    assert {"COM", "CUS"} < set(codes)
    assert all(codes)


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


def test_every_record_is_signed_and_each_without_a_file_says_why(made: tuple[str, str], tools: Tools) -> None:
    url = made[0]
    found = Settings.from_environ({"DATABASE_URL": url, "DEMO": "1", "SECRET_KEY": "a key for tests only: 0123456789"})
    works = Works(connect(url), replace(tools, clock=system_clock, kept=Kept(), signer=Tools.of(found).signer))
    offered = {}
    for address in ("manager", *(one.address for one in HOLDERS)):
        with works.reading(Actor.system("tests")) as work:
            person = people.learner_actor(work, people.find_person_id(work, f"{address}@amana.example"))
        with works.reading(person) as work:
            hindrances = issuing.list_hindrances(work)
            states = [papers.get_state(work, one) for one in hindrances]
        assert all(one.signer == SEAL[0] for one in states)
        offered[address] = [(one.hindrance, other) for one, other in zip(states, hindrances.values(), strict=True)]
    everything, nothing_named = (None, None), ("no-name", "no-name")
    assert offered == {
        "manager": [everything, everything],
        "expired": [everything],
        "revoked": [(None, "revoked")],
        "proposed": [everything],
        "corrected": [everything],
        "erased": [nothing_named],
    }


def test_what_is_signed_verifies_and_names_itself_a_demonstration(made: tuple[str, str], tools: Tools) -> None:
    works = Works(connect(made[0]), replace(tools, clock=system_clock, kept=Kept()))
    with works.database.reads() as session:
        contents = session.scalars(text("SELECT content FROM paper_content")).all()
    checks = [paper_checking.check_file(works, Actor.nobody(), content) for content in contents]
    assert {one.problems for one in checks} == {()}
    assert {one.state for one in checks} == {"valid", "expired", "replaced", "revoked"}
    assert {one.reading.signer for one in checks} == {SEAL[0]}
    assert "عرض توضيحي" in SEAL[0]


def test_the_keys_are_made_once_beside_the_database_and_read_by_their_owner_alone(made: tuple[str, str]) -> None:
    folder = demo_folder(made[0])
    paths = [folder / DEMO_CREDENTIAL_KEY, folder / DEMO_SIGNING_KEY]
    before = [path.read_bytes() for path in paths]
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o600, 0o600]
    make_keys(folder, system_clock())
    assert [path.read_bytes() for path in paths] == before
    assert sorted(path.name for path in folder.iterdir() if "demo" in path.name) == sorted(one.name for one in paths)


def test_what_the_operator_names_comes_before_the_keys_of_the_demonstration(
    made: tuple[str, str], tmp_path: Path
) -> None:
    environ = {"DATABASE_URL": made[0], "DEMO": "1", "SECRET_KEY": "a key for tests only: 0123456789abcdef"}
    own = tmp_path / "own.pem"
    own.write_bytes(b"own")
    named = Settings.from_environ({**environ, "CREDENTIAL_KEY_FILE": str(own), "SIGNING_KEY_FILE": "own.p12"})
    assert named.credential_key_file == own
    assert named.signing == Signing(key_file="own.p12")
    # Out of a demonstration they count for nothing, and reading settings makes none.
    assert Settings.from_environ({**environ, "DEMO": ""}).signing is None
    assert Settings.from_environ({**environ, "DEMO": ""}).credential_key_file is None
    bare = Settings.from_environ({**environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'other' / 'a.db'}"})
    assert (bare.credential_key_file, bare.signing) == (None, None)
    assert not (tmp_path / "other").exists()


def test_a_demonstration_elsewhere_keeps_its_keys_in_instance() -> None:
    assert demo_folder("postgresql://localhost/amana") == demo_folder("sqlite://") == Path("instance")
    assert demo_folder("sqlite:///instance/amana.db") == Path("instance")
    assert demo_folder("sqlite:////var/amana/a.db?timeout=5") == Path("/var/amana")


def test_what_opens_the_shared_record_is_printed(made: tuple[str, str]) -> None:
    assert f"/shared/{SHARED}" in made[1]


def test_nobody_in_it_is_real(database: Database) -> None:
    with database.reads() as session:
        addresses = session.scalars(text("SELECT email FROM person")).all()
    assert all(address.endswith("@amana.example") for address in addresses)
