"""The columns of a table of scenarios: what each is called, and which place of the document it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from quiz.bank.table import words
from quiz.bank.table.notes import NOTES, Note
from quiz.bank.table.words import Vocabulary
from quiz.engine.reading import Path
from quiz.language.folding import fold

# The most that any kind of a table takes, and the most comparisons.
MOST_OPTIONS = 7
MOST_COMPARISONS = 2
# Without these no kind is whole.
LEAST_OPTIONS = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the code, its place in a document, its headings, how it is filled in.

    `script` is "ar", "en", or "code" for words that run from the left.
    """

    name: str
    path: Path
    ar: str
    en: str
    note: Note
    words: Vocabulary | None
    is_many: bool
    is_needed: bool
    script: str
    width: int

    def heading(self, language: str) -> str:
        """Return what the column is called."""
        return self.ar if language == "ar" else self.en


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a scenario: a column, or two where it is a text in both languages."""

    name: str
    ar: str
    en: str
    is_text: bool = False
    words: Vocabulary | None = None
    is_many: bool = False
    is_needed: bool = False
    width: int = 26

    def columns(self, group: str = "", number: int = 0, is_needed: bool = True) -> Iterator[Column]:
        """Return the columns of the field: "text" of the second option is "option2.text.ar" and "option2.text.en"."""
        name, ar, en = self.name, self.ar, self.en
        path = _PLACES.get(self.name, (self.name,))
        note = NOTES[f"{group}.{name}" if group else name]
        if group:
            under, group_ar, group_en = _GROUPS[group]
            name, path = f"{group}{number}.{name}", (under, number - 1, *path)
            ar, en = f"{group_ar} {number}: {ar}", f"{group_en} {number}: {en}"
        needed = self.is_needed and is_needed
        if not self.is_text:
            script = "ar" if self.words else "code"
            yield Column(name, path, ar, en, note, self.words, self.is_many, needed, script, self.width)
            return
        for language, in_ar, in_en in (("ar", "بالعربية", "Arabic"), ("en", "بالإنجليزية", "English")):
            yield Column(
                name=f"{name}.{language}",
                path=(*path, language),
                ar=f"{ar} {in_ar}",
                en=f"{en} in {in_en}",
                note=note,
                words=None,
                is_many=False,
                is_needed=needed and language == "ar",
                script=language,
                width=46,
            )


# Groups of columns: the field of the document, and what one of them is called.
_GROUPS = {"option": ("options", "الخيار", "Option"), "compare": ("compare", "المقارنة", "Comparison")}
# Where the name of a column is not that of its field.
_PLACES: Mapping[str, Path] = {"medium": ("exhibit", "medium"), "answer": ("credit",)}

_BEGINNING = (
    _Field("key", "المفتاح", "Key", is_needed=True),
    _Field("kind", words.KINDS.ar, words.KINDS.en, words=words.KINDS, is_needed=True),
    _Field("bank", words.BANKS.ar, words.BANKS.en, words=words.BANKS, is_needed=True),
    _Field("title", "العنوان", "Title", is_text=True, is_needed=True),
    _Field("situation", "الموقف", "Situation", is_text=True, is_needed=True),
    _Field("medium", words.MEDIA.ar, "Medium of the exhibit", words=words.MEDIA),
    _Field("exhibit", "المعروض", "Exhibit", is_text=True),
    _Field("prompt", "السؤال", "Question", is_text=True, is_needed=True),
)
_OPTION = (
    _Field("text", "النص", "text", is_text=True, is_needed=True),
    _Field("answer", "الجواب", "answer", words=words.ANSWERS, is_needed=True, width=18),
    _Field("ruling", "التعليل", "ruling", is_text=True, is_needed=True),
    _Field("cites", "الأسانيد", "citations", is_many=True, is_needed=True, width=40),
    _Field("consequence", "الأثر", "consequence", is_text=True),
    _Field("key", "المفتاح", "key"),
)
_COMPARISON = (
    _Field("edition", "الإصدار", "edition"),
    _Field("verdict", "النتيجة", "verdict", words=words.VERDICTS, width=18),
    _Field("cites", "الأسانيد", "citations", is_many=True, width=40),
    _Field("note", "البيان", "note", is_text=True),
)
_ENDING = (
    _Field("hint", "التلميح", "Hint", is_text=True),
    _Field("cites", "أسانيد الموقف", "Citations of the scenario", is_many=True, is_needed=True, width=40),
    _Field("topics", words.TOPICS.ar, words.TOPICS.en, words=words.TOPICS, is_many=True, is_needed=True),
    _Field("values", words.VALUES.ar, words.VALUES.en, words=words.VALUES, is_many=True, is_needed=True),
    _Field("audience", words.AUDIENCES.ar, words.AUDIENCES.en, words=words.AUDIENCES, is_many=True, is_needed=True),
    _Field(
        "difficulty", words.DIFFICULTIES.ar, words.DIFFICULTIES.en, words=words.DIFFICULTIES, is_needed=True, width=14
    ),
    _Field("sensitive", "حساس", "Sensitive", words=words.TRUTHS, width=14),
)
_LAST = _Field("author_note", "ملاحظة التحرير", "Author’s note", width=46)


def _columns() -> Iterator[Column]:
    for field in _BEGINNING:
        yield from field.columns()
    for number in range(1, MOST_OPTIONS + 1):
        for field in _OPTION:
            yield from field.columns("option", number, number <= LEAST_OPTIONS)
    for field in _ENDING:
        yield from field.columns()
    for number in range(1, MOST_COMPARISONS + 1):
        for field in _COMPARISON:
            yield from field.columns("compare", number)
    yield from _LAST.columns()


COLUMNS: tuple[Column, ...] = tuple(_columns())
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


@cache
def _by_heading() -> Mapping[str, Column]:
    return {fold(word): column for column in COLUMNS for word in (column.ar, column.en)}


def column_of(heading: str) -> Column | None:
    """Return the column that a heading means by one of its lines, in either language; None where none is meant."""
    found = {column for line in heading.split("\n") if (column := _by_heading().get(fold(line)))}
    return found.pop() if len(found) == 1 else None


def column_at(path: Path, options: tuple[str, ...] = ()) -> Column | None:
    """Return the column that holds a place of a document, or the first that holds a part of it; None for none.

    `options` are the keys of the row's options, since ratings are found by them.
    """
    start = path[0] if path else ""
    if start in {"key_ratings", "key_choice", "key_order"}:
        rated = path[1] if len(path) > 1 and start == "key_ratings" else ""
        number = options.index(str(rated)) + 1 if rated in options else 1
        return BY_NAME[f"option{number}.answer"]
    if start == "exhibit" and path[1:2] != ("medium",):
        return BY_NAME["exhibit.en" if path[-1] == "en" else "exhibit.ar"]
    if start == "jurisdiction":
        return BY_NAME["bank"]
    exact = (column for column in COLUMNS if path[: len(column.path)] == column.path)
    parts = (column for column in COLUMNS if path and column.path[: len(path)] == path)
    return next(exact, None) or next(parts, None)
