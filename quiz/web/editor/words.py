"""What the templates of the editors' desk need beside those of every page."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask.blueprints import BlueprintSetupState
from markupsafe import Markup, escape

from quiz.bank.composing import is_provisional
from quiz.bank.modules import shaped_line
from quiz.bank.places import title_of
from quiz.engine.document import BEHAVIOURS, FIGURES, INSTRUMENT_KINDS, REFERENCE_KINDS, UNITS
from quiz.engine.instrument import EditionStatus, Figure, Reference, Verification
from quiz.engine.question_types import registry as question_types
from quiz.engine.reading import DAY
from quiz.engine.scenario import AUDIENCES, BANKS, VALUES
from quiz.engine.scenario_document import TOPICS
from quiz.engine.text import Text
from quiz.presentation.cleaning import cleaning_words
from quiz.presentation.differing import pieces_of
from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.places import dotted, place_name
from quiz.presentation.rendering import runs
from quiz.presentation.wording import figure_words, reference_words
from quiz.web.editor.module_form import UNITS as DURATION_UNITS
from quiz.web.editor.module_form import duration_shown, share_shown
from quiz.web.editor.scenario_form import address
from quiz.web.editor.views import blueprint

# A page names every topic: a table of words that are looked up one by one, not all for each.
TOPIC_WORDS: Mapping[str, Callable[[], str]] = {
    "integrity": lambda: _("Integrity"),
    "transparency": lambda: _("Transparency"),
    "impartiality": lambda: _("Impartiality"),
    "loyalty": lambda: _("Sincerity and loyalty"),
    "confidentiality": lambda: _("Confidentiality"),
    "conflict-of-interest": lambda: _("Conflict of interest"),
    "gifts": lambda: _("Gifts and bribes"),
    "public-resources": lambda: _("Public resources"),
    "personal-accounts": lambda: _("Personal accounts"),
    "official-accounts": lambda: _("Official accounts"),
    "political-neutrality": lambda: _("Political neutrality"),
    "illegal-access": lambda: _("Access without right"),
    "state-systems": lambda: _("Systems of the State"),
    "privacy": lambda: _("Privacy and personal data"),
    "impersonation": lambda: _("Impersonation"),
    "e-fraud": lambda: _("Electronic fraud"),
    "account-administration": lambda: _("Running an account"),
    "service-providers": lambda: _("Service providers"),
    "reporting": lambda: _("Reporting"),
    "relations": lambda: _("Relations with people"),
    "equality": lambda: _("Equality"),
    "appearance": lambda: _("Appearance and dignity"),
    "working-hours": lambda: _("Working hours"),
    "post-employment": lambda: _("After leaving the job"),
    "information-security": lambda: _("Information security"),
    "passwords": lambda: _("Passwords"),
    "discipline": lambda: _("Discipline"),
    "digital-evidence": lambda: _("Digital evidence"),
    "general": lambda: _("General"),
}

# Where a link leads for a field that is a group or a whole entry rather than one control.
_GROUPS = {
    "cites": "provisions",
    "topics": "topics",
    "values": "values",
    "audience": "audience",
    "jurisdictions": "jurisdictions",
}
# Groups of boxes that stand in an entry of a list, or in a part of a module.
_INNER_GROUPS = (
    ".cites",
    ".topics",
    ".kinds",
    ".audience",
    ".difficulty",
    ".provisions",
    ".jurisdictions",
    ".editions",
)


def field_anchor(name: str) -> str:
    """Return the id of the control, or of the group, that a field's name stands for."""
    if name in _GROUPS:
        return _GROUPS[name]
    plain = name.replace(".", "-")
    if name.endswith(_INNER_GROUPS):
        return plain
    return plain.removesuffix("-key") if name.endswith(".key") else f"at-{plain}"


def addresses_in(cites: Iterable[Any] | None) -> list[str]:
    """Return the addresses of the citations of a document, however each is written."""
    return [address(cite) for cite in cites or ()]


def figure_line(figure: Mapping[str, Any]) -> str:
    """Return the line that pages would draw from a figure of a draft, empty as long as it cannot be drawn."""
    what, note = figure.get("what"), figure.get("note")
    has_note = isinstance(note, Mapping) and bool(note.get("ar"))
    if what not in FIGURES or (what in {"limit", "period", "count"} and not has_note):
        return ""
    least, most = (value if type(value) is int else None for value in (figure.get("min"), figure.get("max")))
    unit = figure.get("unit") if figure.get("unit") in UNITS else None
    currency = figure.get("currency") if figure.get("currency") in {"EGP", "AED"} else None
    said = Text(dict(note)) if isinstance(note, Mapping) and has_note else None
    drawn = Figure("", str(what), least, most, unit, currency, bool(figure.get("felony")), note=said)
    return figure_words(drawn, reader_locale().language)


def provision_number(provision: Mapping[str, Any]) -> str:
    """Return what a provision of a draft is called by its number, empty where it has none."""
    reference = provision.get("reference") or {}
    kind, number = reference.get("kind"), reference.get("number")
    return reference_words(Reference(kind, str(number))) if kind in REFERENCE_KINDS and number else ""


def as_text(words: Any) -> Text:
    """Return a text of a draft as pages say it."""
    return Text(words if isinstance(words, dict) else {})


def iso_day(words: Any) -> date | None:
    """Return the day that a field of a draft holds, None where it holds none."""
    try:
        return date.fromisoformat(words) if isinstance(words, str) and DAY.fullmatch(words) else None
    except ValueError:
        return None


def words_of_cleaning(changes: Mapping[str, int] | None) -> list[str]:
    """Return a sentence for everything that was cleaned out of what was typed or pasted."""
    return cleaning_words(changes or {})


def set_in(words: str, language: str | None) -> Markup:
    """Return a stretch of what was written, in the reader's digits where it is in the reader's language."""
    return runs(words) if language == reader_locale().language else escape(words)


@blueprint.record_once
def _install(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(
        addresses_in=addresses_in,
        as_text=as_text,
        dotted=dotted,
        duration_shown=duration_shown,
        field_anchor=field_anchor,
        figure_line=figure_line,
        is_provisional=is_provisional,
        iso_day=iso_day,
        pieces_of=pieces_of,
        provision_number=provision_number,
        runs=runs,
        place_name=lambda path: runs(place_name(path)),
        words_of_cleaning=words_of_cleaning,
        set_in=set_in,
        shaped_line=shaped_line,
        share_shown=share_shown,
        title_of=title_of,
        AUDIENCES=AUDIENCES,
        BEHAVIOURS=BEHAVIOURS,
        DURATION_UNITS=DURATION_UNITS,
        FIGURES=FIGURES,
        INSTRUMENT_KINDS=INSTRUMENT_KINDS,
        SCENARIO_KINDS=question_types.names(),
        BANKS=BANKS,
        REFERENCE_KINDS=REFERENCE_KINDS,
        STATUSES=tuple(status.value for status in EditionStatus),
        TOPIC_WORDS=TOPIC_WORDS,
        TOPICS=TOPICS,
        UNITS=UNITS,
        VALUES=VALUES,
        VERIFICATIONS=tuple(verification.value for verification in Verification),
    )
