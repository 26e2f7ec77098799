"""Where two states of an instrument differ, gathered by the provision, the edition or the whole they stand in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from quiz.bank.amending import handles, place_of, shaped
from quiz.bank.differences import Change, document_diff
from quiz.engine.reading import Path

Document = dict[str, Any]
# What a new edition cannot share with the one it follows: it has to be proved for itself.
_PROOF = ("verification", "verified_against", "verified_on", "source", "review_due")


@dataclass(frozen=True, slots=True)
class PlaceChanges:
    """What differs in one place: the handles of edition and provision, None where it is more than one of them.

    The paths of the changes begin at the place, whose own path is `path`. `holder` is the document of the place.
    """

    edition: str | None
    provision: str | None
    path: Path
    holder: Mapping[str, Any]
    changes: tuple[Change, ...]


def by_provision(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[PlaceChanges, ...]:
    """Return what differs, in the order of the document after.

    An edition that is new is compared with the one it follows, provision by provision and without what proves them;
    a provision that it carries over as it stood is not among the differences.
    """
    old, new = shaped(before or {"editions": []}), shaped(after)
    found: dict[tuple[str | None, str | None], PlaceChanges] = {}
    for change in document_diff(old, new):
        for place in _placed(change, old, new):
            known = found.get((place.edition, place.provision))
            changes = (*known.changes, *place.changes) if known else place.changes
            found[place.edition, place.provision] = replace(known or place, changes=changes)
    return tuple(found.values())


def _placed(change: Change, old: Document, new: Document) -> Iterator[PlaceChanges]:
    document, path = (old if change.kind == "removed" else new), change.path
    if path[0] != "editions" or len(path) < 2 or not isinstance(path[1], int):
        if path != ("format",):
            yield PlaceChanges(None, None, (), document, (change,))
        return
    edition = document["editions"][path[1]]
    handle = handles(document["editions"])[path[1]]
    if path[2:3] == ("provisions",) and len(path) > 3 and isinstance(path[3], int):
        provision = edition["provisions"][path[3]]
        yield _place(handle, handles(edition["provisions"])[path[3]], path[:4], provision, change)
    elif len(path) == 2 and change.kind == "added":
        yield from _new_edition(handle, edition, path, old, new)
    else:
        yield _place(handle, None, path[:2], edition, change)


def _place(edition: str, provision: str | None, path: Path, holder: Document, change: Change) -> PlaceChanges:
    trimmed = replace(change, path=change.path[len(path) :])
    return PlaceChanges(edition, provision, path, holder, (trimmed,))


def _new_edition(handle: str, edition: Document, path: Path, old: Document, new: Document) -> Iterator[PlaceChanges]:
    about = {name: value for name, value in edition.items() if name != "provisions"}
    yield PlaceChanges(handle, None, path, edition, (Change((), "added", None, about),))
    stood = _followed(edition, old, new)
    for place, (key, provision) in enumerate(zip(handles(edition["provisions"]), edition["provisions"], strict=True)):
        at: Path = (*path, "provisions", place)
        earlier = stood.get(key)
        if earlier is None:
            yield PlaceChanges(handle, key, at, provision, (Change((), "added", None, provision),))
            continue
        changes = document_diff(_unproved(earlier), _unproved(provision))
        if changes:
            yield PlaceChanges(handle, key, at, provision, changes)


def _followed(edition: Document, old: Document, new: Document) -> dict[str, Document]:
    """Return the provisions of the edition that a new one follows, by their handles, as they stood."""
    here = f"{new.get('key')}/{edition.get('key')}"
    for key, other in zip(handles(new["editions"]), new["editions"], strict=True):
        place = place_of(old["editions"], key)
        if other.get("replaced_by") == here and place is not None:
            held = old["editions"][place]["provisions"]
            return dict(zip(handles(held), held, strict=True))
    return {}


def _unproved(provision: Document) -> Document:
    return {name: value for name, value in provision.items() if name not in _PROOF}
