"""A scenario as the fields of a form, and back: every name is the path of its place, with dots between the steps.

A draft may be broken in any way, so nothing is refused here: what was typed becomes a document, and the law says what
is wrong with it. What the form does not show stays as it was before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from quiz.bank.composing import with_passages
from quiz.bank.findings import Finding
from quiz.engine.scenario import BANKS
from quiz.engine.scenario_document import MEDIA
from quiz.engine.text import LANGUAGES

Document = dict[str, Any]
Form = MultiDict[str, str]
Clean = Callable[[str], str]

_TEXTS = ("title", "situation", "prompt", "hint")
_SEVERAL = ("topics", "values", "audience")
_OPTION_TEXTS = ("text", "ruling", "consequence")
_NEEDED = frozenset({"text", "ruling", "title", "situation", "prompt"})
MOST_ENTRIES = 24
CREDITS = ("0", "1/4", "1/3", "1/2", "2/3", "3/4", "1")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the fields of one form, cleaning every text on its way."""

    form: Form
    clean: Clean
    past_editions: frozenset[str]

    def words(self, name: str) -> str:
        return self.clean(self.form.get(name, "")).strip()

    def text(self, name: str) -> Document:
        return {language: said for language in LANGUAGES if (said := self.words(f"{name}.{language}"))}

    def has_text(self, name: str) -> bool:
        return any(f"{name}.{language}" in self.form for language in LANGUAGES)

    def several(self, name: str) -> list[str]:
        return [one for one in dict.fromkeys(self.form.getlist(name)) if one]

    def cites(self, name: str) -> list[Any]:
        """Return the addresses ticked; a text that holds no more is cited as history, nobody has to say so."""
        return [
            {"at": one, "as": "history"} if "/".join(one.split("/")[:2]) in self.past_editions else one
            for one in self.several(name)
        ]

    def places(self, name: str, mark: str) -> list[str]:
        """Return the prefixes of the entries of a list, as far as the form holds them without a gap."""
        found = []
        for place in range(MOST_ENTRIES):
            if not any(f"{name}.{place}.{sign}" in self.form for sign in (mark, f"{mark}.ar")):
                break
            found.append(f"{name}.{place}")
        return found


def document_from(form: Form, before: Mapping[str, Any], past_editions: frozenset[str], clean: Clean) -> Document:
    """Return the document that a form describes, on the ground of the one that was shown."""
    read = _Reader(form, clean, past_editions)
    made = deepcopy(dict(before))
    _plain_fields(read, made)
    _exhibit(read, made)
    kind = made.get("kind")
    if kind == "spot":
        made["passages"] = _passages(read, made.get("passages") or ())
        made = with_passages(made)
    elif kind == "branching":
        made["nodes"] = _nodes(read, made.get("nodes") or ())
    else:
        made["options"] = _options(read, "options", made.get("options") or (), kind)
        _key_of_kind(read, made)
    _compare(read, made)
    return made


def _plain_fields(read: _Reader, made: Document) -> None:
    for name in _TEXTS:
        if read.has_text(name):
            _put(made, name, read.text(name))
    for name in _SEVERAL:
        made[name] = read.several(name)
    made["cites"] = read.cites("cites")
    if read.form.get("bank") in BANKS:
        made["bank"] = read.form["bank"]
        made["jurisdiction"] = made["bank"].partition("-")[0].upper()
    if read.form.get("difficulty") in {"1", "2", "3"}:
        made["difficulty"] = int(read.form["difficulty"])
    made.pop("sensitive", None)
    if read.form.get("sensitive"):
        made["sensitive"] = True
    if "author_note" in read.form:
        _put(made, "author_note", read.words("author_note"))
    if "key" in read.form:
        made["key"] = read.form["key"].strip().lower() or made.get("key", "")


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
    texts, plain = MEDIA[exhibit["medium"]]
    for name in texts:
        exhibit[name] = read.text(f"exhibit.{name}")
    for name in plain:
        exhibit[name] = read.words(f"exhibit.{name}")
    if exhibit["medium"] == "post":
        exhibit["official"] = bool(read.form.get("exhibit.official"))
    if "turns" in exhibit:
        turns = read.places("exhibit.turns", "who")
        exhibit["turns"] = [{"who": read.text(f"{at}.who"), "says": read.text(f"{at}.says")} for at in turns]


def _options(read: _Reader, under: str, before: Iterable[Mapping[str, Any]], kind: str | None) -> list[Document]:
    stood = {str(option.get("key")): option for option in before}
    options = []
    for at in read.places(under, "key"):
        key = read.form[f"{at}.key"]
        made: Document = {**stood.get(key, {}), "key": key, "cites": read.cites(f"{at}.cites")}
        for name in _OPTION_TEXTS:
            _put(made, name, read.text(f"{at}.{name}"))
        if kind in {"single_choice", "multiple_choice", "branching"}:
            made["credit"] = _credit(read.form.get(f"{at}.credit", "0"))
        options.append(made)
    return options


def _credit(words: str) -> int | str:
    """Return a credit as documents have it: a whole number bare, every other as it was written."""
    words = words.strip().replace("\N{MINUS SIGN}", "-")
    return int(words) if words in {"0", "1", "-1"} else words


def _key_of_kind(read: _Reader, made: Document) -> None:
    places = read.places("options", "key")
    keys = {at: read.form[f"{at}.key"] for at in places}
    if made["kind"] == "judgement":
        made["key_ratings"] = {
            key: read.form[f"{at}.rating"] for at, key in keys.items() if f"{at}.rating" in read.form
        }
    if made["kind"] == "most_least":
        picks = {pick: read.form.get(f"pick.{pick}", "") for pick in ("most", "least")}
        made["key_choice"] = {pick: key for pick, key in picks.items() if key}
    if made["kind"] == "ordering":
        made["key_order"] = sorted(keys.values(), key=_ordered({keys[at]: _place(read, at) for at in places}))


def _place(read: _Reader, at: str) -> int:
    words = read.form.get(f"{at}.place", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 3 else 99


def _ordered(places: Mapping[str, int]) -> Callable[[str], int]:
    return lambda key: places[key]


def _passages(read: _Reader, before: Iterable[Mapping[str, Any]]) -> list[Document]:
    stood = {str(passage.get("key")): passage for passage in before}
    passages = []
    for at in read.places("passages", "key"):
        key = read.form[f"{at}.key"]
        ruled = {"ruling": read.text(f"{at}.ruling"), "cites": read.cites(f"{at}.cites")}
        passages.append({**stood.get(key, {}), "key": key, "breach": bool(read.form.get(f"{at}.breach")), **ruled})
    return passages


def _nodes(read: _Reader, before: Iterable[Mapping[str, Any]]) -> list[Document]:
    stood = {str(node.get("key")): node for node in before}
    nodes = []
    for at in read.places("nodes", "key"):
        key = read.form[f"{at}.key"]
        made: Document = {**stood.get(key, {}), "key": key, "situation": read.text(f"{at}.situation")}
        made["choices"] = _options(read, f"{at}.choices", made.get("choices") or (), "branching")
        for number, choice in enumerate(made["choices"]):
            choice["next"] = read.form.get(f"{at}.choices.{number}.next") or None
        nodes.append(made)
    return nodes


def _compare(read: _Reader, made: Document) -> None:
    compared = []
    for at in read.places("compare", "edition"):
        cites = " ".join(read.form.getlist(f"{at}.cites")).replace("،", " ").replace(",", " ").split()
        edition = read.form.get(f"{at}.edition", "")
        is_past = edition in read.past_editions
        compared.append(
            {
                "edition": edition,
                "cites": [{"at": one, "as": "history"} if is_past else one for one in dict.fromkeys(cites)],
                "verdict": read.form.get(f"{at}.verdict", ""),
                "note": read.text(f"{at}.note"),
            }
        )
    if compared:
        made["compare"] = compared
    else:
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


def fields_of(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the name of every field that the form of a draft has."""
    names = {"key", "bank", "kind", "medium", "difficulty", "sensitive", "author_note", "cites", *_SEVERAL}
    names |= {f"{name}.{language}" for name in _TEXTS for language in LANGUAGES}
    if document.get("kind") == "most_least":
        names |= {"pick.most", "pick.least"}
    _leaves(names, "exhibit", document.get("exhibit") or {})
    for group in ("options", "passages", "nodes", "compare"):
        for place, entry in enumerate(document.get(group) or ()):
            _leaves(names, f"{group}.{place}", entry)
    return frozenset(names)


def _leaves(names: set[str], under: str, entry: Mapping[str, Any]) -> None:
    for name in (*entry, *_OPTION_TEXTS, "cites", "credit", "rating", "place", "next"):
        value = entry.get(name)
        if isinstance(value, list) and name != "cites":
            for place, inner in enumerate(value):
                _leaves(names, f"{under}.{name}.{place}", inner)
        elif isinstance(value, Mapping) or name in _OPTION_TEXTS:
            names |= {f"{under}.{name}.{language}" for language in LANGUAGES}
        else:
            names.add(f"{under}.{name}")


def field_of(finding: Finding, names: frozenset[str], document: Mapping[str, Any]) -> str | None:
    """Return the field of the form that a finding belongs to, or None where it belongs to the whole."""
    path = list(finding.path)
    if path[:1] == ["key_ratings"] and len(path) > 1:
        path = _of_option(document, str(path[1]), "rating")
    elif path[:1] == ["key_choice"]:
        path = ["pick", "most"]
    elif path[:1] == ["key_order"]:
        path = ["options", 0, "place"]
    language = "en" if finding.code in {"no-english", "numbers-differ"} else "ar"
    while path:
        name = ".".join(map(str, path))
        for known in (name, f"{name}.{language}", f"{name}.key"):
            if known in names:
                return known
        path.pop()
    return None


def _of_option(document: Mapping[str, Any], key: str, field: str) -> list[Any]:
    keys: Sequence[Any] = [option.get("key") for option in document.get("options") or ()]
    return ["options", keys.index(key), field] if key in keys else []
