"""The log of mails: what was said and not said, found by day, person, outcome and module; and loud trouble."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from quiz.access.actor import Role
from quiz.db.models.assignments import AssignmentRow
from quiz.db.models.reminding import ReminderNoteRow
from quiz.db.models.trace import OutboxMessageRow
from quiz.engine.reminders import Ladder
from quiz.jobs.chores import sweep
from quiz.services import mail_log, organisation
from quiz.services.unit_of_work import Works
from quiz.web.admin import mail_words
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient

Open = Callable[..., RoleClient]
MODULE, EXAM = "onboarding-social-media", "exam-social-media"
DUE = date(2026, 12, 10)  # a Thursday


@pytest.fixture
def told(app: Flask, works: Works, make_person: MakePerson, clock: Clock) -> list[Someone]:
    """One who was reminded today of two modules, and one who was not, being of another unit by a manager's word."""
    found = [make_person(modules=(MODULE, EXAM), name="عادل سمير"), make_person(modules=(MODULE,), name="دعاء حسن")]
    with works.writing(SYSTEM) as work:
        chosen = organisation.Choices(organisation.DEFAULT.name, zone="UTC", ladder=Ladder(), hours=(8, 15))
        organisation.change_choices(work, chosen)
    with works.database.writes() as session:
        session.execute(update(AssignmentRow).values(due_on=DUE))
        other = update(AssignmentRow).where(AssignmentRow.person_id == found[1].actor.person_id)
        session.execute(other.values(is_disowned=True))
        session.commit()
    clock.now = datetime(DUE.year, DUE.month, DUE.day, 9, tzinfo=UTC)
    for _ in range(3):
        sweep(app)
    return found


def lines(page: Page) -> list[str]:
    section = page.soup.find("section", attrs={"aria-labelledby": "log"})
    assert section is not None
    return [" ".join(row.get_text(" ").split()) for row in section.select("tbody tr")]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR, Role.ADMIN])
def test_what_was_said_and_not_said_stands_there(
    signed_in: Open, told: list[Someone], role: Role, language: str
) -> None:
    page = signed_in(role, language=language).get("/admin/mails")
    found = lines(page)
    assert len(found) == 3
    assert sum("عادل" in line for line in found) == 2
    (other,) = [line for line in found if "دعاء" in line]
    assert ("Their manager says" if language == "en" else "أفاد الرئيس المباشر") in other
    assert "bad" not in page.tones


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("q=عادل", 2),
        ("q=ادل سم", 2),
        ("q=T-2", 1),
        ("q=nobody", 0),
        ("outcome=sent", 2),
        ("outcome=skipped", 1),
        ("outcome=nonsense", 3),
        ("day=2026-12-10", 3),
        ("day=2026-12-09", 0),
        ("day=soon", 3),
        (f"module={EXAM}", 1),
        ("module=none", 0),
        ("page=99", 0),
        ("page=x", 3),
        ("q=عادل&outcome=skipped", 0),
    ],
)
def test_it_is_narrowed_by_day_person_outcome_and_module(
    signed_in: Open, told: list[Someone], asked: str, count: int
) -> None:
    assert len(lines(signed_in(Role.HR).get(f"/admin/mails?{asked}"))) == count


def test_the_page_of_a_person_leads_to_their_mails(signed_in: Open, told: list[Someone]) -> None:
    hr = signed_in(Role.HR)
    address = f"/admin/mails?person={told[1].public_id}"
    sheet = hr.get(f"/admin/people/{told[1].public_id}")
    assert sheet.soup.find("a", href=address) is not None
    assert len(lines(hr.get(address))) == 1


def test_it_has_pages(signed_in: Open, works: Works, told: list[Someone], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_log, "A_PAGE", 2)
    hr = signed_in(Role.HR)
    first = hr.get("/admin/mails?outcome=")
    (link,) = [one for one in first.soup.select(".pagination a")]
    assert len(lines(first)) == 2
    assert len(lines(hr.get(str(link["href"])))) == 1


def test_of_very_many_lines_the_newest_are_listed(
    signed_in: Open, told: list[Someone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_log, "A_PAGE", 2)
    monkeypatch.setattr(mail_log, "MOST_PAGES", 1)
    page = signed_in(Role.HR, language="en").get("/admin/mails?page=7")
    assert "The newest 2 lines; a day or a name finds the others" in page.text
    assert (len(lines(page)), page.soup.select(".pagination a")) == (2, [])


def test_a_day_tells_how_it_went(signed_in: Open, told: list[Someone]) -> None:
    page = signed_in(Role.HR, language="en").get("/admin/mails")
    (row,) = page.soup.select("section#days tbody tr")
    assert [cell.get_text(strip=True) for cell in row.select("td")][1:5] == ["2", "1", "2", "1"]


def test_the_weeks_of_units_stand_there(
    app: Flask, signed_in: Open, make_person: MakePerson, told: list[Someone], clock: Clock
) -> None:
    manager = make_person(Role.MANAGER, name="رئيس الوحدة")
    clock.now += timedelta(days=4)
    sweep(app)
    sweep(app)
    hr = signed_in(Role.HR)
    for address in ("", f"?person={manager.public_id}", "?day=2026-12-14"):
        (row,) = hr.get(f"/admin/mails{address}").soup.select("section#weeks tbody tr")
        assert "رئيس الوحدة" in row.get_text()
    assert hr.get("/admin/mails?day=2026-12-10").soup.find(id="weeks") is None


def test_what_waits_and_what_was_given_up_is_shown_with_its_reason(
    signed_in: Open, works: Works, told: list[Someone], clock: Clock
) -> None:
    payload = {"person_id": told[0].public_id, "day": "2026-12-10"}
    common = {"kind": "ReminderDue", "payload": payload, "created_at": clock.now, "due_at": clock.now}
    with works.database.writes() as session:
        session.add(OutboxMessageRow(**common, done_at=clock.now, tries=1, last_error="SMTPRecipientsRefused 550"))
        session.add(OutboxMessageRow(**common, tries=2, last_error="ConnectionRefusedError"))
        session.commit()
    clock.forward(seconds=1)
    page = signed_in(Role.HR).get("/admin/mails")
    for section, reason in (("given-up", "SMTPRecipientsRefused 550"), ("waiting", "ConnectionRefusedError")):
        (row,) = page.soup.select(f"section#{section} tbody tr")
        assert reason in row.get_text()
        assert "عادل سمير" in row.get_text()
    assert "bad" in page.tones


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_trouble_is_loud_at_the_desk_and_says_since_when(
    signed_in: Open, works: Works, clock: Clock, language: str
) -> None:
    hr = signed_in(Role.HR, language=language)
    page = hr.get("/admin/people")
    assert "bad" in page.tones
    assert len(page.soup.select("#mail-health li")) == 1
    with works.database.writes() as session:
        row = {"kind": "MailRequested", "payload": {}, "created_at": clock.now, "due_at": clock.now}
        session.add(OutboxMessageRow(**row, tries=0))
        session.add(OutboxMessageRow(**row, done_at=clock.now, tries=80, last_error="gaierror"))
        session.commit()
    clock.now = datetime(2026, 11, 22, 10, 1, tzinfo=UTC)
    hr = signed_in(Role.HR, language=language)
    for address in ("/admin/people", "/admin/mails"):
        page = hr.get(address)
        assert len(page.soup.select("#mail-health li")) == 4
        assert page.soup.select("#mail-health li")[1].get_text().strip()


def test_where_all_was_sent_it_is_calm(signed_in: Open, told: list[Someone]) -> None:
    page = signed_in(Role.HR, language="en").get("/admin/people")
    assert "bad" not in page.tones
    assert page.soup.select_one("#mail-health").get_text().startswith("All of today's 1 mail was sent.")


def test_every_reason_and_step_has_its_words(app: Flask, works: Works, told: list[Someone]) -> None:
    with app.test_request_context():
        for step in ("assigned", "asked", "due", "before-7", "after-1", "level-1", "level-2", "level-3"):
            assert mail_words.step_words(step) != step
        for because in ("away", "begun", "done", "extended", "left", "nobody_above", "not_told", "refused", "given_up"):
            assert mail_words.reason_words(because) != because
        assert mail_words.reason_words(None) == ""
        assert mail_words.step_words("level-9") == "level-9"
    with works.database.reads() as session:
        assert {row.step for row in session.query(ReminderNoteRow)} == {"due"}


def test_a_notice_does_not_outlive_its_week(signed_in: Open, works: Works, told: list[Someone], clock: Clock) -> None:
    with works.database.writes() as session:
        row = {"kind": "MailRequested", "payload": {}, "created_at": clock.now, "due_at": clock.now, "tries": 80}
        session.add(OutboxMessageRow(**row, done_at=clock.now, last_error="gaierror"))
        session.commit()
    assert signed_in(Role.HR).get("/admin/mails").soup.find(id="given-up") is not None
    clock.now += timedelta(days=7)
    assert signed_in(Role.HR).get("/admin/mails").soup.find(id="given-up") is None
