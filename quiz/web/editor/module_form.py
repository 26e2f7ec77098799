"""A module as the fields of a form, and back: words, cards, lines of the blueprint, and the rules of taking it.

A blueprint line has no name of its own, so its fields go by its place. Shares are typed in percent and durations as a
number with its unit; what is neither stays as it was typed, for the law to judge.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

from quiz.bank import modules
from quiz.bank.findings import Finding
from quiz.engine.text import LANGUAGES
from quiz.engine.upgrades import CURRENT_FORMAT
from quiz.web.editor.form_reading import (
    Clean,
    Document,
    Form,
    Reader,
    put,
    put_or_drop,
    set_entries,
    set_plain,
    set_texts,
    set_truth,
)
from quiz.web.editor.scenario_form import address, cited, nearest

UNITS: Mapping[str, str] = {"minute": "PT{}M", "hour": "PT{}H", "day": "P{}D", "month": "P{}M", "year": "P{}Y"}
_PERIOD: Mapping[str, re.Pattern[str]] = {
    unit: re.compile(form.replace("{}", "([0-9]{1,5})"), re.ASCII) for unit, form in UNITS.items()
}
_NUMBER = re.compile("[0-9]{1,5}", re.ASCII)
_PERCENT = re.compile(r"[0-9]{1,4}(\.[0-9])?", re.ASCII)
_LINE_WORDS = ("topics", "kinds", "audience", "jurisdictions", "provisions")


def document_from(form: Form, before: Mapping[str, Any], past_editions: frozenset[str], clean: Clean) -> Document:
    """Return the document that a form describes, on the ground of the one that was shown."""
    read = Reader(form, clean)
    made = modules.shaped(deepcopy(dict(before)))
    set_texts(read, made, "title", "summary")
    _whole(read, made, "minutes")
    _several(read, made, "jurisdictions", may_go=False)
    set_entries(read, made, "lesson", lambda within, at, card: _card(within, at, card, past_editions))
    _lines(read, made)
    set_plain(read, made, "behaviour", "minimum_verification")
    set_truth(read, made, "certainty")
    _rules(read, made)
    for name in ("time_limit", "validity"):
        if f"{name}.number" in form:
            put(made, name, duration_from(read, name, made.get(name)))
    if made.get("pledge"):
        set_texts(read, made["pledge"], "confirm", "undertake", under="pledge.")
        _several(read, made["pledge"], "editions", "pledge.", may_go=False)
        set_truth(read, made["pledge"], "required", "pledge.")
    _defaults(read, made)
    if "key" in form:
        made["key"] = read.plain("key").lower() or made.get("key", "")
    return _in_format(made)


def _in_format(made: Document) -> Document:
    """Return the document in the format that knows of countries, where a line or a card has some."""
    has_countries = any(entry.get("jurisdictions") for entry in (*made["lesson"], *made["blueprint"]))
    return {**made, "format": CURRENT_FORMAT["module"]} if has_countries and made.get("format") == 1 else made


def _whole(read: Reader, holder: Document, name: str, at: str = "") -> None:
    if f"{at}{name}" in read.form:
        put(holder, name, read.whole(f"{at}{name}"))


def _several(read: Reader, holder: Document, name: str, at: str = "", may_go: bool = True) -> None:
    """Set a list of words; one that holds the same words stays in its order."""
    if f"{at}{name}" not in read.form:
        return
    ticked = read.several(f"{at}{name}")
    before = list(map(str, holder.get(name) or ()))
    if sorted(ticked) == sorted(before):
        return
    stayed = [word for word in before if word in ticked]
    found = [*stayed, *(word for word in ticked if word not in stayed)]
    if may_go:
        put_or_drop(holder, name, found)
    else:
        holder[name] = found


def _card(read: Reader, at: str, card: Document, past_editions: frozenset[str]) -> None:
    set_texts(read, card, "title", "body", under=f"{at}.")
    card.setdefault("cites", [])
    if f"{at}.cites" in read.form:
        stood = {address(cite): cite for cite in card["cites"]}
        ticked = read.several(f"{at}.cites")
        stayed = [cite for name, cite in stood.items() if name in ticked]
        card["cites"] = [*stayed, *(cited(one, past_editions) for one in ticked if one not in stood)]
    _several(read, card, "jurisdictions", f"{at}.")


def _lines(read: Reader, made: Document) -> None:
    places = read.places("blueprint")
    if places is None:
        return
    before = made["blueprint"]
    lines = []
    for place, at in enumerate(places):
        line: Document = deepcopy(before[place]) if place < len(before) else {}
        set_plain(read, line, "bank", under=f"{at}.")
        _whole(read, line, "count", f"{at}.")
        for name in _LINE_WORDS:
            _several(read, line, name, f"{at}.")
        _difficulty(read, line, at)
        if f"{at}.verification" in read.form:
            put_or_drop(line, "verification", read.plain(f"{at}.verification"))
        scored = read.truth(f"{at}.scored")
        # A line counts unless it says otherwise.
        if scored is not None and scored != line.get("scored", True):
            line["scored"] = scored
        lines.append(line)
    made["blueprint"] = lines


def _difficulty(read: Reader, line: Document, at: str) -> None:
    if f"{at}.difficulty" in read.form:
        ticked = [int(word) for word in read.several(f"{at}.difficulty") if word in {"1", "2", "3"}]
        if sorted(ticked) != sorted(line.get("difficulty") or ()):
            put_or_drop(line, "difficulty", sorted(ticked))


def _rules(read: Reader, made: Document) -> None:
    rule, attempts = made["pass_rule"], made["attempts"]
    if "pass_rule.score" in read.form:
        put(rule, "score", share_from(read.plain("pass_rule.score"), rule.get("score")))
    places = read.places("pass_rule.and_every")
    if places is not None:
        stood = {str(one.get("cites")): one for one in rule.get("and_every") or ()}
        entries = []
        for at in places:
            named = read.plain(f"{at}.key")
            before = stood.get(named, {})
            entries.append(
                {**before, "cites": named, "score": share_from(read.plain(f"{at}.score"), before.get("score"))}
            )
        put_or_drop(rule, "and_every", entries)
    _whole(read, attempts, "limit", "attempts.")
    set_truth(read, attempts, "remediation", "attempts.")
    waits = read.places("attempts.waits")
    if waits is not None:
        before = attempts["waits"]
        attempts["waits"] = [
            duration_from(read, at, before[place] if place < len(before) else None) or ""
            for place, at in enumerate(waits)
        ]


def _defaults(read: Reader, made: Document) -> None:
    if "defaults.assigned_to" not in read.form:
        return
    proposed = dict(made.get("defaults") or {})
    put_or_drop(proposed, "assigned_to", read.plain("defaults.assigned_to"))
    put_or_drop(proposed, "due", duration_from(read, "defaults.due", proposed.get("due")))
    if proposed or made.get("defaults"):
        put_or_drop(made, "defaults", proposed)


# Shares and durations, as they are shown and as they are typed


def share_shown(score: object) -> str:
    """Return a share as it is typed: in percent where a tenth of a percent says it exactly, else as it stands."""
    try:
        percent = Fraction(str(score)) * 100
    except (ValueError, ZeroDivisionError):
        return "" if score is None else str(score)
    tenths = percent * 10
    if tenths.denominator != 1 or percent < 0:
        return str(score)
    whole, tenth = divmod(tenths.numerator, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def share_from(typed: str, before: object) -> object:
    """Return the exact fraction of a share typed in percent; what is none stays as it was typed."""
    words = typed.strip("% ")
    if before is not None and words == share_shown(before):
        return before
    return str(Fraction(words) / 100) if _PERCENT.fullmatch(words) else words


def duration_shown(period: object) -> tuple[str, str]:
    """Return the number and the unit of a duration, the unit empty where it has none of its own."""
    if period == "PT0S":
        return "0", "minute"
    for unit, form in _PERIOD.items():
        found = form.fullmatch(str(period))
        if found:
            return found[1], unit
    return "" if period is None else str(period), ""


def duration_from(read: Reader, name: str, before: object) -> Any:
    """Return the duration that the two fields of a name say, None where no number stands there."""
    typed = read.plain(f"{name}.number"), read.plain(f"{name}.unit")
    if typed == duration_shown(before):
        return before
    number, unit = typed
    if _NUMBER.fullmatch(number) and unit in UNITS:
        return UNITS[unit].format(int(number))
    return number or None


# What the law says, at its field


def fields_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the name of every field, or group of fields, that has a place for what the law says of it."""
    return frozenset(_fields(modules.shaped(document)))


def _fields(document: Document) -> Iterator[str]:
    yield from ("minutes", "jurisdictions", "key", "lesson", "blueprint", "behaviour", "minimum_verification")
    yield from ("pass_rule.score", "attempts.limit", "time_limit", "validity", "defaults.assigned_to", "defaults.due")
    texts = ["title", "summary", "pledge.confirm", "pledge.undertake"]
    for place, _ in enumerate(document["lesson"]):
        yield from (f"lesson.{place}.{name}" for name in ("key", "cites", "jurisdictions"))
        texts += [f"lesson.{place}.{name}" for name in ("title", "body")]
    for place, _ in enumerate(document["blueprint"]):
        names = ("key", "bank", "count", "difficulty", "verification", *_LINE_WORDS)
        yield from (f"blueprint.{place}.{name}" for name in names)
    for place, _ in enumerate(document["attempts"]["waits"]):
        yield f"attempts.waits.{place}.key"
    for place, _ in enumerate(document["pass_rule"].get("and_every") or ()):
        yield from (f"pass_rule.and_every.{place}.{name}" for name in ("key", "score"))
    yield "pledge.editions"
    yield from (f"{name}.{language}" for name in texts for language in LANGUAGES)


def field_of(finding: Finding, names: frozenset[str]) -> str | None:
    """Return the field that a finding stands beside, or None where it belongs to the whole."""
    return nearest(
        finding.path, names, "en" if finding.code in {"no-english", "numbers-differ", "english-stale"} else "ar"
    )
