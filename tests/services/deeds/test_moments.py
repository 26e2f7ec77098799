"""Records of moments where days and years end, in both calendars: facts, paper and credential tell the same days.

The Umm al-Qura dates stand here as ICU 78.2 gives them (`islamic-umalqura`), which is another table than that of the
library that the product uses: of the days from 17 April 1999 to 10 August 2029 both tell the same, day by day.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from quiz.services import organisation, papers
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import Clock
from tests.records.test_certificate_pdf import flat, text_of
from tests.services.deeds.conftest import Publish, signed
from tests.services.deeds.test_completing import record, verify
from tests.services.deeds.test_issuing import faults, made, prepare
from tests.services.deeds.test_issuing import key_file as key_file
from tests.services.deeds.test_issuing import tools as tools
from tests.services.deeds.test_issuing import turn as turn

MONTHS = (
    "Muharram", "Safar", "Rabi' al-Awwal", "Rabi' al-Thani", "Jumada al-Ula", "Jumada al-Akhirah", "Rajab", "Sha'ban",
    "Ramadan", "Shawwal", "Dhu al-Qa'dah", "Dhu al-Hijjah",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A moment in UTC, how long a record is valid, and what days that makes where the organisation is."""

    at: str
    validity: str
    on: str
    hijri: str | None
    until: str
    until_hijri: str | None
    # The last second of validity, in UTC.
    ends: str
    zone: str = "Africa/Cairo"


CASES = (
    # A Hijri year ends and another begins: midnight in Cairo is 21:00 in summer.
    Case("2024-07-06T20:59:59", "P1Y", "2024-07-06", "1445-12-30", "2025-07-06", "1447-01-11", "2025-07-06T20:59:59"),
    Case("2024-07-06T21:00:00", "P1Y", "2024-07-07", "1446-01-01", "2025-07-07", "1447-01-12", "2025-07-07T20:59:59"),
    # Ramadan begins; the same moment in Dubai and in UTC.
    Case("2026-02-17T21:30:00", "P2M", "2026-02-17", "1447-08-29", "2026-04-17", "1447-10-29", "2026-04-17T21:59:59"),
    Case(
        "2026-02-17T21:30:00",
        "P2M",
        "2026-02-18",
        "1447-09-01",
        "2026-04-18",
        "1447-11-01",
        "2026-04-18T19:59:59",
        "Asia/Dubai",
    ),
    Case(
        "2026-02-17T21:30:00",
        "P2M",
        "2026-02-17",
        "1447-08-29",
        "2026-04-17",
        "1447-10-29",
        "2026-04-17T23:59:59",
        "UTC",
    ),
    # Midnight of 24 April 2026 is not there in Egypt: the clock goes from 23:59:59 to 1:00.
    Case("2026-03-23T12:00:00", "P1M", "2026-03-23", "1447-10-04", "2026-04-23", "1447-11-06", "2026-04-23T21:59:59"),
    Case("2026-04-23T21:59:59", "P1M", "2026-04-23", "1447-11-06", "2026-05-23", "1447-12-06", "2026-05-23T20:59:59"),
    Case("2026-04-23T22:00:00", "P1M", "2026-04-24", "1447-11-07", "2026-05-24", "1447-12-07", "2026-05-24T20:59:59"),
    # The last hour of 29 October 2026 is there twice.
    Case("2026-09-29T12:00:00", "P1M", "2026-09-29", "1448-04-18", "2026-10-29", "1448-05-18", "2026-10-29T21:59:59"),
    Case("2026-10-29T20:30:00", "P1M", "2026-10-29", "1448-05-18", "2026-11-29", "1448-06-19", "2026-11-29T21:59:59"),
    Case("2026-10-29T21:30:00", "P1M", "2026-10-29", "1448-05-18", "2026-11-29", "1448-06-19", "2026-11-29T21:59:59"),
    Case("2026-10-29T22:00:00", "P1M", "2026-10-30", "1448-05-19", "2026-11-30", "1448-06-20", "2026-11-30T21:59:59"),
    # A Gregorian year ends; months of other lengths.
    Case("2026-12-31T21:59:59", "P2M", "2026-12-31", "1448-07-22", "2027-02-28", "1448-09-21", "2027-02-28T21:59:59"),
    Case("2026-12-31T22:00:00", "P2Y", "2027-01-01", "1448-07-23", "2029-01-01", "1450-08-16", "2029-01-01T21:59:59"),
    Case("2027-01-29T12:00:00", "P1M", "2027-01-29", "1448-08-21", "2027-02-28", "1448-09-21", "2027-02-28T21:59:59"),
    Case("2027-01-30T12:00:00", "P1M", "2027-01-30", "1448-08-22", "2027-02-28", "1448-09-21", "2027-02-28T21:59:59"),
    Case("2027-01-31T12:00:00", "P1M", "2027-01-31", "1448-08-23", "2027-02-28", "1448-09-21", "2027-02-28T21:59:59"),
    Case("2027-06-05T20:59:59", "P1Y", "2027-06-05", "1448-12-30", "2028-06-05", "1450-01-12", "2028-06-05T20:59:59"),
    Case("2027-06-05T21:00:00", "P1Y", "2027-06-06", "1449-01-01", "2028-06-06", "1450-01-13", "2028-06-06T20:59:59"),
    # A leap day, and the day that stands for it.
    Case("2028-01-31T12:00:00", "P1M", "2028-01-31", "1449-09-04", "2028-02-29", "1449-10-04", "2028-02-29T21:59:59"),
    Case("2028-02-29T12:00:00", "P1Y", "2028-02-29", "1449-10-04", "2029-02-28", "1450-10-15", "2029-02-28T21:59:59"),
    # The table ends: first the day until, then both stand by the Gregorian calendar alone.
    Case("2077-11-16T12:00:00", "P1D", "2077-11-16", "1500-12-30", "2077-11-17", None, "2077-11-17T21:59:59"),
    Case("2077-11-16T22:00:00", "P2Y", "2077-11-17", None, "2079-11-17", None, "2079-11-17T21:59:59"),
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spoken(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B} {found.year}"


def spoken_hijri(day: str) -> str:
    year, month, number = map(int, day.split("-"))
    return f"({number} {MONTHS[month - 1]} {year} AH)"


# Days are reckoned above the database.
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_records_of_every_moment_tell_the_same_days_in_every_form(
    works: Works, clock: Clock, publish: Publish, make_person: MakePerson
) -> None:
    for number, case in enumerate(CASES):
        clock.now = moment(case.at)
        module = f"moments-{number}"
        publish(module, validity=case.validity)
        with works.writing(SYSTEM) as work:
            organisation.change_choices(work, replace(organisation.DEFAULT, zone=case.zone))
        works.tools.kept.forget_choices()
        someone = make_person(modules=(module,))
        learning.finish(works, someone, module, best=True)
        held = signed(works, someone, module)
        prepare(works)
        summary = record(works, someone, held)
        facts = summary.facts
        stated = (str(facts.completed_on), facts.hijri, str(facts.valid_until), facts.valid_until_hijri)
        assert stated == (case.on, case.hijri, case.until, case.until_hijri), case
        # On paper.
        # Where a typesetter writes an apostrophe as it pleases.
        text = text_of(papers.get_paper(works, someone.actor, held).content).replace("’", "'")
        for day, other in ((case.on, case.hijri), (case.until, case.until_hijri)):
            words = f"{spoken(day)} {spoken_hijri(other)}" if other else spoken(day)
            assert flat(words) in text, (case, words)
        assert text.count("AH)") >= sum(one is not None for one in (case.hijri, case.until_hijri))
        if case.hijri is None:
            assert "AH)" not in text
        # As a credential, and to a stranger: to the same second.
        document = json.loads(made(works, someone, held))
        assert document["validFrom"] == f"{case.at}Z"
        assert document["validUntil"] == f"{case.ends}Z"
        content = json.dumps(document).encode()
        for later, state, wrong in ((0, "valid", ()), (1, "expired", ("expired",))):
            clock.now = moment(case.ends) + timedelta(seconds=later)
            works.tools.kept.forget_choices()
            assert (verify(works, summary.code).state, faults(works, content)) == (state, wrong), case
