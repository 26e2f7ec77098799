"""What the buttons of the form of an instrument do to its draft, and which place of it is shown then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from quiz.bank import amending, composing
from quiz.language.numbers import plain_digits
from quiz.web.editor.cleaning import Cleaning
from quiz.web.editor.form_reading import Document
from quiz.web.editor.instrument_form import Shown, new_edition_from, proof_from

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A draft, and the place of it that is shown next."""

    document: Document
    edition: str | None
    provision: str | None
    anchor: str = "main"


def turned(
    turn: Turn, shown: Shown, do: str, where: str, standing: Mapping[str, Any] | None, cleaning: Cleaning
) -> Turn:
    """Return the draft after a button was pressed; one that nobody knows changes nothing."""
    path = tuple(int(step) if step.isdecimal() and len(step) < 4 else step for step in where.split("."))
    if do in _ON_PLACES:
        return _ON_PLACES[do](turn, shown, where, cleaning)
    if do in _ON_NEW and not is_published(turn.document, shown, standing):
        return _ON_NEW[do](turn, shown)
    if do in _ON_PROVISION and shown.provision is not None:
        return _ON_PROVISION[do](turn, shown, path)
    return turn


def is_published(document: Mapping[str, Any], shown: Shown, standing: Mapping[str, Any] | None) -> bool:
    """Tell whether the place that is shown stands in the published version, so that its key is fixed for good."""
    if standing is None:
        return False
    editions = standing["editions"]
    edition = amending.place_of(editions, shown.edition_handle)
    if edition is None or shown.provision is None:
        return edition is not None
    return amending.place_of(editions[edition]["provisions"], shown.provision_handle) is not None


def _go(turn: Turn, shown: Shown, where: str, cleaning: Cleaning) -> Turn:
    edition, _, provision = where.partition("/")
    return replace(turn, edition=edition or None, provision=provision or None)


def _edition(turn: Turn, shown: Shown, where: str, cleaning: Cleaning) -> Turn:
    document, key = amending.with_edition(turn.document, shown.edition, new_edition_from(request.form, cleaning))
    return Turn(document, key or turn.edition, None)


def _provision(turn: Turn, shown: Shown, where: str, cleaning: Cleaning) -> Turn:
    number = cleaning(plain_digits(request.form.get("add.number", "")).strip())
    kind = request.form.get("add.kind", "article")
    document, key = amending.with_provision(turn.document, shown.edition, kind, number)
    return Turn(document, turn.edition, key or None)


def _prove(turn: Turn, shown: Shown, where: str, cleaning: Cleaning) -> Turn:
    document = amending.proved(turn.document, shown.edition, proof_from(request.form, cleaning))
    return replace(turn, document=document)


_ON_PLACES: Mapping[str, Callable[[Turn, Shown, str, Cleaning], Turn]] = {
    "go": _go,
    "edition": _edition,
    "provision": _provision,
    "prove": _prove,
}


def _rename(turn: Turn, shown: Shown) -> Turn:
    document, key = amending.renamed(turn.document, shown.edition, shown.provision, request.form.get("key", ""))
    if shown.provision is None:
        return Turn(document, key, None, "key")
    return Turn(document, turn.edition, key, "key")


def _drop_edition(turn: Turn, shown: Shown) -> Turn:
    if shown.provision is not None:
        return turn
    return Turn(composing.removed(turn.document, shown.path), None, None)


_ON_NEW: Mapping[str, Callable[[Turn, Shown], Turn]] = {"rename": _rename, "drop-edition": _drop_edition}


def _drop(turn: Turn, shown: Shown, path: Path) -> Turn:
    return Turn(composing.removed(turn.document, shown.path), turn.edition, None)


def _shift(turn: Turn, shown: Shown, path: Path) -> Turn:
    by = -1 if path == ("up",) else 1
    return replace(turn, document=composing.moved(turn.document, shown.path, by))


def _inside(change: Callable[[Document, Path], Document]) -> Callable[[Turn, Shown, Path], Turn]:
    def apply(turn: Turn, shown: Shown, path: Path) -> Turn:
        document = turn.document
        provisions = list(document["editions"][shown.edition]["provisions"])
        place = shown.provision or 0
        provisions[place] = change(provisions[place], path)
        editions = list(document["editions"])
        editions[shown.edition] = {**editions[shown.edition], "provisions": provisions}
        return replace(turn, document={**document, "editions": editions}, anchor="-".join(map(str, path)) or "main")

    return apply


_ON_PROVISION: Mapping[str, Callable[[Turn, Shown, Path], Turn]] = {
    "drop": _drop,
    "shift": _shift,
    "up": _inside(lambda provision, path: composing.moved(provision, path, -1)),
    "down": _inside(lambda provision, path: composing.moved(provision, path, 1)),
    "remove": _inside(composing.removed),
    "add": _inside(amending.grown),
}
