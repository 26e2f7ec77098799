"""A part of an instrument as the fields of a form, and back: one edition, or one provision of it.

An instrument can have some fifty provisions, so a form holds one place of it at a time; everything else stays as it
was. A draft may be broken in any way, so nothing is refused here: the law says what is wrong with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from quiz.bank.amending import NewEdition, Proof, handles, place_of
from quiz.bank.findings import Finding
from quiz.engine.text import LANGUAGES
from quiz.web.editor.form_reading import (
    Clean,
    Document,
    Form,
    Reader,
    put,
    put_or_drop,
    set_entries,
    set_optional_text,
    set_plain,
    set_texts,
    set_truth,
)

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


def document_from(form: Form, before: Mapping[str, Any], shown: Shown, clean: Clean) -> Document:
    """Return the document in which the place that a form shows is as the form says."""
    read = Reader(form, clean)
    made = deepcopy(dict(before))
    edition = made["editions"][shown.edition]
    if shown.provision is None:
        _instrument(read, made)
        _edition(read, edition)
    else:
        _provision(read, edition["provisions"][shown.provision])
    return made


def _instrument(read: Reader, made: Document) -> None:
    said = read.text("instrument.title", made.get("title"))
    if said is not None:
        put(made, "title", said, {})
    set_plain(read, made, "kind", "jurisdiction", under="instrument.")
    if "instrument.key" in read.form:
        made["key"] = read.plain("instrument.key").lower() or made.get("key", "")


def _edition(read: Reader, edition: Document) -> None:
    set_texts(read, edition, "label")
    set_plain(read, edition, "status", "issued_on", "effective_from", "effective_to", "replaced_by")


def _provision(read: Reader, provision: Document) -> None:
    reference = provision["reference"]
    set_plain(read, reference, "kind", "number", under="reference.")
    set_texts(read, provision, "title", "paraphrase", "verified_against", "source")
    set_plain(read, provision, "verification", "verified_on", "review_due")
    if "topics" in read.form:
        topics = read.several("topics")
        if sorted(topics) != sorted(map(str, provision.get("topics") or ())):
            provision["topics"] = topics
    provision.setdefault("binds_conduct", False)
    set_truth(read, provision, "binds_conduct")
    set_truth(read, provision, "sensitive")
    set_entries(read, provision, "parts", _part)
    set_entries(read, provision, "figures", _figure)


def _part(read: Reader, at: str, part: Document) -> None:
    set_texts(read, part, "paraphrase", under=f"{at}.")
    set_optional_text(read, part, "title", f"{at}.")
    set_entries(read, part, "figures", _figure, under=f"{at}.")


def _figure(read: Reader, at: str, figure: Document) -> None:
    set_plain(read, figure, "what", under=f"{at}.")
    for name in ("unit", "currency"):
        if f"{at}.{name}" in read.form:
            put_or_drop(figure, name, read.plain(f"{at}.{name}"))
    for name in ("min", "max"):
        if f"{at}.{name}" in read.form:
            put_or_drop(figure, name, read.whole(f"{at}.{name}"))
    if f"{at}.felony" in read.form:
        put_or_drop(figure, "felony", {"yes": True, "no": False}.get(read.form[f"{at}.felony"]))
    set_truth(read, figure, "either_or", f"{at}.")
    set_optional_text(read, figure, "note", f"{at}.")


def new_edition_from(form: Form, clean: Clean) -> NewEdition:
    """Return what the form says of an edition that is to be begun."""
    read = Reader(form, clean)
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
    read = Reader(form, clean)
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
