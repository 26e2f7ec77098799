"""Mails: both parts, the direction set, names isolated, nothing that a header could be broken with."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar as CalendarFile

from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.language.locale import Calendar, ReaderLocale
from quiz.presentation.mail import digest_mail, due_mail, link_mail, superior_mail
from quiz.services.digesting import DigestLine, DigestMail
from quiz.services.reminder_mails import DueMail, DueModule, LateOne, SuperiorMail
from quiz.settings.operator import Settings

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


DAY = date(2026, 12, 21)
WHAT_CHANGED, GIFTS = Text({"ar": "ما تغيّر", "en": "What changed"}), Text({"ar": "الهدايا", "en": "Gifts"})


def told(app: Flask, language: str, *modules: DueModule) -> tuple[EmailMessage, str, str]:
    mail = DueMail(modules, "هناء <رضا>", "hire@amana.example", language)
    locale = ReaderLocale.of(language, "latn", Calendar.GREGORIAN)
    message = due_mail(app, mail, LINK, locale, NOW)
    return message, *(str(message.get_body((kind,)).get_content()) for kind in ("plain", "html"))


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_a_mail_of_due_dates_names_each_module_in_its_part(app: Flask, language: str, direction: str) -> None:
    modules = (
        DueModule("1", "delta", WHAT_CHANGED, date(2026, 11, 2), is_past=True),
        DueModule("2", "gifts", GIFTS, None, is_new=True),
    )
    message, plain, html = told(app, language, *modules)
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert html.count("<h2>") == 2
    for title in (WHAT_CHANGED, GIFTS):
        assert title.by_language[language] in plain
        assert f"<bdi>{title.by_language[language]}</bdi>" in html
    assert plain.index("2026") < plain.index(GIFTS.by_language[language])
    assert plain.count("2026") == html.count("2026") == 1
    assert LINK in plain
    assert f'href="{LINK}"' in html
    assert "<رضا>" not in html
    assert "%(" not in plain + html
    assert message["Subject"] != told(app, language, modules[1])[0]["Subject"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_mail_says_when_superiors_are_told_and_when_they_were(app: Flask, language: str) -> None:
    quiet = DueModule("1", "gifts", GIFTS, DAY)
    assert told(app, language, quiet)[1].count("2026") == 1
    said = replace(quiet, told_on=date(2026, 12, 28), tells_from=date(2027, 1, 11))
    for part in told(app, language, said)[1:]:
        assert (part.count("28"), part.count("2027"), part.count("<br>")) in ((1, 1, 2), (1, 1, 0))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_due_days_come_with_a_calendar_and_without_one_there_is_none(app: Flask, language: str) -> None:
    message, _plain, _html = told(app, language, DueModule("1", "gifts", GIFTS, DAY))
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "amana.ics"
    assert attached.get_param("charset") == "utf-8"
    (event,) = CalendarFile.from_ical(attached.get_payload(decode=True)).walk("VEVENT")
    assert GIFTS.by_language[language] in event["summary"]
    assert "هناء" not in event.to_ical().decode()
    assert list(told(app, language, DueModule("1", "gifts", GIFTS, None, is_new=True))[0].iter_attachments()) == []


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_a_superior_reads_names_modules_and_days(app: Flask, language: str, direction: str) -> None:
    late = tuple(LateOne(name, GIFTS, DAY) for name in ("عادل <سمير>", "دعاء"))
    mail = SuperiorMail(late, "هناء", "hire@amana.example", language)
    message = superior_mail(app, mail, LINK, ReaderLocale.of(language, "latn", Calendar.GREGORIAN), NOW)
    plain, html = (str(message.get_body((kind,)).get_content()) for kind in ("plain", "html"))
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert "<bdi>دعاء</bdi>" in html
    assert "<سمير>" not in html
    assert plain.count(GIFTS.by_language[language]) == plain.count("2026") == 2
    assert LINK in plain
    assert f'href="{LINK}"' in html
    assert "%(" not in plain + html


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_each_line_of_a_week_leads_to_its_list(app: Flask, language: str, direction: str) -> None:
    lines = DigestLine("late", 5, 3), DigestLine("not_begun", 7, 7), DigestLine("asks_help", 1, None)
    mail = DigestMail(lines, DAY, "هناء <رضا>", "hire@amana.example", language)
    locale = ReaderLocale.of(language, "latn", Calendar.GREGORIAN)
    message = digest_mail(app, mail, "http://127.0.0.1:8000/manage/", locale, NOW)
    plain, html = (str(message.get_body((kind,)).get_content()) for kind in ("plain", "html"))
    assert f'<html lang="{language}" dir="{direction}">' in html
    for address in ("late=1", "bucket=not_begun", "bucket=asks_help"):
        assert f'href="http://127.0.0.1:8000/manage/people?{address}"' in html
        assert f"http://127.0.0.1:8000/manage/people?{address}" in plain
    assert html.partition("<body")[2].count("(") == plain.count("(") == 1
    assert "2026" in plain
    assert "<رضا>" not in html
    assert "%(" not in plain + html


def test_a_mail_in_arabic_holds_no_english_sentence(app: Flask) -> None:
    message = link_mail(app, "reset", "ar", "هناء", "hire@amana.example", LINK, "اليوم", NOW)
    plain = str(message.get_body(("plain",)).get_content()).replace(LINK, "")
    assert not [word for word in plain.split() if word.isascii() and word.isalpha()]


def test_a_name_is_never_markup(app: Flask) -> None:
    message = link_mail(app, "reset", "ar", "<b>هناء</b>", "hire@amana.example", LINK, "اليوم", NOW)
    assert "<b>" not in str(message.get_body(("html",)).get_content())


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_no_address_and_no_name_begins_a_line_of_the_head(app: Flask, end: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        link_mail(app, "reset", "ar", "هناء", f"hire@amana.example{end}Bcc: evil@evil.example", LINK, "اليوم", NOW)
    message = link_mail(
        app, "reset", "ar", f"هناء{end}Bcc: evil@evil.example", "hire@amana.example", LINK, "اليوم", NOW
    )
    assert "Bcc" not in message
    assert not [line for line in message.as_bytes().partition(b"\n\n")[0].splitlines() if line.startswith(b"Bcc")]
