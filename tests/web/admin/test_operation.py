"""The operator's page: what is wrong comes first with what is to be done, and nothing is wrong where all is well."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.jobs.chores import CHORES, SHARED
from quiz.services import delivering, leasing, mail_health, people
from quiz.services.operating import State
from quiz.services.unit_of_work import Works
from quiz.web.admin import chore_words, operation_words
from tests.figures import TOKEN
from tests.fixtures.observed import Observed
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import NOW, Clock
from tests.pages import Page, RoleClient

Open = Callable[..., RoleClient]
_HOUR = timedelta(hours=1)


def rows(page: Page, section: str) -> dict[str, list[str]]:
    """Return the cells of each line of a table, by its first."""
    cells = [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
        for row in page.soup.select(f"#{section} tbody tr")
    ]  # one thought
    return {first: rest for first, *rest in cells}


def test_a_service_without_a_worker_or_backup_says_so_first(signed_in: Open, language: str) -> None:
    page = signed_in(Role.ADMIN, language=language).get("/admin/operation")
    troubles = page.soup.select("#troubles li")
    assert ["quiz work" in str(troubles[0]), "quiz backup" in str(troubles[-1])] == [True, True]
    assert len(rows(page, "chores")) == len(CHORES) - len(SHARED)
    assert not page.soup.select("#well")


@pytest.fixture(params=["ar", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_where_all_is_well_it_says_so(app: Flask, signed_in: Open, works: Works, clock: Clock) -> None:
    with works.writing(Actor.system("outbox")) as work:
        mail_health.keep_sign(work)
    with works.writing(Actor.system("backup")) as work:
        work.require(Permission.OPERATION_BACKUP_TAKE, Target("backup"))
        work.audit(Permission.OPERATION_BACKUP_TAKE, Target("backup"))
    clock.forward(minutes=1)
    for name in chore_words.WORDS:
        with works.writing(Actor.system("chores")) as work:
            leasing.take(work, name, "somebody")
            if name != "retain":
                leasing.give_back(work, name, "somebody")
    with works.database.writes() as session:
        session.execute(text("DELETE FROM audit_waiting"))
        session.commit()
    page = signed_in(Role.ADMIN, language="en").get("/admin/operation")
    assert page.soup.select("#well")
    assert not page.soup.select("#troubles")
    watched, chores = rows(page, "watched"), rows(page, "chores")
    assert [what for what, (state, _) in watched.items() if state not in ("Well", "For information")] == []
    assert watched["Slow statements"][1].startswith("Counted where")
    assert watched["Replica"][1] == "There is none: reports read the database itself."
    assert chores["Sealing the audit trail, and checking it once a day"][2] == "Within seconds"
    (last, following) = chores["Removing what is past its time"][1:]
    assert (last, following.startswith("Under way since")) == ("Never Late", True)


def test_mails_that_fail_are_told_with_the_setting_to_look_at(
    signed_in: Open, works: Works, make_person: MakePerson, clock: Clock
) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id)
    with works.writing(Actor.system("outbox")) as work:
        message = delivering.claim_next(work)
        assert message is not None
        delivering.finish(work, message.id, "SMTPServerDisconnected")
    clock.forward(hours=2)
    page = signed_in(Role.ADMIN, language="en").get("/admin/operation")
    assert rows(page, "watched")["Mails and other messages"][0] == "Wrong"
    assert "MAIL_URL" in str(page.soup.select_one("#troubles"))
    assert someone.email not in str(page.soup)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_slow_statements_are_counted_where_figures_are(observed: Observed, make_person: MakePerson) -> None:
    client = RoleClient(observed(metrics_token=TOKEN, slow_statement_ms=0)).sign_in(make_person(Role.ADMIN))
    seen = rows(client.get("/admin/operation"), "watched")
    (counted,) = (cells[1] for cells in seen.values() if "منذ بدء الخدمة" in cells[1])
    assert counted.rpartition(" ")[2] not in ("٠.", "0.")


WELL = {
    "now": NOW, "revision": "037", "worker_seen": NOW, "due": 0, "due_since": None, "failing": 0,
    "failing_since": None, "given_up": 0, "held": 0, "chores": (), "tables": 0, "attempts": 3, "overdue": 0,
    "unsealed": 0, "unsealed_since": None, "checked_at": NOW, "faults": 0, "unsigned": 0, "backed_up": NOW,
    "certificate_ends": NOW + timedelta(days=300), "newest": NOW,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "tone", "what", "do"),
    [
        ({"revision": "999"}, "care", "Database", "The schema is newer than this version"),
        ({"worker_seen": NOW - _HOUR}, "bad", "Worker", "quiz work"),
        ({"due": 5, "due_since": NOW - 2 * _HOUR}, "bad", "Mails and other messages", "or another started"),
        ({"held": 5}, "care", "Mails and other messages", "quiz mails release"),
        ({"given_up": 5}, "care", "Mails and other messages", "an address is wrong"),
        ({"overdue": 1}, "care", "Attempts", "within seconds"),
        ({"tables": 1}, "plain", "Large tables", ""),
        ({"faults": 1}, "bad", "Audit trail", "quiz audit verify"),
        ({"unsealed": 9, "unsealed_since": NOW - _HOUR}, "care", "Audit trail", "by itself"),
        ({"checked_at": NOW - timedelta(days=3)}, "care", "Audit trail", "by itself"),
        ({"newest": NOW + _HOUR}, "bad", "Clock", "from one source"),
        ({"backed_up": NOW - timedelta(days=2)}, "care", "Backup", "quiz backup"),
        ({"certificate_ends": NOW + timedelta(days=9)}, "care", "Signed papers", "SIGNING_CERTIFICATE_FILE"),
        ({"certificate_ends": NOW - _HOUR}, "bad", "Signed papers", "SIGNING_CERTIFICATE_FILE"),
        ({"unsigned": 4}, "care", "Signed papers", "log of the worker"),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_each_bad_state_says_what_is_to_be_done(
    signed_in: Open, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], tone: str, what: str, do: str
) -> None:
    state = State(**{**WELL, **changes})  # type: ignore[arg-type]
    monkeypatch.setattr("quiz.web.admin.operation.operating.get_state", lambda _: state)
    page = signed_in(Role.ADMIN, language="en").get("/admin/operation")
    words = {"care": "Needs care", "bad": "Wrong", "plain": "For information"}
    told = {
        name: cells[0] for name, cells in rows(page, "watched").items() if cells[0] not in ("Well", "For information")
    }  # one thought
    assert rows(page, "watched")[what][0] == words[tone]
    assert told == ({what: words[tone]} if tone != "plain" else {})
    assert do in (page.soup.select_one("#troubles") or page.soup).get_text()


@pytest.mark.parametrize(("is_read", "tone"), [(None, "plain"), (True, "good"), (False, "care")])
def test_a_replica_that_is_passed_over_needs_care(app: Flask, is_read: bool | None, tone: str) -> None:
    with app.test_request_context("/"):
        row = operation_words._replica(is_read)
    assert (row.tone, bool(row.do)) == (tone, tone == "care")


def test_every_chore_has_its_words() -> None:
    assert set(chore_words.WORDS) == set(CHORES) - SHARED
