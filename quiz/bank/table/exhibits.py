"""An exhibit in a cell: named lines, an empty line and the text, as in a letter; or a line for each turn of a talk.

Each language has a cell of its own. What has no language (an account, a number, whether it is official) stands in the
Arabic cell, and may be repeated in the English one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from quiz.bank.table.words import TRUTHS, Said
from quiz.engine.reading import Fault, Path
from quiz.engine.scenario_document import MEDIA
from quiz.language.folding import fold

LANGUAGES = ("ar", "en")
# What stands under the empty line.
BODIES = {"post": "body", "email": "body", "memo": "text"}
# The lines above it, in order.
LABELS: Mapping[str, Mapping[str, Said]] = {
    "post": {
        "author": ("الكاتب", "Author"),
        "handle": ("الحساب", "Account"),
        "official": ("حساب رسمي", "Official account"),
        "profile": ("التعريف", "Profile"),
        "when": ("الوقت", "When"),
    },
    "email": {"from": ("من", "From"), "to": ("إلى", "To"), "subject": ("الموضوع", "Subject")},
    "memo": {
        "body_name": ("الجهة", "Body"),
        "number": ("الرقم", "Number"),
        "date": ("التاريخ", "Date"),
        "subject": ("الموضوع", "Subject"),
        "signed": ("التوقيع", "Signed"),
    },
}
_CONTINUED = "  "


def written(exhibit: Mapping[str, Any], language: str) -> str:
    """Return what stands in the cell of a language for a sound exhibit."""
    medium = exhibit["medium"]
    if medium not in LABELS:
        return "\n".join(_turn_written(turn, language) for turn in exhibit["turns"] if language in turn["who"])
    lines = []
    for field, label in LABELS[medium].items():
        value = _value_written(exhibit.get(field), field, language)
        if value is not None:
            lines.append(f"{label[LANGUAGES.index(language)]}: {value}")
    body = exhibit[BODIES[medium]].get(language)
    return "\n".join([*lines, "", body] if body else lines)


def _value_written(value: Any, field: str, language: str) -> str | None:
    if isinstance(value, Mapping):
        return value.get(language)
    if value is None or language != "ar":
        return None
    return TRUTHS.word("yes" if value else "no", "ar") if field == "official" else str(value)


def _turn_written(turn: Mapping[str, Any], language: str) -> str:
    says = str(turn["says"].get(language, "")).replace("\n", f"\n{_CONTINUED}")
    return f"{turn['who'][language]}: {says}".rstrip()


def read(medium: str, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the exhibit that the cells of the languages hold, and everything that cannot be understood."""
    faults: list[Fault] = []
    exhibit: dict[str, Any] = {"medium": medium}
    if medium in LABELS:
        for language, cell in cells.items():
            _take_letter(exhibit, language, cell, faults)
        return exhibit, faults
    turns = {language: list(_turns(cell, language, faults)) for language, cell in cells.items()}
    if len({len(found) for found in turns.values()}) > 1:
        faults.append(Fault(("exhibit", "turns", "en"), "turns-differ"))
    if turns:
        exhibit["turns"] = [_together(turns, place) for place in range(max(map(len, turns.values())))]
    return exhibit, faults


# Letters: posts, e-mails, memos


def _take_letter(exhibit: dict[str, Any], language: str, cell: str, faults: list[Fault]) -> None:
    medium = exhibit["medium"]
    above, _, below = cell.partition("\n\n")
    known = {fold(word): field for field, said in LABELS[medium].items() for word in (field, *said)}
    seen = set()
    for line in above.split("\n"):
        label, colon, value = line.partition(":")
        field = known.get(fold(label))
        if not colon or field is None:
            faults.append(_unclear("exhibit-line", language, value=line[:60], allowed=_allowed(medium, language)))
        elif field in seen:
            faults.append(_unclear("exhibit-line-twice", language, value=label.strip()))
        else:
            seen.add(field)
            _take(exhibit, field, value.strip(), language, faults)
    if below.strip("\n"):
        exhibit.setdefault(BODIES[medium], {})[language] = below.strip("\n")


def _take(exhibit: dict[str, Any], field: str, value: str, language: str, faults: list[Fault]) -> None:
    """Put the value of a line where it belongs; what has no language must be the same in both cells."""
    if not value:
        return
    if field in MEDIA[exhibit["medium"]][0]:
        exhibit.setdefault(field, {})[language] = value
        return
    held: str | bool = value
    if field == "official":
        code = TRUTHS.code(value)
        if code is None:
            faults.append(_unclear("not-in-list", language, value=value))
            return
        held = code == "yes"
    if exhibit.setdefault(field, held) != held:
        faults.append(_unclear("exhibit-differs", language, value=value))


def _allowed(medium: str, language: str) -> str:
    marks = "، " if language == "ar" else ", "
    return marks.join(said[LANGUAGES.index(language)] for said in LABELS[medium].values())


# Talks: messages, dialogues


def _turns(cell: str, language: str, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    """Return who says what; a line that begins with a space goes on with the turn before it."""
    who, says = "", ""
    for line in cell.split("\n"):
        if line.startswith(_CONTINUED[0]) and who:
            says = f"{says}\n{line.strip()}"
        elif line.strip():
            if who:
                yield who, says
            who, colon, says = (part.strip() for part in line.partition(":"))
            if not colon or not who:
                faults.append(_unclear("turn-without-speaker", language, value=line[:60]))
    if who:
        yield who, says


def _together(turns: Mapping[str, list[tuple[str, str]]], place: int) -> dict[str, dict[str, str]]:
    turn: dict[str, dict[str, str]] = {"who": {}, "says": {}}
    for language, found in turns.items():
        if place < len(found):
            for name, words in zip(turn, found[place], strict=True):
                if words:
                    turn[name][language] = words
    return turn


def _unclear(code: str, language: str, /, **values: str) -> Fault:
    path: Path = ("exhibit", language)
    return Fault(path, code, values)
