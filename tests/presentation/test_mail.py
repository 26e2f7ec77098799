"""Mails: both parts, the direction set, names isolated, nothing that a header could be broken with."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.presentation.mail import assignment_mail, due_mail, link_mail
from quiz.services.delivering import AssignmentMail
from quiz.services.reminding import DueMail
from quiz.settings import Settings

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LINK = "http://127.0.0.1:8000/link/" + "ab" * 32


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(database_url="sqlite://", secret_key="a key for tests only, 0123456789abcdef"))


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
@pytest.mark.parametrize("purpose", ["invitation", "reset"])
def test_a_mail_says_the_same_twice(app: Flask, purpose: str, language: str, direction: str) -> None:
    message = link_mail(app, purpose, language, "هناء رضا", "hire@amana.example", LINK, "اليوم", NOW)
    plain = str(message.get_body(("plain",)).get_content())
    html = str(message.get_body(("html",)).get_content())
    assert LINK in plain
    assert f'href="{LINK}"' in html
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert "هناء رضا" in plain
    assert "<bdi>هناء رضا</bdi>" in html
    assert "&lt;" not in html
    assert "%(" not in plain + html
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "hire@amana.example"


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("until", ["", "21"])
def test_an_assignment_is_told_with_its_day_where_it_has_one(app: Flask, language: str, until: str) -> None:
    title = Text({"ar": "ما تغيّر", "en": "What changed"})
    mail = AssignmentMail("delta", title, date(2026, 12, 21), "هناء <رضا>", "hire@amana.example", language)
    message = assignment_mail(app, mail, LINK, until, NOW)
    plain, html = (str(message.get_body((kind,)).get_content()) for kind in ("plain", "html"))
    assert title.by_language[language] in plain
    assert f"<bdi>{title.by_language[language]}</bdi>" in html
    assert LINK in plain
    assert f'href="{LINK}"' in html
    assert (" 21" in plain) is bool(until)
    assert "<رضا>" not in html
    assert "%(" not in plain + html


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_a_reminder_names_all_that_is_late(app: Flask, language: str, direction: str) -> None:
    titles = Text({"ar": "ما تغيّر", "en": "What changed"}), Text({"ar": "الهدايا", "en": "Gifts"})
    due = date(2026, 11, 1)
    mail = DueMail(tuple((one, due, True) for one in titles), "هناء <رضا>", "hire@amana.example", language)
    message = due_mail(app, mail, LINK, ["1", "2"], NOW)
    plain, html = (str(message.get_body((kind,)).get_content()) for kind in ("plain", "html"))
    assert f'<html lang="{language}" dir="{direction}">' in html
    for title in titles:
        assert title.by_language[language] in plain
        assert f"<bdi>{title.by_language[language]}</bdi>" in html
    assert LINK in plain
    assert f'href="{LINK}"' in html
    assert "<رضا>" not in html
    assert "%(" not in plain + html


def test_a_mail_in_arabic_holds_no_english_sentence(app: Flask) -> None:
    message = link_mail(app, "reset", "ar", "هناء", "hire@amana.example", LINK, "اليوم", NOW)
    plain = str(message.get_body(("plain",)).get_content()).replace(LINK, "")
    assert not [word for word in plain.split() if word.isascii() and word.isalpha()]


def test_a_name_is_never_markup(app: Flask) -> None:
    message = link_mail(app, "reset", "ar", "<b>هناء</b>", "hire@amana.example", LINK, "اليوم", NOW)
    assert "<b>" not in str(message.get_body(("html",)).get_content())
