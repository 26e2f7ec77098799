"""Everything the page of an instrument's draft shows: the place that is open, its sisters, what the law says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

from quiz.bank import amending
from quiz.bank.differences import Change
from quiz.bank.findings import Finding, Report
from quiz.engine.instrument import Reference
from quiz.engine.text import Text
from quiz.services import checking, foreseeing, history, instruments, reviewing, searching
from quiz.services.drafting import DraftSummary
from quiz.services.foreseeing import Amendment
from quiz.services.unit_of_work import UnitOfWork
from quiz.web.editor.form_reading import Document
from quiz.web.editor.instrument_actions import is_published
from quiz.web.editor.instrument_form import Shown, field_of, fields_of
from quiz.web.editor.words import field_anchor

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ProvisionLine:
    """A provision in the list beside the form: what it is called, and what became of it in this draft."""

    handle: str
    reference: Reference | None
    title: Text
    verification: str
    state: str
    errors: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a finding or a comment stands: whose place it is, the rest of the way, and the address that opens it."""

    owner: Text
    rest: Path
    url: str


@dataclass(frozen=True, slots=True)
class Desk:
    """The page of a draft; `lines` are the provisions of the edition shown, `removed` those it has no more."""

    draft: DraftSummary
    document: Document
    shown: Shown | None
    report: Report
    by_field: Mapping[str, tuple[Finding, ...]]
    lines: tuple[ProvisionLine, ...]
    removed: tuple[ProvisionLine, ...]
    is_published: bool
    citing: tuple[tuple[str, Text], ...]
    successors: tuple[tuple[str, Text], ...]
    amendment: Amendment
    comments: tuple[reviewing.CommentSummary, ...] = ()
    reviews: tuple[reviewing.ReviewSummary, ...] = ()
    theirs: tuple[Change, ...] = ()
    cleaned: Mapping[str, int] = field(default_factory=dict)

    @property
    def title(self) -> Text:
        """Return what the instrument is called."""
        return _text(self.document.get("title"))

    @property
    def label(self) -> Text:
        """Return what the edition shown is called."""
        return _text(self.edition.get("label"))

    @property
    def changes_here(self) -> tuple[Change, ...]:
        """Return what the draft changes of the place that is shown."""
        handles = (self.shown.edition_handle, self.shown.provision_handle) if self.shown else (None, None)
        places = self.amendment.places
        return next((one.changes for one in places if (one.edition, one.provision) == handles), ())

    def has_faults(self, under: str) -> bool:
        """Tell whether the law says something of a field under a place of the form."""
        return any(name.startswith(f"{under}.") for name in self.by_field)

    @property
    def edition(self) -> Document:
        """Return the edition that is shown; there is one."""
        found: Document = self.document["editions"][self.shown.edition if self.shown else 0]
        return found

    @property
    def provision(self) -> Document | None:
        """Return the provision that is open."""
        if self.shown is None or self.shown.provision is None:
            return None
        found: Document = self.edition["provisions"][self.shown.provision]
        return found

    @property
    def editions(self) -> list[tuple[str, Text, str, bool]]:
        """Return handle, label, status of every edition, and whether it is the one shown."""
        held = self.document["editions"]
        return [
            (handle, _text(edition.get("label")), str(edition.get("status")), bool(self.shown and place == self._at))
            for place, (handle, edition) in enumerate(zip(amending.handles(held), held, strict=True))
        ]

    @property
    def _at(self) -> int:
        return self.shown.edition if self.shown else -1

    def address(self, edition: str | None, provision: str | None = None, anchor: str | None = None) -> str:
        """Return the address of a place of the draft."""
        return url_for(
            "editor.instrument_draft",
            public_id=self.draft.public_id,
            edition=edition,
            provision=provision,
            _anchor=anchor,
        )

    def spot(self, path: Sequence[str | int]) -> Spot:
        """Return where a path of the document stands; a link leads to its field where that is on this page."""
        return _spot(self, tuple(path))

    def commented(self, dotted: str) -> str:
        """Return the address of the place of a comment."""
        return self.spot([int(step) if step.isdecimal() else step for step in dotted.split(".")]).url


def desk_of(work: UnitOfWork, found: DraftSummary, document: Document, shown: Shown | None) -> Desk:
    """Return the page of a draft at a place."""
    report = checking.check_document(work, found.kind, document)
    standing = instruments.find_standing(work, found.key)
    stood = amending.shaped(standing) if standing else None
    comments, reviews = reviewing.get_talk(work, found.public_id)
    lines, removed = _lines(stood, document, shown, report) if shown else ((), ())
    return Desk(
        draft=found,
        document=document,
        shown=shown,
        report=report,
        by_field=_by_field(document, shown, report),
        lines=lines,
        removed=removed,
        is_published=shown is not None and is_published(document, shown, stood),
        citing=_citing(work, found.key, shown),
        successors=_successors(work, document, shown),
        amendment=foreseeing.get_amendment(work, found.key, document),
        comments=comments,
        reviews=reviews,
        theirs=history.changed_since(work, found) if found.is_behind else (),
    )


def _citing(work: UnitOfWork, key: str, shown: Shown | None) -> tuple[tuple[str, Text], ...]:
    if shown is None or shown.provision_handle is None:
        return ()
    return instruments.list_citing(work, f"{key}/{shown.edition_handle}/{shown.provision_handle}")


def _successors(work: UnitOfWork, document: Document, shown: Shown | None) -> tuple[tuple[str, Text], ...]:
    """Return address and label of what may have replaced the edition shown: its sisters, then all other editions."""
    if shown is None or shown.provision is not None:
        return ()
    held, key = document["editions"], str(document.get("key", ""))
    own = {
        f"{key}/{handle}": _text(edition.get("label"))
        for handle, edition in zip(amending.handles(held), held, strict=True)
    }
    others = {address: label for address, label in searching.list_editions(work) if not address.startswith(f"{key}/")}
    found = {**own, **others}
    found.pop(f"{key}/{shown.edition_handle}", None)
    said = held[shown.edition].get("replaced_by")
    if said and said not in found:
        found[str(said)] = Text({})
    return tuple(found.items())


def _by_field(document: Document, shown: Shown | None, report: Report) -> dict[str, tuple[Finding, ...]]:
    by_field: defaultdict[str, list[Finding]] = defaultdict(list)
    if shown is not None:
        names = fields_of(document, shown) | (frozenset(request.form) if request.method == "POST" else frozenset())
        for one in report.findings:
            name = field_of(one, shown, names)
            if name is not None:
                by_field[name].append(one)
    return {name: tuple(held) for name, held in by_field.items()}


def _lines(
    stood: Document | None, document: Document, shown: Shown, report: Report
) -> tuple[tuple[ProvisionLine, ...], tuple[ProvisionLine, ...]]:
    states = amending.states(stood, document)
    errors: defaultdict[Path, int] = defaultdict(int)
    for one in report.errors:
        errors[tuple(one.path[:4])] += 1
    provisions = document["editions"][shown.edition]["provisions"]
    lines = tuple(
        _line(handle, provision, states[shown.edition_handle, handle], errors[*shown.path[:2], "provisions", place])
        for place, (handle, provision) in enumerate(zip(amending.handles(provisions), provisions, strict=True))
    )
    before = amending.place_of(stood["editions"], shown.edition_handle) if stood else None
    held = stood["editions"][before]["provisions"] if stood and before is not None else []
    gone = (
        _line(handle, provision, "removed", 0)
        for handle, provision in zip(amending.handles(held), held, strict=True)
        if states.get((shown.edition_handle, handle)) == "removed"
    )
    return lines, tuple(gone)


def _line(handle: str, provision: Mapping[str, Any], state: str, errors: int) -> ProvisionLine:
    verification = str(provision.get("verification"))
    return ProvisionLine(handle, _reference(provision), _text(provision.get("title")), verification, state, errors)


def _reference(provision: Mapping[str, Any]) -> Reference | None:
    reference = provision["reference"]
    kind, number = reference.get("kind"), reference.get("number")
    return Reference(kind, str(number)) if kind in amending.PREFIXES and number else None


def _text(words: Any) -> Text:
    return Text(words if isinstance(words, dict) else {})


def _spot(desk: Desk, path: Path) -> Spot:
    editions = desk.document["editions"]
    edition = provision = None
    owner, rest = _text(desk.document.get("title")), path
    if path[:1] == ("editions",) and len(path) > 1 and isinstance(path[1], int) and path[1] < len(editions):
        edition = amending.handles(editions)[path[1]]
        owner, rest = _text(editions[path[1]].get("label")), path[2:]
        held = editions[path[1]]["provisions"]
        if rest[:1] == ("provisions",) and len(rest) > 1 and isinstance(rest[1], int) and rest[1] < len(held):
            provision = amending.handles(held)[rest[1]]
            owner, rest = _text(held[rest[1]].get("title")), rest[2:]
    is_here = desk.shown is not None and (
        (desk.shown.edition_handle, desk.shown.provision_handle) == (edition, provision)
        or (edition is None and desk.shown.provision is None)
    )
    prefix: Path = ("instrument", *rest) if edition is None else rest
    name = _known(desk, prefix) if is_here else None
    if is_here and name:
        return Spot(owner, rest, f"#{field_anchor(name)}")
    return Spot(owner, rest, desk.address(edition, provision))


def _known(desk: Desk, rest: Path) -> str | None:
    names = fields_of(desk.document, desk.shown) if desk.shown else frozenset()
    while rest:
        dotted = ".".join(map(str, rest))
        for name in (dotted, f"{dotted}.ar", f"{dotted}.what"):
            if name in names:
                return name
        rest = rest[:-1]
    return None
