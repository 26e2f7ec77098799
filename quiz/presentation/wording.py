"""Sentences for codes and figures: references, periods, states, reasons; each whole, so that it can be translated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from quiz.engine.instrument import Figure, Reference
from quiz.engine.text import Text
from quiz.language import numbers
from quiz.presentation.i18n import _, _np, _p, number_words, reader_locale
from quiz.services.citing import CitationSummary

RATING_WORDS: dict[str, Callable[[], str]] = {
    "very_inappropriate": lambda: _("Not appropriate at all"),
    "inappropriate": lambda: _("Not appropriate"),
    "appropriate": lambda: _("Appropriate"),
    "very_appropriate": lambda: _("Very appropriate"),
}
PICK_WORDS: dict[str, Callable[[], str]] = {
    "most": lambda: _("The most appropriate"),
    "least": lambda: _("The least appropriate"),
}
CERTAINTY_WORDS: dict[str, Callable[[], str]] = {
    "low": lambda: _("Not certain"),
    "medium": lambda: _("Fairly certain"),
    "high": lambda: _("Certain"),
}
# What counts as taking an option in statistics, where it is not simply chosen.
TAKEN_WORDS: dict[str, Callable[[], str]] = {
    "judgement": lambda: _("The share is of those who rated it as the reference does."),
    "ordering": lambda: _("The share is of those who put it in its place."),
    "most_least": lambda: _("The share is of those who picked it as the most appropriate."),
}
DOUBT_WORDS: dict[str, Callable[[], str]] = {
    "against-the-whole": lambda: _("Works against the whole"),
    "very-hard": lambda: _("Very hard"),
    "sure-and-wrong": lambda: _("Many are certain and not right"),
    "never-taken": lambda: _("An option nobody takes"),
    "harder-in-arabic": lambda: _("Harder in Arabic"),
    "harder-in-english": lambda: _("Harder in English"),
}
SUGGESTION_WORDS: dict[str, Callable[[], str]] = {
    "against-the-whole": lambda: _(
        "Those who do well elsewhere do worse here. Read the key again, then look for an option that can be defended"
        " as well as the one that is held to be best."
    ),
    "very-hard": lambda: _(
        "Most people do not find the best answer. Either the provision is not known yet, and a lesson card is missing,"
        " or the story leaves out what would decide it."
    ),
    "sure-and-wrong": lambda: _(
        "A quarter or more were certain and not fully right. Here a ruling teaches most: see that it takes up why the"
        " other option looks right."
    ),
    "never-taken": lambda: _(
        "An option that nobody takes teaches nothing. Replace it by what people really consider doing."
    ),
    "harder-in-arabic": lambda: _(
        "Among people of equal totals it is harder in Arabic. Compare the two texts: one may say more than the other."
    ),
    "harder-in-english": lambda: _(
        "Among people of equal totals it is harder in English. Compare the two texts: one may say more than the other."
    ),
}
ORDER_WORDS: dict[str, Callable[[], str]] = {
    "doubts": lambda: _("To be looked at first"),
    "discrimination": lambda: _("By discrimination"),
    "facility": lambda: _("By facility"),
    "answers": lambda: _("By number of answers"),
}
SOUNDNESS_WORDS: dict[str, Callable[[], str]] = {
    "sound": lambda: _p("an answer", "Appropriate"),
    "partly": lambda: _p("an answer", "Partly appropriate"),
    "unsound": lambda: _p("an answer", "Not appropriate"),
}
JUDGED_WORDS: dict[str, Callable[[], str]] = {
    "sound": lambda: _("Your ratings agree with the reference"),
    "partly": lambda: _("Your ratings agree in part with the reference"),
    "unsound": lambda: _("Your ratings differ from the reference"),
}
ANSWERED_WORDS: dict[str, Callable[[], str]] = {
    "sound": lambda: _("Your answer agrees with the reference"),
    "partly": lambda: _("Your answer agrees in part with the reference"),
    "unsound": lambda: _("Your answer differs from the reference"),
}
SOUNDNESS_TONES = {"sound": "good", "partly": "partly", "unsound": "care"}
UNSCORED_WORDS: dict[str, Callable[[], str]] = {
    "comparison": lambda: _("For comparison, does not count"),
    "verification": lambda: _("For learning, does not count"),
    "sensitive": lambda: _("For learning, does not count"),
    "learning": lambda: _("For learning, does not count"),
    "practice": lambda: _("Practice, does not count"),
}
VERDICT_WORDS: dict[str, Callable[[], str]] = {
    "same": lambda: _("The same there"),
    "stricter": lambda: _("Stricter there"),
    "milder": lambda: _("Milder there"),
    "silent": lambda: _("No text on it there"),
    "differs": lambda: _("Different there"),
}
STATE_WORDS: dict[str, Callable[[], str]] = {
    "not_begun": lambda: _p("a module", "Not begun"),
    "under_way": lambda: _p("a module", "Under way"),
    "awaiting_next": lambda: _p("a module", "Awaiting the next attempt"),
    "passed_pledge_open": lambda: _p("a module", "Passed, pledge open"),
    "completed": lambda: _p("a module", "Completed"),
    "excused": lambda: _p("a module", "Excused"),
}
# Under what a manager sees an assignment: its state, or what is graver.
BUCKET_WORDS: dict[str, Callable[[], str]] = {
    **STATE_WORDS,
    "asks_help": lambda: _("Asks for help, or has no attempt left"),
    "away": lambda: _("Away today"),
    "not_mine": lambda: _("Said not to be of the unit; HR settles it"),
}
STATE_TONES = {"completed": "good", "awaiting_next": "care", "passed_pledge_open": "accent"}


def reference_words(reference: Reference, part: str | None = None) -> str:
    """Return what a provision is called by its number, or nothing where no number is verified."""
    if reference.number is None:
        return ""
    number = numbers.set_digits(reference.number, reader_locale())
    words = {
        "article": lambda: _("Article %(number)s", number=number),
        "clause": lambda: _("Clause %(number)s", number=number),
        "value": lambda: _("Value %(number)s", number=number),
        "duty": lambda: _("Duty %(number)s", number=number),
        "pledge": lambda: _("Pledge %(number)s", number=number),
        "section": lambda: _("Section %(number)s", number=number),
    }[reference.kind]()
    if part is None:
        return words
    place = numbers.set_digits(part, reader_locale())
    return _("%(reference)s, paragraph %(part)s", reference=words, part=place)


def duration_words(length: timedelta) -> str:
    """Return a length of time in words, in minutes where it is short and hours where whole."""
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes % 60 == 0 and minutes >= 60:
        return _np("a length of time", "%(num)s hour", "%(num)s hours", minutes // 60)
    return _np("a length of time", "%(num)s minute", "%(num)s minutes", minutes)


def _measure(value: int, unit: str | None) -> str:
    """Return a number with its unit, in the form that follows "from", "to" or "at least"."""
    # Babel finds a message only where its context stands written out.
    words = {
        "minute": lambda: _np("after a preposition", "%(num)s minute", "%(num)s minutes", value),
        "hour": lambda: _np("after a preposition", "%(num)s hour", "%(num)s hours", value),
        "day": lambda: _np("after a preposition", "%(num)s day", "%(num)s days", value),
        "working_day": lambda: _np("after a preposition", "%(num)s working day", "%(num)s working days", value),
        "week": lambda: _np("after a preposition", "%(num)s week", "%(num)s weeks", value),
        "month": lambda: _np("after a preposition", "%(num)s month", "%(num)s months", value),
        "year": lambda: _np("after a preposition", "%(num)s year", "%(num)s years", value),
        "degree": lambda: _np("after a preposition", "%(num)s degree", "%(num)s degrees", value),
        "bit": lambda: _np("after a preposition", "%(num)s bit", "%(num)s bits", value),
        "character": lambda: _np("after a preposition", "%(num)s character", "%(num)s characters", value),
        "follower": lambda: _np("after a preposition", "%(num)s follower", "%(num)s followers", value),
        "times": lambda: _np("after a preposition", "%(num)s time", "%(num)s times", value),
        "bodies": lambda: _np("after a preposition", "%(num)s body", "%(num)s bodies", value),
        "EGP": lambda: _np("after a preposition", "%(num)s Egyptian pound", "%(num)s Egyptian pounds", value),
        "AED": lambda: _np("after a preposition", "%(num)s UAE dirham", "%(num)s UAE dirhams", value),
    }
    return words[unit]() if unit in words else number_words(value)


def _range(figure: Figure) -> str:
    unit = figure.currency or figure.unit
    low, high = figure.minimum, figure.maximum
    if low is not None and high is not None and low != high:
        return _("from %(low)s to %(high)s", low=_low(low, high, unit), high=_measure(high, unit))
    if low is not None and high is not None:
        return _measure(low, unit)
    if low is not None:
        return _("at least %(low)s", low=_measure(low, unit))
    if high is not None:
        return _("at most %(high)s", high=_measure(high, unit))
    return ""


def _low(low: int, high: int, unit: str | None) -> str:
    """Return the lower end of a range: with its unit where one or two would be said in a word."""
    return _measure(low, unit) if low <= 2 else number_words(low)


def figure_words(figure: Figure, language: str) -> str:
    """Return the line of one figure, made from the figure only."""
    extent = _range(figure)
    if figure.note is not None and figure.what in {"limit", "period", "count"}:
        note = numbers.set_digits(figure.note.in_language(language)[0], reader_locale())
        return _("%(what)s: %(extent)s", what=note, extent=extent)
    names = {
        "fine": lambda: _("Fine"),
        "imprisonment": lambda: _("Imprisonment (felony)") if figure.felony else _("Imprisonment"),
        "aggravated_imprisonment": lambda: _("Aggravated imprisonment (felony)"),
        "temporary_imprisonment": lambda: _("Temporary imprisonment"),
    }
    name = names[figure.what]()
    return _("%(what)s: %(extent)s", what=name, extent=extent) if extent else name


def figure_lines(figures: tuple[Figure, ...], language: str) -> list[str]:
    """Return the figure lines of a provision; what may be imposed alone is said once, after the penalties."""
    lines = [figure_words(figure, language) for figure in figures]
    if any(figure.either_or for figure in figures):
        lines.append(_("The court may impose either of the two penalties"))
    return lines


@dataclass(frozen=True, slots=True)
class ShownCitation:
    """A citation with its words ready for the page; `number` is empty where none is verified."""

    address: str
    instrument: Text
    edition: Text
    title: Text
    paraphrase: Text
    reference: str
    number: str
    verification: str
    status: str
    as_history: bool
    figures: list[str]
    url: str | None = None

    @property
    def instrument_key(self) -> str:
        """Return the key of the instrument, which has a page of its own in the reference."""
        return self.address.partition("/")[0]

    @property
    def place(self) -> str:
        """Return where the provision stands on that page: `<edition>-<provision>`."""
        return self.address.partition("#")[0].partition("/")[2].replace("/", "-")


def show_citation(summary: CitationSummary, language: str) -> ShownCitation:
    """Return a citation ready for the component of that name."""
    number = reference_words(summary.reference, summary.part)
    return ShownCitation(
        address=summary.address,
        instrument=summary.instrument,
        edition=summary.edition,
        title=summary.title,
        paraphrase=summary.paraphrase,
        # Where no number is known the place is called by its name, never by a guessed number.
        reference=number or summary.title.in_language(language)[0],
        number=number,
        verification=summary.verification,
        status=summary.status,
        as_history=summary.as_history,
        figures=figure_lines(summary.figures, language),
    )
