"""What was put right in a pasted text, in sentences."""

from collections.abc import Callable, Mapping

from quiz.presentation.i18n import _n

# In the order in which an editor wants to know: first what may have changed a word.
_SENTENCES: Mapping[str, Callable[[int], str]] = {
    "foreign-letters": lambda num: _n(
        "%(num)s letter that Arabic does not have was replaced by the nearest; the word may need another look.",
        "%(num)s letters that Arabic does not have were replaced by the nearest; their words may need another look.",
        num,
    ),
    "persian-letters": lambda num: _n(
        "%(num)s Persian or Urdu form of a letter was replaced by the Arabic one.",
        "%(num)s Persian or Urdu forms of letters were replaced by the Arabic ones.",
        num,
    ),
    "presentation-forms": lambda num: _n(
        "%(num)s printed shape was replaced by its letters.",
        "%(num)s printed shapes were replaced by their letters.",
        num,
    ),
    "composed": lambda num: _n(
        "%(num)s letter written in several signs was joined into one.",
        "%(num)s letters written in several signs were joined into one each.",
        num,
    ),
    "digits": lambda num: _n(
        "%(num)s number was written in the digits 0-9; pages set the reader's digits.",
        "%(num)s numbers were written in the digits 0-9; pages set the reader's digits.",
        num,
    ),
    "tatweel": lambda num: _n("%(num)s tatweel was removed.", "%(num)s tatweels were removed.", num),
    "direction-marks": lambda num: _n(
        "%(num)s hidden direction mark was removed.", "%(num)s hidden direction marks were removed.", num
    ),
    "invisible": lambda num: _n(
        "%(num)s invisible character was removed.", "%(num)s invisible characters were removed.", num
    ),
    "control-characters": lambda num: _n(
        "%(num)s control character was removed.", "%(num)s control characters were removed.", num
    ),
    "private-glyphs": lambda num: _n(
        "%(num)s sign of a symbol font was removed.", "%(num)s signs of symbol fonts were removed.", num
    ),
    "word-debris": lambda num: _n(
        "%(num)s remnant of Word's own markup was removed.", "%(num)s remnants of Word's own markup were removed.", num
    ),
    "list-entries": lambda num: _n(
        "%(num)s bullet was turned into a list entry.", "%(num)s bullets were turned into list entries.", num
    ),
    "line-breaks": lambda num: _n(
        "%(num)s unusual line break was replaced by a plain one.",
        "%(num)s unusual line breaks were replaced by plain ones.",
        num,
    ),
    "blank-lines": lambda num: _n(
        "%(num)s run of blank lines was shortened to one.", "%(num)s runs of blank lines were shortened to one.", num
    ),
    "odd-spaces": lambda num: _n(
        "%(num)s tab or unusual space was replaced by a plain one.",
        "%(num)s tabs or unusual spaces were replaced by plain ones.",
        num,
    ),
    "needless-spaces": lambda num: _n(
        "Needless spaces were removed in %(num)s place.", "Needless spaces were removed in %(num)s places.", num
    ),
}


def cleaning_words(changes: Mapping[str, int]) -> list[str]:
    """Return a sentence for each kind of thing that was put right, in the language and digits of the reader."""
    return [words(changes[code]) for code, words in _SENTENCES.items() if changes.get(code)]
