"""What templates may call: texts in the reader's language, numbers, dates, isolation; nothing else sets them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from flask import Flask, g, request, url_for
from markupsafe import Markup, escape

from quiz.access.actor import Role
from quiz.bank.findings import Finding
from quiz.engine.text import Text
from quiz.language import dates, numbers, prose
from quiz.language.bidi import isolate as isolated
from quiz.language.bidi import language_of, strip_controls
from quiz.language.locale import Calendar
from quiz.presentation import wording
from quiz.presentation.assets import asset
from quiz.presentation.findings import sentence
from quiz.presentation.i18n import _, _p, reader_locale
from quiz.presentation.places import place_name
from quiz.presentation.signed_in import settings
from quiz.services.citing import CitationSummary
from quiz.services.passkeys import are_possible

_PLACEHOLDER = re.compile(r"(%\(\w+\)s)")


def say(text: Text) -> Markup:
    """Return a text as inline HTML in the reader's language, marked where it had to be another."""
    locale = reader_locale()
    words, language = text.in_language(locale.language)
    html = prose.inline(words, language, locale)
    if language == locale.language:
        return Markup(html)  # nosec B704 # noqa: S704 - prose escapes everything an editor wrote
    return Markup('<span lang="{}" dir="{}">{}</span>').format(language, _direction(language), Markup(html))  # nosec B704 # noqa: S704 - prose escapes what it is given


def plain(text: Text) -> str:
    """Return a text where no markup can stand, such as a title or an option: isolated where it had to be another."""
    locale = reader_locale()
    words, language = text.in_language(locale.language)
    spoken = prose.plain(words, language, locale)
    return spoken if language == locale.language or not spoken else isolated(spoken)


def say_prose(text: Text) -> Markup:
    """Return a text as block HTML in the reader's language, marked where it had to be another."""
    locale = reader_locale()
    words, language = text.in_language(locale.language)
    html = Markup(prose.block(words, language, locale))  # nosec B704 # noqa: S704 - as above
    if language == locale.language:
        return html
    return Markup('<div lang="{}" dir="{}">{}</div>').format(language, _direction(language), html)


def _direction(language: str) -> str:
    return "rtl" if language == "ar" else "ltr"


def number(value: int) -> str:
    """Return a number in the reader's digits."""
    return numbers.number(value, reader_locale())


def percent(value: Fraction) -> str:
    """Return a share as a percentage in the reader's digits, rounded once for the eye."""
    return numbers.percent(value, reader_locale())


def share(value: float) -> str:
    """Return a share that was computed as a whole percentage in the reader's digits."""
    return percent(Fraction(value))


def decimal(value: float) -> str:
    """Return a computed figure with two decimals in the reader's digits."""
    return numbers.number(Decimal(f"{value:.2f}"), reader_locale())


def day(value: date) -> str:
    """Return a civil date in words."""
    return dates.day(value, reader_locale())


def stated_day(value: date, hijri: str | None) -> str:
    """Return a civil date in words with the Umm al-Qura date that a record states for it, as `1448-06-11`."""
    locale = reader_locale()
    if hijri is None or locale.calendar is not Calendar.BOTH:
        return dates.gregorian_day(value, locale)
    year, month_, day_ = (int(part) for part in hijri.split("-"))
    return dates.both_days(value, (year, month_, day_), locale)


def short_day(value: date) -> str:
    """Return a civil date in words by the Gregorian calendar alone, for tables."""
    return dates.gregorian_day(value, reader_locale())


def month(value: date) -> str:
    """Return the month of a civil date in words."""
    return dates.gregorian_month(value, reader_locale())


def moment(value: datetime) -> str:
    """Return a moment in words, in the organisation's zone."""
    return dates.moment(value, g.choices.zone, reader_locale())


def isolate(value: object) -> Markup:
    """Return a name or another foreign piece so that it cannot disturb the line around it."""
    is_typed = isinstance(value, str) and not isinstance(value, Markup)
    return Markup("<bdi>{}</bdi>").format(strip_controls(str(value)) if is_typed else value)


def told(words: str) -> Markup:
    """Return a ready sentence of the interface, such as the fault of a field: runs isolated, digits the reader's."""
    locale = reader_locale()
    return Markup(prose.inline(str(words), locale.language, locale))  # nosec B704 # noqa: S704 - prose escapes what it is given


def law(finding: Finding) -> Markup:
    """Return what the editorial law says of a place, as a sentence with its values isolated."""
    values = dict(finding.values)
    if "field" in values:
        values["field"] = place_name(values["field"])
    return Markup("{}").format(sentence(replace(finding, values=values), _in_runs, _isolated_runs))


def _in_runs(message: str) -> Markup:
    """Return a sentence with its placeholders as they are, and all around them as the reader reads it."""
    parts = _PLACEHOLDER.split(_(message))
    # A placeholder is no markup.
    return Markup("").join(Markup(part) if _PLACEHOLDER.fullmatch(part) else runs(part) for part in parts)  # nosec B704 # noqa: S704 - a placeholder of ours is no markup


def _isolated_runs(value: str) -> Markup:
    return isolate(runs(value))


def runs(words: str) -> Markup:
    """Return plain words as they are, runs of the other script isolated, digits the reader's."""
    locale = reader_locale()
    return Markup("").join(
        escape(piece.words) if piece.kind == "own" else Markup('<bdi dir="{}">{}</bdi>').format(piece.kind, piece.words)
        for piece in prose.pieces(words, locale.language, locale)
    )


def written(words: str) -> Markup:
    """Return what a person wrote, as it was written: its own direction, its own lines, nothing in it markup."""
    language = language_of(words)
    html = Markup(prose.as_written(words, language, reader_locale()))  # nosec B704 # noqa: S704 - prose escapes what it is given
    return Markup('<bdi class="written" lang="{}" dir="{}">{}</bdi>').format(language, _direction(language), html)


def reference(words: str) -> Markup:
    """Return the number of a paper such as 48/2026, isolated and in the reader's digits."""
    return Markup("<bdi>{}</bdi>").format(told(words))


def code(value: object) -> Markup:
    """Return an identifier, address or code: always left to right, digits untouched."""
    return Markup('<bdi dir="ltr" class="code">{}</bdi>').format(value)


def digits(words: str) -> str:
    """Return plain words, such as a fraction in a list of choices, in the reader's digits."""
    return numbers.set_digits(words, reader_locale())


def moved(positions: Sequence[object], source: int, target: int) -> str:
    """Return an order of positions in which one changed its place, as an address carries it: 2-0-1."""
    order = list(positions)
    order.insert(target, order.pop(source))
    return "-".join(map(str, order))


def numbering() -> str:
    """Return the class of a list that the browser is to number in the reader's digits."""
    locale = reader_locale()
    return f"numbered numbered--{locale.digits if locale.language == 'ar' else 'latn'}"


def duration(value: timedelta) -> str:
    """Return a length of time in words."""
    return wording.duration_words(value)


def cited(summaries: Sequence[CitationSummary]) -> list[wording.ShownCitation]:
    """Return citations ready for their component."""
    language = reader_locale().language
    return [wording.show_citation(summary, language) for summary in summaries]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The language the reader can switch to."""

    code: str
    name: str
    direction: str


class Chrome:
    """What stands around a page; made at first need, since error pages may have no database."""

    @property
    def person(self) -> str | None:
        """Return the name of who is signed in."""
        signed_in = g.get("signed_in")
        return signed_in.name if signed_in else None

    @property
    def nav(self) -> list[Place]:
        """Return the desks this person has."""
        signed_in = g.get("signed_in")
        if signed_in is None:
            return []
        roles = signed_in.actor.roles
        staff = (Role.HR, Role.ADMIN)
        desks: list[tuple[tuple[Role, ...], str, str]] = [
            ((Role.LEARNER,), _("My training"), "learner.home"),
            ((Role.LEARNER,), _("My records"), "learner.records"),
            ((Role.LEARNER,), _p("navigation", "Codes and laws"), "reference.instruments"),
            ((Role.MANAGER,), _("My team"), "manager.team"),
            ((Role.EDITOR, Role.REVIEWER), _("Content desk"), "editor.desk"),
            ((Role.ADVISER,), _("Questions"), "adviser.questions"),
            ((Role.ADVISER,), _("Incidents"), "adviser.incidents"),
            ((Role.MANAGER,), _("Weak spots"), "manager.weaknesses"),
            ((Role.MANAGER,), _("Delegation"), "manager.delegation"),
            (staff, _("People"), "admin.people"),
            (staff, _("Assignment rules"), "admin.rules"),
            ((Role.HR, Role.AUDITOR), _("Weak spots in all units"), "admin.weaknesses"),
            (staff, _("Changed provisions"), "admin.asked_again"),
            (staff, _("Records"), "admin.register"),
            (staff, _("Marking again"), "admin.regrading"),
            ((*staff, Role.AUDITOR), _("Mails"), "admin.mails"),
            ((Role.HR, Role.AUDITOR), _p("navigation", "Evidence"), "admin.evidence"),
            ((Role.AUDITOR, Role.ADMIN), _("Audit trail"), "admin.audit"),
            ((Role.ADMIN,), _("Connected systems"), "admin.connections"),
            ((Role.ADMIN,), _p("navigation", "Operation"), "admin.operation"),
            ((Role.ADMIN,), _("Settings"), "admin.settings"),
        ]
        found = [(label, url_for(endpoint)) for those, label, endpoint in desks if roles & {*those}]
        return [Place(label, href, request.path == href) for label, href in found]

    @property
    def may_write(self) -> bool:
        """Tell whether this person writes content."""
        signed_in = g.get("signed_in")
        return signed_in is not None and Role.EDITOR in signed_in.actor.roles

    @property
    def may_review(self) -> bool:
        """Tell whether this person approves content."""
        signed_in = g.get("signed_in")
        return signed_in is not None and Role.REVIEWER in signed_in.actor.roles

    def writes(self, bank: str) -> bool:
        """Tell whether this person writes scenarios of a bank."""
        return self._holds_in(bank, Role.EDITOR)

    def reviews(self, bank: str) -> bool:
        """Tell whether this person approves scenarios of a bank."""
        return self._holds_in(bank, Role.REVIEWER)

    def edits(self, bank: str) -> bool:
        """Tell whether a bank is this person's to write or to approve."""
        return self._holds_in(bank, Role.EDITOR, Role.REVIEWER)

    @property
    def edits_all(self) -> bool:
        """Tell whether this person writes or approves content of every bank, and so what draws over banks."""
        signed_in = g.get("signed_in")
        return signed_in is not None and signed_in.actor.banks_of(Role.EDITOR, Role.REVIEWER) is None

    @staticmethod
    def _holds_in(bank: str, *roles: Role) -> bool:
        signed_in = g.get("signed_in")
        if signed_in is None:
            return False
        banks = signed_in.actor.banks_of(*roles)
        return banks is None or bank in banks

    @property
    def other_language(self) -> OtherLanguage:
        """Return the language that is not being read."""
        if reader_locale().language == "ar":
            return OtherLanguage("en", "English", "ltr")
        return OtherLanguage("ar", "العربية", "rtl")

    @property
    def here(self) -> str:
        """Return the page to come back to after a switch of language."""
        if "\x00" in request.path:
            return "/"
        if request.method != "GET":
            # A page drawn after a refused form has the address of the form; its GET shows the same place.
            return request.path
        return request.full_path.rstrip("?")

    @property
    def organisation(self) -> Text | None:
        """Return the name of the organisation."""
        choices = g.get("choices")
        return choices.name if choices else None

    @property
    def demo(self) -> bool:
        """Tell whether this is a demonstration."""
        return settings().demo

    @property
    def passkeys(self) -> bool:
        """Tell whether browsers keep passkeys for our address."""
        return are_possible(settings().base_url)


def _context() -> dict[str, object]:
    return {"locale": reader_locale(), "chrome": Chrome()}


def install(app: Flask) -> None:
    """Give templates their words."""
    app.context_processor(_context)
    app.jinja_env.globals.update(
        asset=asset,
        cited=cited,
        code=code,
        day=day,
        decimal=decimal,
        digits=digits,
        duration=duration,
        isolate=isolate,
        law=law,
        moved=moved,
        numbering=numbering,
        moment=moment,
        month=month,
        number=number,
        percent=percent,
        plain=plain,
        prose=say_prose,
        reference=reference,
        runs=runs,
        say=say,
        share=share,
        short_day=short_day,
        stated_day=stated_day,
        told=told,
        words=wording,
        written=written,
    )
    app.jinja_env.filters.update(isolate=isolate, number=number)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
