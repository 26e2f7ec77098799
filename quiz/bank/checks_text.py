"""Checks of the words themselves: letters, brackets, languages, names, penalties, commands and strength."""

import re
from collections.abc import Iterator, Mapping, Sequence

from quiz.bank import names, wording
from quiz.bank.findings import Finding
from quiz.bank.reader import Source
from quiz.bank.words import (
    ARABIC,
    bare,
    count,
    has_arabic,
    plain,
    sentences,
    spelled,
    strings,
    texts,
    without_quotations,
    words,
)
from quiz.engine.reading import Path

FEWEST_WORDS = 45
MOST_WORDS = 110
# Far more than any text of the banks has; what is longer was pasted by mistake and fits no page.
MOST_CHARACTERS = 4_000

# Where a story is told and chosen from: nobody real may stand here.
STORY = frozenset({"title", "situation", "prompt", "text", "exhibit"})
# Where an act is judged or a rule explained: official bodies may stand here, penalties may not.
EXPLANATION = frozenset({"ruling", "consequence", "hint", "note", "lesson"})

SIGNS = (
    ("bidi-control", re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")),
    ("invisible-character", re.compile(rf"[\u200b\u2060\ufeff\u00ad]|(?<=[{ARABIC}A-Za-z])[\u200c\u200d]")),
    ("tatweel", re.compile("\u0640")),
    ("persian-letter", re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06be\u06c0-\u06c3\u06cc\u06d2\u06d5]")),
    ("presentation-form", re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")),
    ("not-latin-digits", re.compile("[\u0660-\u0669\u06f0-\u06f9]")),
)
_HTML = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:[a-z]+|#\d+);")
_PAIRS = {")": "(", "]": "[", "}": "{", "»": "«", "”": "“"}
_BRACKET = re.compile(r"[()\[\]{}«»“”]")
# «1)» and «أ)» before a list entry, and a face, open nothing.
_NOT_A_BRACKET = re.compile(r"(?m)^[^\S\n]*\w{1,2}\)|(?<=\s)[:;]-?[()]")
_LATIN_PUNCTUATION = re.compile(
    rf"(?<=[{ARABIC}\u064b-\u0652»)])\s?[,;?]|[,;?](?=\s*[{ARABIC}])|(?<=[{ARABIC}\u064b-\u0652\s])\"|\"(?=[{ARABIC}])"
)
_PASSAGE = re.compile(r"\[\[([a-z0-9-]+):")
_LONG_NUMBER = re.compile(r"\d{3,}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


def check_text(source: Source, english_required: bool = True) -> Iterator[Finding]:
    """Return what the words of any file break, whether or not its structure holds."""
    yield from _letters(source)
    yield from _languages(source, english_required)
    for path, by_language in texts(source.document):
        for language, text in by_language.items():
            yield from _brackets(source, (*path, language), text)
            if _HTML.search(text):
                yield source.error("html", (*path, language))
        yield from _arabic(source, (*path, "ar"), by_language.get("ar", ""))
        if _is_under(path, "lesson", "ruling", "consequence", "hint") or path[:1] == ("compare",):
            yield from _penalties(source, path, by_language)


def check_story(source: Source) -> Iterator[Finding]:
    """Return what the words of a scenario break: names, length, passages, commands."""
    yield from _names(source)
    yield from _length(source)
    yield from _passages(source)
    yield from _commands(source)


def check_lesson(source: Source) -> Iterator[Finding]:
    """Return what the words of a module break: commands, and names in its lesson."""
    yield from _names(source)
    yield from _commands(source)


def _is_under(path: Path, *fields: str) -> bool:
    return any(step in fields for step in path)


def _letters(source: Source) -> Iterator[Finding]:
    for path, text in strings(source.document):
        if len(text) > MOST_CHARACTERS:
            yield source.error("text-too-long", path, count=str(len(text)), most=str(MOST_CHARACTERS))
        for code, pattern in SIGNS:
            found = pattern.search(text)
            if found:
                yield source.error(code, path, character=f"U+{ord(found[0]):04X}", near=_around(text, found.start()))


def _around(text: str, place: int) -> str:
    """Return the word that a sign stands in or beside, so that an editor can search for it."""
    begin = text.rfind(" ", 0, place) + 1
    end = text.find(" ", place + 1)
    return text[begin : end if end >= 0 else len(text)][:40].strip()


def _languages(source: Source, english_required: bool) -> Iterator[Finding]:
    for path, by_language in texts(source.document):
        arabic, english = by_language.get("ar", ""), by_language.get("en", "")
        if arabic.strip() and not has_arabic(arabic) and len(re.findall("[A-Za-z]{2,}", arabic)) > 1:
            yield source.error("not-arabic", (*path, "ar"))
        if not english.strip() and arabic.strip():
            report = source.error if english_required else source.warning
            yield report("no-english", path, field=_field(path))
        elif has_arabic(english):
            yield source.warning("arabic-in-english", (*path, "en"))
        elif _long_numbers(arabic) != _long_numbers(english):
            yield source.warning("numbers-differ", (*path, "en"), field=_field(path))


def _long_numbers(text: str) -> set[str]:
    """Return numbers of three digits or more but years: shorter ones are often words in one language."""
    return {number for number in _LONG_NUMBER.findall(_THOUSANDS.sub("", plain(text))) if not _YEAR.fullmatch(number)}


def _field(path: Path) -> str:
    return str(path[-1]) if path else ""


def _brackets(source: Source, path: Path, text: str) -> Iterator[Finding]:
    opened: list[str] = []
    for found in _BRACKET.finditer(_NOT_A_BRACKET.sub("", text)):
        sign = found[0]
        if sign not in _PAIRS:
            opened.append(sign)
        elif not opened or opened.pop() != _PAIRS[sign]:
            yield source.error("unbalanced-brackets", path, character=sign)
            return
    if opened:
        yield source.error("unbalanced-brackets", path, character=opened[-1])


def _arabic(source: Source, path: Path, text: str) -> Iterator[Finding]:
    found = _LATIN_PUNCTUATION.search(text)
    if found:
        yield source.warning("latin-punctuation", path, character=found[0].strip(), near=_around(text, found.start()))
    forgotten = next(
        (word for word in re.findall(rf"[{ARABIC}]+", bare(text)) if word in wording.FORGOTTEN_HAMZA), None
    )
    if forgotten:
        yield source.warning("forgotten-hamza", path, value=forgotten)


# Penalties

_NUMBER = r"\d[\d.,]*"
_REFERENCE = re.compile(
    r"\b(?:(?:ال|لل|بال|وال|فال)?(?:ماده|مادتان|مادتين|مواد|بند|بنود|فقره|فقرات|قانون|قرار|مرسوم|رقم|ملحق)|"
    r"articles?|art|laws?|decree(?:-law)?|resolution|no|nos|number|clause|paragraph|annex)\.?\s*\(?"
    rf"{_NUMBER}\)?(?:\s*(?:،|,|و|and|or|/|-)\s*\(?{_NUMBER}\)?)*|"
    r"\b(?:[وبل]?ل?سنه|عام|في|مدونه|وثيقه|بيان|of|in|since|code|the)\s+(?:19|20)\d\d\b"
)
_LARGE_AR = "الف|الفا|الفي|الاف|الفين|مليون|مليوني|ملايين|مليونا|مائه|مئه|مائتي|مئتي|عشره|عشرين|خمسين"
_MONEY_AR = r"(?:ال)?(?:جنيه|جنيها|جنيهات|درهم|درهما|دراهم|دولار|دولارا|ريال|ريالا)"
# From its first sign on: begun anew at each digit, a long number would be read once for each of them.
_AMOUNT = rf"(?<![\d.,])[.,]*{_NUMBER}"
_MONEY = re.compile(
    rf"(?:{_AMOUNT}|\b(?:{_LARGE_AR}))\s*(?:(?:{_LARGE_AR})\s*)?\b{_MONEY_AR}\b|"
    rf"(?:{_AMOUNT}|\b(?:hundred|thousand|million))\s*(?:k|m|thousand|million|egyptian|uae)?\s*"
    r"(?:egp|aed|usd|pounds?|dirhams?|l\.e)\b|"
    rf"\b(?:egp|aed|usd|l\.e\.?|جم)\s*{_NUMBER}"
)
_PUNISHMENT = re.compile(
    r"^(?:[وف]?[بلك]?(?:ال)?|[وف]?لل)(?:حبس|سجن|غرامه|غرامات)(?:ه|ها|هم|ا)?$|^(?:imprison\w*|prison|jail\w*|fine|fines|fined|custody)$"
)
_TERM = re.compile(
    r"^(?:سنه|سنتين|سنتان|سنوات|سنين|شهر|شهرا|شهرين|شهور|اشهر|ايام|يوما|عام|عاما|عامين|اعوام|years?|months?|days?)$"
)
_LARGE = re.compile(rf"^(?:{_LARGE_AR}|thousands?|millions?)$")
_FAR = 8


def _penalties(source: Source, path: Path, by_language: Mapping[str, str]) -> Iterator[Finding]:
    for language, text in by_language.items():
        figure = penalty_figure(text)
        if figure:
            yield source.error("penalty-typed", (*path, language), near=figure)


def penalty_figure(text: str) -> str | None:
    """Return the sum of money or the sentence with its term that a text states, None where it states none.

    Numbers of articles, laws and years are no figures. A number counts as a penalty with its currency, or
    within eight words of a word of punishment.
    """
    for sentence in (_REFERENCE.sub(" ", plain(sentence)) for sentence in sentences(text)):
        money = _MONEY.search(sentence)
        if money:
            return money[0]
        found = _term_near_punishment(words(sentence))
        if found:
            return found
    return None


def _term_near_punishment(said: Sequence[str]) -> str | None:
    for place, word in enumerate(said):
        if not _PUNISHMENT.match(word):
            continue
        is_fine = "غرام" in word or word.startswith("fine")
        for other in range(max(0, place - _FAR), min(len(said), place + _FAR + 1)):
            if said[other][0].isdigit() or (_LARGE if is_fine else _TERM).match(said[other]):
                return " ".join(said[min(place, other) : max(place, other) + 1])
    return None


# Names


def _phrases(spoken: Sequence[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return names as words, by every form in which their first word can stand in a text."""
    by_form: dict[str, list[tuple[str, ...]]] = {}
    for name in spoken:
        phrase = tuple(words(name))
        for form in _forms(phrase[0]):
            by_form.setdefault(form, []).append(phrase)
    return by_form


def _forms(word: str) -> Iterator[str]:
    """Return a word with each particle Arabic joins to it: «النيابة» is in «وللنيابة» and «بالنيابة» too."""
    for conjunction in ("", "و", "ف"):
        yield conjunction + word
        yield conjunction + ("لل" + word[2:] if word.startswith("ال") else "ل" + word)
        yield conjunction + "ب" + word
        yield conjunction + "ك" + word


_OFFICIAL = _phrases(names.OFFICIAL_BODIES)
_REAL = _phrases((*names.MINISTRIES, *names.OTHER_BODIES, *names.PEOPLE))
_DOMAIN = re.compile(
    r"(?<![\w-])(?:[\w-]+\.)*(?:" + "|".join(re.escape(name) for name in names.OFFICIAL_DOMAINS) + r")(?![\w-])"
)
_ACCOUNT = re.compile(r"(?<!\w)@?(" + "|".join(names.OFFICIAL_ACCOUNTS) + r")(?!\w)")


def _names(source: Source) -> Iterator[Finding]:
    for path, text in strings(source.document):
        if _is_under(path, *EXPLANATION):
            real = _find_name(text, _REAL)
            if real:
                yield source.warning("real-name-explained", path, value=real)
        elif _is_under(path, *STORY):
            real = _find_name(text, _REAL) or _find_name(text, _OFFICIAL) or _find_account(text)
            if real:
                yield source.error("real-name", path, value=real)


def _find_account(text: str) -> str | None:
    found = _DOMAIN.search(text.lower()) or _ACCOUNT.search(text.lower())
    return found[0] if found else None


def _find_name(text: str, phrases: Mapping[str, list[tuple[str, ...]]]) -> str | None:
    said = words(text)
    for place, word in enumerate(said):
        for phrase in phrases.get(word, ()):
            end = place + len(phrase)
            if tuple(said[place + 1 : end]) == phrase[1:] and not _is_of_a_decree(said, place, end):
                return spelled(text, place, end)
    return None


def _is_of_a_decree(said: Sequence[str], begin: int, end: int) -> bool:
    """Tell whether an office only says whose decree is meant: «قرار رئيس مجلس الوزراء رقم 1216»."""
    return any(word.endswith("قرار") for word in said[max(0, begin - 2) : begin]) or said[end : end + 1] in (
        ["decree"],
        ["resolution"],
    )


# Scenario


def _length(source: Source) -> Iterator[Finding]:
    situation = source.document.get("situation")
    if not isinstance(situation, Mapping) or not isinstance(situation.get("ar"), str):
        return
    first = next(iter(source.document.get("nodes") or ()), None)
    beside = [source.document.get("exhibit")]
    if isinstance(first, Mapping):
        # What is met in the first turn of a path is read with its situation.
        beside += [first.get("situation"), first.get("exhibit")]
    shown = sum(count(by_language.get("ar", "")) for part in beside for _, by_language in texts(part))
    total = count(situation["ar"]) + shown
    if total < FEWEST_WORDS:
        yield source.warning("situation-short", ("situation",), count=str(total), least=str(FEWEST_WORDS))
    elif total > MOST_WORDS:
        yield source.warning("situation-long", ("situation",), count=str(total), most=str(MOST_WORDS))


def _passages(source: Source) -> Iterator[Finding]:
    for path, by_language in texts(source.document.get("exhibit"), ("exhibit",)):
        marked = {language: sorted(_PASSAGE.findall(text)) for language, text in by_language.items()}
        if len(marked) > 1 and marked["ar"] != marked["en"]:
            yield source.error("passages-differ", path)
        if any(len(set(keys)) < len(keys) for keys in marked.values()):
            yield source.error("passage-twice", path)
        if any(marked.values()) and source.document.get("kind") != "spot":
            yield source.error("passage-in-vain", path)


def _commands(source: Source) -> Iterator[Finding]:
    for path, by_language in texts(source.document):
        if "exhibit" in path:
            continue
        is_prompt = _is_under(path, "prompt", "hint")
        command = _command(by_language.get("ar", ""), is_prompt)
        if command:
            yield source.warning("imperative", (*path, "ar"), value=command)


_CLAUSE = re.compile(r"[.!?؟؛،:\n]+\s*")


def _command(text: str, is_prompt: bool) -> str | None:
    for clause in _CLAUSE.split(bare(without_quotations(text))):
        first = next(iter(clause.removeprefix("ثم ").split()), "")
        # «واختر» holds «اختر», but «وضع» is not «ضع».
        for word in (first, first[1:] if first[:1] in {"و", "ف"} and len(first) > 4 else first):
            if word in (wording.IMPERATIVES_OF_PROMPTS if is_prompt else wording.IMPERATIVES):
                return word
    return None


# Against what stood before


def stale_english(before: Mapping[str, object], source: Source) -> Iterator[Finding]:
    """Return every English text that stayed as it was although its Arabic was changed since `before`."""
    stood = dict(texts(before))
    for path, now in texts(source.document):
        then = stood.get(path, {})
        if then.get("en") and then.get("ar") != now.get("ar") and then.get("en") == now.get("en"):
            yield source.warning("english-stale", (*path, "en"), field=_field(path))
