"""Files in: everything that is in them is checked and compared before a draft is made; nothing is published by it.

A thousand entries take seconds, so both are done some entries at a time, each time a deed of its own: whoever looks
sees how far it is, and a step that dies is done again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.composing import provisional_key
from quiz.bank.differences import Change, document_diff
from quiz.bank.findings import Finding, Severity
from quiz.bank.reader import Source
from quiz.bank.shaping import shaped_scenario
from quiz.db.models.uploads import UploadEntryRow, UploadRow
from quiz.db.queries import drafts, uploads
from quiz.db.queries.drafts import VersionRow
from quiz.engine.document import digest
from quiz.engine.reading import Path
from quiz.services.belonging import NONE, banks_of, draft_banks
from quiz.services.checking import Checker
from quiz.services.drafting import begin_draft, open_draft, save_draft, writer
from quiz.services.errors import Duplicate, NotFound, Refused, Stale
from quiz.services.publishing import RELEASE, REVIEW
from quiz.services.unit_of_work import UnitOfWork

AT_ONCE = 100
MOST_ENTRIES = 5_000
NEWEST = 20
# What a draft can go by; which signs a key is made of is for the law to say.
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Sent:
    """What was read out of a file: documents with their kinds, and all that could not be read."""

    file_name: str
    origin: str
    documents: Sequence[tuple[str, Source]]
    findings: Sequence[Finding]
    # What a document was made from, by its kind and key, where it is a translation.
    based_on: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntrySummary:
    """One document of a file in the list of what was found."""

    place: int
    kind: str
    key: str
    line: int
    standing: str
    errors: int
    warnings: int
    findings: tuple[Finding, ...]
    draft: str | None


@dataclass(frozen=True, slots=True)
class UploadSummary:
    """A file that was sent: how far it is, and once it is gone through, what is in it."""

    public_id: str
    file_name: str
    state: str
    total: int
    done: int
    sent_at: datetime
    findings: tuple[Finding, ...]
    standings: Mapping[str, int]
    entries: tuple[EntrySummary, ...] = ()

    @property
    def to_draft(self) -> int:
        """Return how many entries a draft would be made of."""
        return self.standings.get("new", 0) + self.standings.get("changed", 0)


@dataclass(frozen=True, slots=True)
class EntryComparison:
    """An entry beside what is published, if anything is: what it would change.

    Where what is published was edited here since a release: what was `edited` of that release, and what the file
    has `brought` to it. Both are empty where nothing was edited here.
    """

    entry: EntrySummary
    is_published: bool
    changes: tuple[Change, ...]
    edited: tuple[Change, ...] = ()
    brought: tuple[Change, ...] = ()

    @property
    def clashes(self) -> tuple[Change, ...]:
        """Return what the file has brought at places that were edited here to something else."""
        ours = {change.path: change.after for change in self.edited}
        return tuple(
            change
            for change in self.brought
            if any(_overlap(path, change.path) for path in ours) and ours.get(change.path, _NOTHING) != change.after
        )


_NOTHING = object()


def _overlap(one: Path, other: Path) -> bool:
    return one[: len(other)] == other or other[: len(one)] == one


def keep_upload(work: UnitOfWork, sent: Sent) -> str:
    """Keep what was read out of a file, to be gone through; return its public id. Refused where it holds too much."""
    work.require(Permission.BANK_DRAFT_WRITE, Target("upload", is_in_part=True))
    if len(sent.documents) > MOST_ENTRIES:
        raise Refused("too-many-entries", field="file", most=MOST_ENTRIES)
    row = UploadRow(
        public_id=work.new_id(),
        file_name=_storable(sent.file_name)[:200],
        origin=sent.origin,
        state="checking" if sent.documents else "checked",
        total=len(sent.documents),
        done=0,
        findings=[_storable(found.document()) for found in sent.findings],
        sent_by=writer(work),
        sent_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    work.session.add_all(
        UploadEntryRow(
            upload_id=row.id,
            place=place,
            kind=kind,
            key=str(source.document.get("key") or "")[:128],
            line=source.line(()),
            base_digest=sent.based_on.get((kind, str(source.document.get("key")))),
            document=dict(source.document),
            standing="unchecked",
            errors=0,
            warnings=0,
            findings=[],
        )
        for place, (kind, source) in enumerate(sent.documents, 1)
    )
    work.audit(Permission.BANK_DRAFT_WRITE, Target("upload", row.public_id), entries=row.total, origin=sent.origin)
    return row.public_id


def _storable(said: Any) -> Any:
    """Return what is said of a file with a picture of U+0000 in its place, which no database of ours holds."""
    if isinstance(said, str):
        return said.replace("\x00", "\u2400")
    if isinstance(said, Mapping):
        return {_storable(name): _storable(value) for name, value in said.items()}
    return [_storable(one) for one in said] if isinstance(said, list | tuple) else said


def go_on(work: UnitOfWork, public_id: str) -> bool:
    """Check, or make drafts of, the next entries of an upload; return whether there are more."""
    row = _own(work, public_id)
    entries = uploads.list_entries(work.session, row, row.done, AT_ONCE)
    if row.state == "checking":
        _check(work, entries)
    elif row.state == "drafting":
        for entry in entries:
            _draft(work, row, entry)
    else:
        return False
    row.done = min(row.total, row.done + len(entries))
    if row.done < row.total:
        return True
    row.state = "checked" if row.state == "checking" else "drafted"
    if row.state == "drafted":
        row.drafted_at = work.now
        made = len([one for one in uploads.list_outcomes(work.session, row) if one.draft])
        work.audit(Permission.BANK_DRAFT_WRITE, Target("upload", public_id), drafts=made)
    return False


def _own(work: UnitOfWork, public_id: str) -> UploadRow:
    row = uploads.find_upload(work.session, public_id, to_change=work.is_writing)
    work.require(Permission.BANK_DRAFT_WRITE, _target(work, public_id, row))
    if row is None:
        raise NotFound("upload")
    return row


def _target(work: UnitOfWork, public_id: str, row: UploadRow | None) -> Target:
    """Return a file as what is asked about: its sender knows what is in it, to others it is of every bank."""
    return Target("upload", public_id, is_in_part=row is not None and row.sent_by == work.actor.person_id)


def _check(work: UnitOfWork, entries: Sequence[UploadEntryRow]) -> None:
    checker = Checker.of(work)
    # What is asked for in between is about other rows: these are written together at the end.
    with work.session.no_autoflush:
        for entry in entries:
            published = _published(work, entry)
            report = checker.check(entry.kind, entry.document, published)
            entry.errors, entry.warnings = len(report.errors), len(report.warnings)
            entry.findings = [found.document() for found in (*report.errors, *report.warnings)]
            entry.standing = _standing(work, entry, published)


def _published(work: UnitOfWork, entry: UploadEntryRow) -> VersionRow | None:
    return drafts.find_standing(work.session, entry.kind, entry.key) if entry.key else None


def _banks(work: UnitOfWork, entry: UploadEntryRow) -> frozenset[str]:
    """Return the banks an entry asks for: its own, that of what is published, and those of what is being written."""
    if entry.kind != "scenario":
        return NONE
    banks = banks_of(work, entry.kind, entry.key, _shaped(entry))
    row = drafts.find_open_draft(work.session, entry.kind, entry.key) if entry.key else None
    written = draft_banks(work, row) if row is not None else banks
    return banks | written if banks and written else NONE


def _standing(work: UnitOfWork, entry: UploadEntryRow, standing: VersionRow | None) -> str:
    """Return how an entry stands to what is published and to what is being written; `barred` is of another bank."""
    if not work.allows(Permission.BANK_DRAFT_WRITE, Target("entry", banks=_banks(work, entry))):
        return "barred"
    if not entry.key:
        return "new"
    found = digest(entry.document)
    if standing is not None and standing.digest == found:
        return "same"
    row = drafts.find_open_draft(work.session, entry.kind, entry.key)
    if row is None:
        return "new" if standing is None else "changed"
    revision = drafts.get_revision(work.session, row, row.revision)
    if revision.digest == found:
        return "same"
    if drafts.find_typing(work.session, row, writer(work)) is not None:
        return "taken"
    # English that came back goes into the very state of the draft that it was made for, and into no other.
    return "changed" if row.state != "in_review" and revision.digest == entry.base_digest else "taken"


def make_drafts(work: UnitOfWork, public_id: str) -> None:
    """Begin to make a draft of every entry that is new or changed; Stale where that was begun before."""
    row = _own(work, public_id)
    if row.state != "checked":
        raise Stale("upload-not-checked", state=row.state)
    row.state, row.done = "drafting", 0
    if not row.total:
        row.state = "drafted"


def _draft(work: UnitOfWork, row: UploadRow, entry: UploadEntryRow) -> None:
    # What stood when it was checked may have changed since: nothing that is being written is ever laid over.
    entry.standing = _standing(work, entry, _published(work, entry))
    if entry.draft_id is not None or entry.standing in {"same", "taken", "barred"}:
        return
    try:
        public_id = _written(work, row, entry)
    except (Duplicate, Stale):
        # Somebody began, or published, under this key at this very moment.
        entry.standing = "taken"
        return
    made = drafts.find_draft(work.session, public_id)
    entry.draft_id = made.id if made else None


def _written(work: UnitOfWork, row: UploadRow, entry: UploadEntryRow) -> str:
    if entry.standing == "new":
        return begin_draft(work, entry.kind, _with_key(work, _shaped(entry)), row.origin)
    public_id = open_draft(work, entry.kind, entry.key)
    save_draft(work, public_id, drafts.get_draft(work.session, public_id).revision, _shaped(entry), row.origin)
    return public_id


def _shaped(entry: UploadEntryRow) -> Mapping[str, Any]:
    # A scenario is mended in a form, which shows no field that holds something of another kind.
    return shaped_scenario(entry.document) if entry.kind == "scenario" else entry.document


def _with_key(work: UnitOfWork, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a document with its key, or one for the time being where no draft could go by it."""
    key = document.get("key")
    is_usable = isinstance(key, str) and 0 < len(key) <= LONGEST_KEY
    return document if is_usable else {**document, "key": provisional_key(work.new_id())}


def get_upload(work: UnitOfWork, public_id: str) -> UploadSummary:
    """Return a file that was sent and, once it is gone through, its entries; raise NotFound."""
    row = _own(work, public_id)
    is_through = row.state in {"checked", "drafted"}
    outcomes = uploads.list_outcomes(work.session, row) if is_through else []
    return _summary(work, row, tuple(_entry(one) for one in outcomes))


def list_uploads(work: UnitOfWork) -> tuple[UploadSummary, ...]:
    """Return the newest files that were sent; who writes some banks alone sees their own."""
    work.require(Permission.BANK_DRAFT_WRITE, Target("uploads", is_in_part=True))
    sees_all = work.allows(Permission.BANK_DRAFT_WRITE, Target("uploads"))
    sender = None if sees_all else work.actor.person_id
    return tuple(_summary(work, row) for row in uploads.list_uploads(work.session, NEWEST, sender))


def _summary(work: UnitOfWork, row: UploadRow, entries: tuple[EntrySummary, ...] = ()) -> UploadSummary:
    return UploadSummary(
        public_id=row.public_id,
        file_name=row.file_name,
        state=row.state,
        total=row.total,
        done=row.done,
        sent_at=row.sent_at,
        findings=tuple(_finding(one) for one in row.findings),
        standings=uploads.count_standings(work.session, row),
        entries=entries,
    )


def _entry(row: Any) -> EntrySummary:
    found = tuple(_finding(one) for one in row.findings)
    return EntrySummary(
        row.place, row.kind, row.key, row.line, row.standing, row.errors, row.warnings, found, row.draft
    )


def _finding(document: Mapping[str, Any]) -> Finding:
    return Finding(
        Severity(document["severity"]),
        document["file"],
        document["line"],
        tuple(document["path"]),
        document["code"],
        document["values"],
    )


def compare_entry(work: UnitOfWork, public_id: str, place: int) -> EntryComparison:
    """Return an entry beside what is published and, where that was edited here, the release before; raise NotFound."""
    row = _own(work, public_id)
    entry = uploads.find_entry(work.session, row, place)
    if entry is None:
        raise NotFound("entry")
    summary = next(_entry(one) for one in uploads.list_outcomes(work.session, row) if one.place == place)
    standing = _published(work, entry)
    if standing is None:
        return EntryComparison(summary, False, ())
    changes = document_diff(standing.document, entry.document)
    released = _released_before(work, entry, standing)
    if released is None:
        return EntryComparison(summary, True, changes)
    edited = document_diff(released.document, standing.document)
    brought = document_diff(released.document, entry.document)
    return EntryComparison(summary, True, changes, edited, brought)


def _released_before(work: UnitOfWork, entry: UploadEntryRow, standing: VersionRow) -> VersionRow | None:
    """Return the last release of what was edited here since; None where it never was, or never came with one."""
    if standing.published_through != REVIEW:
        return None
    versions = drafts.list_versions(work.session, entry.kind, entry.key)
    return next((one for one in versions if one.published_through == RELEASE.through), None)
