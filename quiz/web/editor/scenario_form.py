"""A scenario as the fields of a form, and back: every name is the path of its place, with dots between the steps.

A draft may be broken in any way, so nothing is refused here: what was typed becomes a document, and the law says what
is wrong with it. What the form does not show stays as it was before.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from quiz.bank.composing import with_passages
from quiz.bank.findings import Finding
from quiz.engine.scenario import BANKS
from quiz.engine.scenario_document import MEDIA
from quiz.engine.text import LANGUAGES
from quiz.language.numbers import plain_digits

Document = dict[str, Any]
Form = MultiDict[str, str]
Clean = Callable[[str], str]

_TEXTS = ("title", "situation", "prompt", "hint")
_SEVERAL = ("topics", "values", "audience")
_OPTION_TEXTS = ("text", "ruling", "consequence")
# What says of a choice how sound it is, in kinds that give no credit.
_KEYS: Mapping[str, tuple[str, ...]] = {"judgement": ("rating",), "most_least": (), "ordering": ("place",)}
# Where a part of the document is written that has no field of its own.
_ELSEWHERE: Mapping[Any, tuple[str | int, ...]] = {
    "key_choice": ("pick", "most"),
    "key_order": ("options", 0, "place"),
    "jurisdiction": ("bank",),
}
_NEEDED = frozenset({"text", "ruling", "title", "situation", "prompt"})
# More than any list may hold, with the turns and the passages of an exhibit.
MOST_ENTRIES = 48
_LONGEST_WORD = 200
_APART = re.compile(r"[\s,،;؛]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the fields of one form, cleaning every text on its way."""

    form: Form
    clean: Clean
    past_editions: frozenset[str]

    def words(self, name: str) -> str:
        return self.clean(self.form.get(name, "")).strip()

    def word(self, name: str, default: str = "") -> str:
        """Return what a choice or a hidden field holds, which is short and of one line."""
        return _short(self.form.get(name, default))

    def text(self, name: str) -> Document:
        return {language: said for language in LANGUAGES if (said := self.words(f"{name}.{language}"))}

    def has_text(self, name: str) -> bool:
        return any(f"{name}.{language}" in self.form for language in LANGUAGES)

    def several(self, name: str, before: Iterable[str]) -> list[str]:
        """Return what is ticked, in the order in which it stood; what is new comes after it, in that of the page."""
        ticked = [one for one in dict.fromkeys(map(_short, self.form.getlist(name))) if one]
        stayed = [one for one in dict.fromkeys(before) if one in ticked]
        return [*stayed, *(one for one in ticked if one not in stayed)]

    def cites(self, name: str, before: Iterable[Any]) -> list[Any]:
        """Return the citations ticked, each as it was written before."""
        stood = {address(cite): cite for cite in before}
        return [self.citation(one, stood.get(one)) for one in self.several(name, stood)]

    def citation(self, at: str, before: Any = None) -> Any:
        """Return the citation of an address; a text that holds no more is cited as history, nobody has to say so."""
        return before if isinstance(before, Mapping) else cited(at, self.past_editions)

    def places(self, name: str, mark: str) -> list[str]:
        """Return the prefixes of the entries of a list, as far as the form holds them without a gap."""
        found = []
        for place in range(MOST_ENTRIES):
            if not any(f"{name}.{place}.{sign}" in self.form for sign in (mark, f"{mark}.ar")):
                break
            found.append(f"{name}.{place}")
        return found


def _short(word: str) -> str:
    return _CONTROL.sub("", word).strip()[:_LONGEST_WORD]


def cited(at: str, past_editions: frozenset[str]) -> Any:
    """Return a citation as documents have it."""
    return {"at": at, "as": "history"} if "/".join(at.split("/")[:2]) in past_editions else at


def document_from(form: Form, before: Mapping[str, Any], past_editions: frozenset[str], clean: Clean) -> Document:
    """Return the document that a form describes, on the ground of the one that was shown."""
    read = _Reader(form, clean, past_editions)
    made = deepcopy(dict(before))
    _plain_fields(read, made)
    _exhibit(read, made)
    kind = made.get("kind")
    if kind == "spot":
        _passages(read, made)
        made = with_passages(made)
    elif kind == "branching":
        _nodes(read, made)
    elif read.places("options", "key"):
        made["options"] = _options(read, "options", made.get("options") or (), kind)
        _key_of_kind(read, made)
    _compare(read, made)
    return made


def _plain_fields(read: _Reader, made: Document) -> None:
    for name in _TEXTS:
        if read.has_text(name):
            _put(made, name, read.text(name))
    for name in _SEVERAL:
        if name in read.form:
            made[name] = read.several(name, made.get(name) or ())
    if "cites" in read.form:
        made["cites"] = read.cites("cites", made.get("cites") or ())
    _chosen(read, made)
    if "author_note" in read.form:
        _put(made, "author_note", read.words("author_note"))
    if "key" in read.form:
        made["key"] = read.word("key").lower() or made.get("key", "")


def _chosen(read: _Reader, made: Document) -> None:
    if read.form.get("bank") in BANKS:
        made["bank"] = read.form["bank"]
        made["jurisdiction"] = made["bank"].partition("-")[0].upper()
    if read.form.get("difficulty") in {"1", "2", "3"}:
        made["difficulty"] = int(read.form["difficulty"])
    if "sensitive" in read.form:
        is_sensitive = any(read.form.getlist("sensitive"))
        if is_sensitive or "sensitive" in made:
            made["sensitive"] = is_sensitive


def _put(made: Document, name: str, value: Any) -> None:
    """Set a field; one that may be left out is left out when nothing is in it."""
    if value or name in _NEEDED:
        made[name] = value
    else:
        made.pop(name, None)


def _exhibit(read: _Reader, made: Document) -> None:
    exhibit = made.get("exhibit")
    if not exhibit:
        return
    texts, plain = MEDIA.get(exhibit.get("medium"), ((), ()))
    for name in texts:
        if read.has_text(f"exhibit.{name}"):
            exhibit[name] = read.text(f"exhibit.{name}")
    for name in plain:
        if f"exhibit.{name}" in read.form:
            exhibit[name] = read.words(f"exhibit.{name}")
    if "exhibit.official" in read.form:
        exhibit["official"] = any(read.form.getlist("exhibit.official"))
    turns = read.places("exhibit.turns", "who")
    if turns:
        exhibit["turns"] = [{"who": read.text(f"{at}.who"), "says": read.text(f"{at}.says")} for at in turns]


def _options(read: _Reader, under: str, before: Iterable[Mapping[str, Any]], kind: str | None) -> list[Document]:
    stood = {str(option.get("key")): option for option in before}
    options = []
    for at in read.places(under, "key"):
        key = read.word(f"{at}.key")
        made: Document = {**stood.get(key, {}), "key": key}
        made["cites"] = read.cites(f"{at}.cites", made.get("cites") or ())
        for name in _OPTION_TEXTS:
            _put(made, name, read.text(f"{at}.{name}"))
        if kind in {"single_choice", "multiple_choice", "branching"}:
            made["credit"] = _credit(read.word(f"{at}.credit", "0"))
        options.append(made)
    return options


def _credit(words: str) -> int | str:
    """Return a credit as documents have it: a whole number bare, every other as it was written."""
    words = plain_digits(words).replace("\N{MINUS SIGN}", "-")
    return int(words) if words in {"0", "1", "-1"} else words


def _key_of_kind(read: _Reader, made: Document) -> None:
    places = read.places("options", "key")
    keys = {at: read.word(f"{at}.key") for at in places}
    if made.get("kind") == "judgement":
        made["key_ratings"] = {key: rating for at, key in keys.items() if (rating := read.word(f"{at}.rating"))}
    if made.get("kind") == "most_least":
        picks = {pick: read.word(f"pick.{pick}") for pick in ("most", "least")}
        made["key_choice"] = {pick: key for pick, key in picks.items() if key}
    if made.get("kind") == "ordering":
        made["key_order"] = sorted(keys.values(), key=_ordered({keys[at]: _place(read, at) for at in places}))


def _place(read: _Reader, at: str) -> int:
    words = read.form.get(f"{at}.place", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 3 else 99


def _ordered(places: Mapping[str, int]) -> Callable[[str], int]:
    return lambda key: places[key]


def _passages(read: _Reader, made: Document) -> None:
    stood = {str(passage.get("key")): passage for passage in made.get("passages") or ()}
    for at in read.places("passages", "key"):
        key = read.word(f"{at}.key")
        before = stood.get(key, {})
        ruled = {"ruling": read.text(f"{at}.ruling"), "cites": read.cites(f"{at}.cites", before.get("cites") or ())}
        stood[key] = {**before, "key": key, "breach": any(read.form.getlist(f"{at}.breach")), **ruled}
    made["passages"] = list(stood.values())


def _nodes(read: _Reader, made: Document) -> None:
    stood = {str(node.get("key")): node for node in made.get("nodes") or ()}
    nodes = []
    for at in read.places("nodes", "key"):
        key = read.word(f"{at}.key")
        node: Document = {**stood.get(key, {}), "key": key, "situation": read.text(f"{at}.situation")}
        if read.places(f"{at}.choices", "key"):
            node["choices"] = _options(read, f"{at}.choices", node.get("choices") or (), "branching")
        for number, choice in enumerate(node.get("choices") or ()):
            if f"{at}.choices.{number}.next" in read.form:
                choice["next"] = read.word(f"{at}.choices.{number}.next") or None
        nodes.append(node)
    if nodes:
        made["nodes"] = nodes


def _compare(read: _Reader, made: Document) -> None:
    before = list(made.get("compare") or ())
    compared = []
    for place, at in enumerate(read.places("compare", "edition")):
        stood = before[place] if place < len(before) else {}
        written = {address(cite): cite for cite in stood.get("cites") or ()}
        wanted = map(_short, _APART.split(" ".join(read.form.getlist(f"{at}.cites"))))
        compared.append(
            {
                **stood,
                "edition": read.word(f"{at}.edition"),
                "cites": [read.citation(one, written.get(one)) for one in dict.fromkeys(wanted) if one],
                "verdict": read.word(f"{at}.verdict"),
                "note": read.text(f"{at}.note"),
            }
        )
    if compared:
        made["compare"] = compared
    elif not made.get("compare"):
        made.pop("compare", None)


def addresses(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the provisions at hand in a draft: those the scenario or anything that may be chosen cites, once each."""
    entries: list[Mapping[str, Any]] = [document, *(document.get("options") or ()), *(document.get("passages") or ())]
    for node in document.get("nodes") or ():
        entries += node.get("choices") or ()
    return tuple(dict.fromkeys(address(cite) for entry in entries for cite in entry.get("cites") or ()))


def address(cite: Any) -> str:
    """Return where a citation of a document points, however it is written."""
    return str(cite.get("at", "")) if isinstance(cite, Mapping) else str(cite)


def fields_of(document: Mapping[str, Any], is_published: bool = False) -> frozenset[str]:
    """Return the name of every field of the form of a draft that has a place for what the law says of it."""
    names = {"bank", "kind", "medium", "difficulty", "author_note", "cites", *_SEVERAL, *_both("", _TEXTS)}
    if not is_published:
        names.add("key")
    names.update(_fields_of_exhibit(document.get("exhibit") or {}))
    for place in range(len(document.get("compare") or ())):
        at = f"compare.{place}."
        names |= {f"{at}edition", f"{at}verdict", f"{at}cites", *_both(at, ("note",))}
    kind = document.get("kind")
    if kind == "spot":
        for place in range(len(document.get("passages") or ())):
            names |= {f"passages.{place}.key", f"passages.{place}.cites", *_both(f"passages.{place}.", ("ruling",))}
    elif kind == "branching":
        for place, node in enumerate(document.get("nodes") or ()):
            names |= {f"nodes.{place}.key", *_both(f"nodes.{place}.", ("situation",))}
            names.update(_fields_of_options(f"nodes.{place}.choices", node.get("choices") or (), ("credit", "next")))
    else:
        names.update(_fields_of_options("options", document.get("options") or (), _KEYS.get(str(kind), ("credit",))))
        if kind == "most_least" and document.get("options"):
            names.add("pick.most")
    return frozenset(names)


def _fields_of_exhibit(exhibit: Mapping[str, Any]) -> Iterator[str]:
    texts, plain = MEDIA.get(str(exhibit.get("medium")), ((), ()))
    yield from _both("exhibit.", texts)
    yield from (f"exhibit.{name}" for name in plain)
    for place in range(len(exhibit.get("turns") or ())):
        yield from _both(f"exhibit.turns.{place}.", ("who", "says"))


def _fields_of_options(under: str, options: Iterable[object], keys: Iterable[str]) -> Iterator[str]:
    for place, _ in enumerate(options):
        yield from (f"{under}.{place}.{name}" for name in ("key", "cites", *keys))
        yield from _both(f"{under}.{place}.", _OPTION_TEXTS)


def _both(under: str, names: Iterable[str]) -> Iterator[str]:
    return (f"{under}{name}.{language}" for name in names for language in LANGUAGES)


def field_of(finding: Finding, names: frozenset[str], document: Mapping[str, Any]) -> str | None:
    """Return the field of the form that a finding belongs to, or None where it belongs to the whole."""
    path = list(finding.path)
    if path[:1] == ["key_ratings"] and len(path) > 1:
        path = _of_option(document, str(path[1]), "rating")
    elif path[:1] and path[0] in _ELSEWHERE:
        path = list(_ELSEWHERE[path[0]])
    elif path[:2] == ["exhibit", "medium"]:
        path = ["medium"]
    return nearest(path, names, "en" if finding.code in {"no-english", "numbers-differ"} else "ar")


def nearest(path: Sequence[str | int], names: frozenset[str], language: str = "ar") -> str | None:
    """Return the field at a place of the document, or the narrowest one around it, or None."""
    for end in range(len(path), 0, -1):
        name = ".".join(map(str, path[:end]))
        for known in (name, f"{name}.{language}", f"{name}.key"):
            if known in names:
                return known
    return None


def _of_option(document: Mapping[str, Any], key: str, field: str) -> list[str | int]:
    keys: Sequence[Any] = [option.get("key") for option in document.get("options") or ()]
    return ["options", keys.index(key), field] if key in keys else []
