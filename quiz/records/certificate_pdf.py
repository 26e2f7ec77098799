"""The completion record as a PDF: Arabic shaped, tagged, to be kept (PDF/A-3a) and read aloud (PDF/UA-1)."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from gettext import NullTranslations
from typing import cast
from zoneinfo import ZoneInfo

from quiz.engine.text import Text
from quiz.language import dates
from quiz.language.bidi import arabic_runs, strip_controls
from quiz.language.catalogue import catalogue
from quiz.language.locale import ReaderLocale
from quiz.language.numbers import percent
from quiz.records import codes, linked_facts, qr
from quiz.records.facts import CompletionFacts, EditionFact
from quiz.records.typesetting import Data, drawn, line, typeset

Wordings = Callable[[str], NullTranslations]
# What a fact is called, and what is said of it, line by line.
Fact = tuple[str, list[str]]

# As many lines of editions as stay readable on the first page, and about how many letters one holds there.
EDITION_LINES_ON_FIRST_PAGE = 4
_LETTERS_A_LINE = 90
_TEMPLATE = "certificate.typ"
# Stand for the name and the programme while the sentence is taken apart; they occur in no catalogue.
_NAME, _MODULE = "\ue000", "\ue001"
_ROLES = {_NAME: "name", _MODULE: "module"}
_SENTENCE_MARKS = " .،؛:«»“”"


class UnsettableName(ValueError):
    """A name holds characters that the typeface of the certificate does not have."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


def check_name(name: str) -> None:
    """Raise UnsettableName where the typeface lacks a character of a name; to be asked before issuing."""
    missing = [character for character in _tidy(name) if ord(character) not in drawn()]
    if missing:
        raise UnsettableName("".join(dict.fromkeys(missing)))


def render(
    facts: CompletionFacts,
    name: str,
    latin_name: str | None,
    verify_url: str,
    code: str,
    locale: ReaderLocale,
    wordings: Wordings = catalogue,
    signer: str | None = None,
    qr_address: str | None = None,
) -> bytes:
    """Return the certificate: one A4 page, the same bytes for the same facts, the facts attached as JSON-LD.

    `qr_address` is what the QR code says instead of the address that stands beside it. `signer` is in whose name it is
    about to be signed; without one the page says that it is not. Digits follow `locale`, English lines keep Latin
    ones. Where a name cannot be set, the Latin one stands in
    its place; where nothing helps, the file is made without the standards, which demand that every character
    is drawn.
    """
    holder, latin = _tidy(name), _tidy(latin_name) if latin_name else None
    if latin and not _is_settable(holder) and _is_settable(latin):
        holder = latin
    arabic = _Side(ReaderLocale("ar", locale.digits, locale.calendar), wordings("ar"))
    sides = (arabic, _Side(ReaderLocale("en"), wordings("en")))
    data = _data(facts, holder, latin or holder, verify_url, code, sides, _tidy(signer) if signer else None)
    if qr_address:
        data["qr"] = qr.svg(qr_address, arabic.words.gettext("QR code"), edge=0)
    return typeset(_TEMPLATE, data, f"certificate {facts.serial}")


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two languages of a certificate: how it is set and what it is called in."""

    locale: ReaderLocale
    words: NullTranslations

    def line(self, text: str, language: str | None = None) -> Data:
        """Return a line as the template takes it; a text in another language says so."""
        return line(text, language or self.locale.language, self.locale)

    def text(self, text: Text) -> Data:
        """Return a multilingual text as a line, in this language or in the one it falls back to."""
        return self.line(*text.in_language(self.locale.language))

    def day(self, value: date, hijri: str | None) -> str:
        """Return a day with the Umm al-Qura date that the facts hold for it."""
        other = cast(dates.HijriDay, tuple(int(part) for part in hijri.split("-"))) if hijri else None
        return dates.both_days(value, other, self.locale)


def _data(
    facts: CompletionFacts,
    holder: str,
    latin: str,
    verify_url: str,
    code: str,
    sides: tuple[_Side, _Side],
    signer: str | None,
) -> Data:
    """Return everything the template draws, in words and digits that need no further thought."""
    ar, en = sides
    gettext = ar.words.gettext
    address = verify_url.removesuffix(code).removesuffix(codes.display(code)).rstrip("/")
    moment = facts.completed_at
    rows, overleaf = _rows(facts, ar, en)
    rows.insert(-1, _signature(signer, ar, en))
    module = facts.module_title.in_language("ar")[0]
    return {
        "title": gettext("Completion record: %(module)s") % {"module": module},
        # The text layer of a name with vowel marks comes out in pieces: this one is whole.
        "description": _sentence(ar, holder, module),
        "author": facts.organisation.in_language("ar")[0],
        "date": {part: getattr(moment, part) for part in ("year", "month", "day", "hour", "minute", "second")},
        "organisation": ar.text(facts.organisation),
        "organisation_translation": en.text(facts.organisation) if "en" in facts.organisation.by_language else None,
        "statement": _statement(ar, facts, holder),
        "statement_translation": _statement(en, facts, latin),
        "facts": rows,
        "overleaf": overleaf,
        "url": verify_url,
        "address": en.line(address),
        "code": en.line(codes.display(code)),
        "qr": qr.svg(verify_url, gettext("QR code"), edge=0),
        "alt": gettext("QR code leading to %(address)s") % {"address": verify_url},
        "attachment": gettext("The facts of this record, for machines"),
        "attachment_name": linked_facts.NAME,
        "attachment_type": linked_facts.MIME_TYPE,
        "facts_json": linked_facts.attached(facts, verify_url).decode(),
        **_both(ar, en),
    }


def _both(ar: _Side, en: _Side) -> Data:
    """Return the fixed lines of both languages; the English ones end in `_translation`."""
    data: Data = {}
    for side, suffix in ((ar, ""), (en, "_translation")):
        gettext = side.words.gettext
        data["heading" + suffix] = side.line(gettext("Completion record"))
        data["invitation" + suffix] = side.line(gettext("To verify this record, scan the code or open this address:"))
        data["code_label" + suffix] = side.line(gettext("Verification code"))
        data["disclaimer" + suffix] = side.line(gettext("Not an academic qualification"))
    return data


def _sentence(side: _Side, holder: str, module: str) -> str:
    return side.words.gettext(
        "This record confirms that %(name)s has completed the training programme “%(module)s”."
    ) % {"name": holder, "module": module}


def _statement(side: _Side, facts: CompletionFacts, holder: str) -> list[Data]:
    """Return the sentence of the certificate in parts, so that name and programme can be set apart from it.

    In Arabic each part has a line of its own, without the marks that hold a sentence together.
    """
    module = facts.module_title.in_language(side.locale.language)
    lines = {_NAME: side.line(holder, _script(holder)), _MODULE: side.line(*module)}
    parts: list[Data] = []
    for part in re.split(f"([{_NAME}{_MODULE}])", _sentence(side, _NAME, _MODULE)):
        words = part.strip(_SENTENCE_MARKS) if side.locale.language == "ar" else part
        parts.append({"role": _ROLES.get(part, "words"), "line": lines.get(part) or side.line(words)})
    return [part for part in parts if part["line"]["pieces"]]


def _rows(facts: CompletionFacts, ar: _Side, en: _Side) -> tuple[list[Data], Data | None]:
    """Return the facts in the order of the page, and the editions where they are listed on the next one."""
    editions = _fact(ar, en, _editions(facts, ar), _editions(facts, en))
    is_overleaf = sum(map(_lines, facts.editions)) > EDITION_LINES_ON_FIRST_PAGE
    rows = [_fact(ar, en, *both) for both in zip(_days(facts, ar), _days(facts, en), strict=True)]
    rows.append(_fact(ar, en, _overleaf(ar), _overleaf(en)) if is_overleaf else editions)
    rows += [_fact(ar, en, *both) for both in zip(_deeds(facts, ar), _deeds(facts, en), strict=True)]
    rows.append(_serial(facts, ar, en))
    return rows, editions if is_overleaf else None


def _fact(ar: _Side, en: _Side, said: Fact, translated: Fact) -> Data:
    """Return one fact as the template takes it, the English of each line beneath it."""
    return {
        "label": ar.line(said[0]),
        "label_translation": en.line(translated[0]),
        "said": [
            {"line": ar.line(words), "translation": en.line(english)}
            for words, english in zip(said[1], translated[1], strict=True)
        ],
    }


def _days(facts: CompletionFacts, side: _Side) -> list[Fact]:
    gettext = side.words.gettext
    until = side.day(facts.valid_until, facts.valid_until_hijri) if facts.valid_until else gettext("No end date")
    return [
        (gettext("Completed on"), [side.day(facts.completed_on, facts.hijri)]),
        (gettext("Valid until"), [until]),
    ]


def _editions(facts: CompletionFacts, side: _Side) -> Fact:
    return side.words.gettext("Editions applied"), [_edition(edition, side) for edition in facts.editions]


def _lines(edition: EditionFact) -> int:
    return max(-(-len(label) // _LETTERS_A_LINE) for label in edition.label.by_language.values())


def _overleaf(side: _Side) -> Fact:
    return side.words.gettext("Editions applied"), [side.words.gettext("Listed on the next page")]


def _deeds(facts: CompletionFacts, side: _Side) -> list[Fact]:
    gettext = side.words.gettext
    deeds = [(gettext("Pass mark"), [gettext("At least %(share)s, reached") % {"share": _share(facts, side)}])]
    if facts.pledged_at:
        signed = dates.gregorian_day(facts.pledged_at.astimezone(ZoneInfo(facts.zone)).date(), side.locale)
        deeds.append((gettext("Pledge"), [gettext("Signed on %(day)s") % {"day": signed}]))
    return deeds


def _serial(facts: CompletionFacts, ar: _Side, en: _Side) -> Data:
    """Return the serial number: a code, set alike in both languages and so said once."""
    return {
        "label": ar.line(ar.words.gettext("Serial number")),
        "label_translation": en.line(en.words.gettext("Serial number")),
        "said": [{"line": en.line(facts.serial), "translation": None}],
    }


def _signature(signer: str | None, ar: _Side, en: _Side) -> Data:
    """Return in whose name the paper is signed, as the certificate of the signature says it, or that it is not."""

    def label(side: _Side) -> Data:
        return side.line(side.words.gettext("Electronic signature"))

    def unsigned(side: _Side) -> Data:
        return side.line(side.words.gettext("Not signed: test installation"))

    said: Data
    if signer is None:
        said = {"line": unsigned(ar), "translation": unsigned(en)}
    else:
        said = {"line": ar.line(signer, _script(signer)), "translation": None}
    return {"label": label(ar), "label_translation": label(en), "said": [said]}


def _edition(edition: EditionFact, side: _Side) -> str:
    gettext = side.words.gettext
    label = edition.label.in_language(side.locale.language)[0]
    match edition.status:
        case "in_force":
            return label
        case "repealed":
            return gettext("%(edition)s (repealed)") % {"edition": label}
        case "draft":
            return gettext("%(edition)s (draft)") % {"edition": label}
    return gettext("%(edition)s (status not verified)") % {"edition": label}


def _share(facts: CompletionFacts, side: _Side) -> str:
    share = Fraction(facts.pass_score)
    return percent(share, side.locale, 0 if (share * 100).denominator == 1 else 2)


def _script(name: str) -> str:
    return "ar" if arabic_runs(name) else "en"


def _tidy(name: str) -> str:
    return " ".join(strip_controls(unicodedata.normalize("NFC", name)).split())


def _is_settable(name: str) -> bool:
    try:
        check_name(name)
    except UnsettableName:
        return False
    return True
