"""A part of an instrument as the fields of a form, and back: one edition, or one provision of it.

An instrument can have some fifty provisions, so a form holds one place of it at a time; everything else stays as it
was. A draft may be broken in any way, so nothing is refused here: the law says what is wrong with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from quiz.bank.amending import NewEdition, Proof, handles, place_of
from quiz.bank.findings import Finding
from quiz.engine.text import LANGUAGES
from quiz.language.numbers import plain_digits

Document = dict[str, Any]
Form = MultiDict[str, str]
Clean = Callable[[str], str]

_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_BETWEEN_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
# More entries than these no provision has; a form with more is cut off by nobody but a machine.
_MOST_ENTRIES = 60
_FIGURE = ("what", "min", "max", "unit", "currency", "felony", "either_or")
_EDITION = ("key", "status", "issued_on", "effective_from", "effective_to", "replaced_by")
_PROVISION = ("key", "topics", "binds_conduct", "sensitive", "verification", "verified_on", "review_due")


@dataclass(frozen=True, slots=True)
class Shown:
    """Which place of a draft is shown: an edition, and a provision of it where one is open."""

    edition: int
    provision: int | None
    edition_handle: str
    provision_handle: str | None

    @property
    def path(self) -> tuple[str | int, ...]:
        """Return the path of the place in the document."""
        path: tuple[str | int, ...] = ("editions", self.edition)
        return path if self.provision is None else (*path, "provisions", self.provision)


def shown_of(document: Mapping[str, Any], edition: str | None, provision: str | None) -> Shown | None:
    """Return the place that an address names, by default the newest edition; None where there is no such place."""
    editions: Sequence[Document] = document["editions"]
    if not editions:
        return None
    place = place_of(editions, edition) if edition else len(editions) - 1
    if place is None:
        return None
    handle = handles(editions)[place]
    if not provision:
        return Shown(place, None, handle, None)
    number = place_of(editions[place]["provisions"], provision)
    return None if number is None else Shown(place, number, handle, provision)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the fields of one form; words that were changed are cleaned on their way, others stay as they were."""

    form: Form
    clean: Clean

    def words(self, name: str, before: object = None) -> str:
        sent = self.form.get(name, "").replace("\r\n", "\n").strip()
        if isinstance(before, str) and sent == before.strip():
            return before
        return self.clean(sent).strip()

    def plain(self, name: str) -> str:
        return _plainly(self.form.get(name, ""))

    def several(self, name: str) -> list[str]:
        return [one for one in dict.fromkeys(map(_plainly, self.form.getlist(name))) if one]

    def text(self, name: str, before: Mapping[str, Any] | None) -> Document | None:
        """Return a text, None where the form has none of that name."""
        if not any(f"{name}.{language}" in self.form for language in LANGUAGES):
            return None
        stood = before or {}
        said = {language: self.words(f"{name}.{language}", stood.get(language)) for language in LANGUAGES}
        return {language: words for language, words in said.items() if words}

    def truth(self, name: str) -> bool | None:
        """Return whether a box is ticked, None where the form has none; an empty field before it says that it has."""
        return bool(any(self.form.getlist(name))) if name in self.form else None

    def whole(self, name: str) -> int | str | None:
        """Return a whole number; what is none stays as it was written, for the law to judge."""
        words = _BETWEEN_THOUSANDS.sub("", self.plain(name))
        return int(words) if _WHOLE.fullmatch(words) else words or None

    def places(self, name: str) -> list[str] | None:
        """Return the prefixes of the entries of a list, None where the form does not show the list in full."""
        if self.form.get(name) is None:
            return None
        found = []
        for place in range(_MOST_ENTRIES):
            if f"{name}.{place}.key" not in self.form:
                break
            found.append(f"{name}.{place}")
        return found if str(len(found)) == self.form[name] else None


def _plainly(words: str) -> str:
    """Return the words of a field of one line without signs that cannot be seen, which a database may refuse."""
    return plain_digits("".join(sign for sign in words if sign.isprintable())).strip()


def document_from(form: Form, before: Mapping[str, Any], shown: Shown, clean: Clean) -> Document:
    """Return the document in which the place that a form shows is as the form says."""
    read = _Reader(form, clean)
    made = deepcopy(dict(before))
    edition = made["editions"][shown.edition]
    if shown.provision is None:
        _instrument(read, made)
        _edition(read, edition)
    else:
        _provision(read, edition["provisions"][shown.provision])
    return made


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", {}, [])


def _put(holder: Document, name: str, value: Any, empty: Any = None) -> None:
    """Set a field that has to be there; one that was empty and still is stays as it was written, or unwritten."""
    if not _is_empty(value):
        holder[name] = value
    elif not _is_empty(holder.get(name)):
        holder[name] = empty


def _put_or_drop(holder: Document, name: str, value: Any) -> None:
    """Set a field that may be left out; it is left out once nothing is in it."""
    if not _is_empty(value):
        holder[name] = value
    elif not _is_empty(holder.get(name)):
        holder.pop(name)


def _tick(read: _Reader, holder: Document, name: str, at: str = "") -> None:
    """Set a truth; one that was not written and is not ticked stays unwritten."""
    ticked = read.truth(f"{at}{name}")
    if ticked is not None and (ticked or holder.get(name) is not None):
        holder[name] = ticked


def _texts(read: _Reader, holder: Document, *names: str, under: str = "") -> None:
    for name in names:
        said = read.text(f"{under}{name}", holder.get(name))
        if said is not None:
            _put(holder, name, said, {})


def _optional_text(read: _Reader, holder: Document, name: str, under: str) -> None:
    said = read.text(f"{under}{name}", holder.get(name))
    if said is not None:
        _put_or_drop(holder, name, said)


def _plain(read: _Reader, holder: Document, *names: str, under: str = "") -> None:
    for name in names:
        if f"{under}{name}" in read.form:
            _put(holder, name, read.plain(f"{under}{name}"))


def _instrument(read: _Reader, made: Document) -> None:
    said = read.text("instrument.title", made.get("title"))
    if said is not None:
        _put(made, "title", said, {})
    _plain(read, made, "kind", "jurisdiction", under="instrument.")
    if "instrument.key" in read.form:
        made["key"] = read.plain("instrument.key").lower() or made.get("key", "")


def _edition(read: _Reader, edition: Document) -> None:
    _texts(read, edition, "label")
    _plain(read, edition, "status", "issued_on", "effective_from", "effective_to", "replaced_by")


def _provision(read: _Reader, provision: Document) -> None:
    reference = provision["reference"]
    _plain(read, reference, "kind", "number", under="reference.")
    _texts(read, provision, "title", "paraphrase", "verified_against", "source")
    _plain(read, provision, "verification", "verified_on", "review_due")
    if "topics" in read.form:
        topics = read.several("topics")
        if sorted(topics) != sorted(map(str, provision.get("topics") or ())):
            provision["topics"] = topics
    provision.setdefault("binds_conduct", False)
    _tick(read, provision, "binds_conduct")
    _tick(read, provision, "sensitive")
    _listed(read, provision, "parts", _part)
    _listed(read, provision, "figures", _figure)


Entry = Callable[[_Reader, str, Document], None]


def _listed(read: _Reader, holder: Document, name: str, change: Entry, under: str = "") -> None:
    places = read.places(f"{under}{name}")
    if places is None:
        return
    stood = {str(entry.get("key")): entry for entry in holder.get(name) or ()}
    entries = []
    for at in places:
        key = read.plain(f"{at}.key")
        entry = {**stood.get(key, {}), "key": key}
        change(read, at, entry)
        entries.append(entry)
    if entries or holder.get(name):
        holder[name] = entries


def _part(read: _Reader, at: str, part: Document) -> None:
    _texts(read, part, "paraphrase", under=f"{at}.")
    _optional_text(read, part, "title", f"{at}.")
    _listed(read, part, "figures", _figure, under=f"{at}.")


def _figure(read: _Reader, at: str, figure: Document) -> None:
    _plain(read, figure, "what", under=f"{at}.")
    for name in ("unit", "currency"):
        if f"{at}.{name}" in read.form:
            _put_or_drop(figure, name, read.plain(f"{at}.{name}"))
    for name in ("min", "max"):
        if f"{at}.{name}" in read.form:
            _put_or_drop(figure, name, read.whole(f"{at}.{name}"))
    if f"{at}.felony" in read.form:
        _put_or_drop(figure, "felony", {"yes": True, "no": False}.get(read.form[f"{at}.felony"]))
    _tick(read, figure, "either_or", f"{at}.")
    _optional_text(read, figure, "note", f"{at}.")


def new_edition_from(form: Form, clean: Clean) -> NewEdition:
    """Return what the form says of an edition that is to be begun."""
    read = _Reader(form, clean)
    status = read.plain("new.status")
    return NewEdition(
        key=read.plain("new.key"),
        label=read.text("new.label", None) or {},
        status=status if status in {"in_force", "draft", "unknown"} else "in_force",
        issued_on=read.plain("new.issued_on"),
        effective_from=read.plain("new.effective_from"),
        repeals=bool(read.truth("new.repeals")),
    )


def proof_from(form: Form, clean: Clean) -> Proof:
    """Return what the form says every provision of the edition was compared with."""
    read = _Reader(form, clean)
    return Proof(
        verification=read.plain("proof.verification"),
        against=read.text("proof.against", None) or {},
        source=read.text("proof.source", None) or {},
        on=read.plain("proof.on"),
        review_due=read.plain("proof.review_due"),
    )


def fields_of(document: Mapping[str, Any], shown: Shown) -> frozenset[str]:
    """Return the name of every field that the form of a place has."""
    edition = document["editions"][shown.edition]
    if shown.provision is None:
        texts = _named("instrument.title", "label")
        return frozenset({"instrument.kind", "instrument.jurisdiction", "instrument.key", *_EDITION, *texts})
    provision = edition["provisions"][shown.provision]
    names = {"reference.kind", "reference.number", *_PROVISION}
    names |= _named("title", "paraphrase", "verified_against", "source")
    names |= set(_figures("figures", provision))
    for place, part in enumerate(provision.get("parts") or ()):
        at = f"parts.{place}"
        names |= {f"{at}.key", *_named(f"{at}.title", f"{at}.paraphrase"), *_figures(f"{at}.figures", part)}
    return frozenset(names)


def _named(*texts: str) -> set[str]:
    return {f"{name}.{language}" for name in texts for language in LANGUAGES}


def _figures(under: str, holder: Mapping[str, Any]) -> Iterator[str]:
    for place, _figure in enumerate(holder.get("figures") or ()):
        yield from (f"{under}.{place}.{name}" for name in _FIGURE)
        yield from _named(f"{under}.{place}.note")


def field_of(finding: Finding, shown: Shown, names: frozenset[str]) -> str | None:
    """Return the field beside which a finding stands on the page of a place, None where it stands elsewhere."""
    path = list(finding.path)
    length = len(shown.path)
    if tuple(path[:length]) == shown.path:
        path = path[length:]
        if shown.provision is None and path[:1] == ["provisions"]:
            return None
    elif shown.provision is None and path[:1] != ["editions"]:
        path = ["instrument", *path]
    else:
        return None
    language = "en" if finding.code in {"no-english", "numbers-differ", "english-stale"} else "ar"
    while path:
        name = ".".join(map(str, path))
        for known in (name, f"{name}.{language}", f"{name}.what", f"{name}.key"):
            if known in names:
                return known
        path.pop()
    return None
