"""Names, titles and addresses that hold ends of lines: files are named by one line, and mails go to one person."""

from email import message_from_bytes, policy

import pytest
from flask import Flask

from quiz.engine.text import Text
from quiz.jobs.chores import sweep
from quiz.presentation.paper_file import paper_file
from quiz.services import people, workforce
from quiz.services.errors import Refused
from quiz.services.papers import Paper
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson
from tests.fixtures.settings import NOW
from tests.web.attacks.test_ended_lines import ODD, faults_of


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_paper_is_named_by_one_line_whatever_its_module_is_called(app: Flask, odd: str, language: str) -> None:
    title = Text({"ar": f"الهدايا {odd}", "en": f"Gifts {odd}"})
    with app.test_request_context("/", headers={"Cookie": f"language={language}"}):
        response = paper_file(Paper(b"%PDF", "gifts", title, NOW.date(), is_signed=False))
        assert faults_of(tuple(response.headers)) == []
        said = response.headers["Content-Disposition"]
        assert said.startswith("attachment; filename=\"amana-gifts-2026-11-21.pdf\"; filename*=UTF-8''")
        assert not set(said.partition("UTF-8''")[2]) & set('"; \\/')


@pytest.mark.parametrize(
    "odd", ["a@b.example\r\nBcc: evil@b.example", "a@b.example, evil@b.example", "a@b.example\u2028x"]
)
def test_no_address_is_taken_that_would_be_two_lines_or_two_people(works: Works, unit: str, odd: str) -> None:
    assert workforce.tidy_mail(odd) is None
    with pytest.raises(Refused), works.writing(SYSTEM) as work:
        person = people.provision_person(work, "E-1", "e@amana.example", "هناء", unit)
        workforce.correct_person(work, person, "قرار", email=odd)


def test_a_name_of_two_lines_is_one_in_a_mail_and_ends_no_header(
    app: Flask, works: Works, make_person: MakePerson, mailer: MemoryMailer
) -> None:
    someone = make_person(name="هناء\r\nBcc: evil@amana.example\r\n\r\nSubject: evil")
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id)
    sweep(app)
    (sent,) = mailer.sent
    read = message_from_bytes(sent.as_bytes(), policy=policy.default)
    assert {name for name, _ in read.items()} == set(sent.keys())
    assert (read["To"], read["Bcc"]) == (someone.email, None)
    assert "evil" not in str(read["Subject"])
    assert "هناء Bcc: evil@amana.example Subject: evil" in read.get_body(("plain",)).get_content()
