"""Writing: a draft is begun, typed into, saved, handed in for review, taken back or thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from quiz.access.actor import Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.composing import is_provisional, provisional_key, settled_key
from quiz.bank.findings import Finding
from quiz.db.models.drafts import DraftRevisionRow, DraftRow, DraftTypingRow
from quiz.db.queries import drafts as queries
from quiz.engine.document import digest
from quiz.engine.reading import KEY
from quiz.services.belonging import banks_of, draft_target, key_target
from quiz.services.checking import check_document
from quiz.services.errors import Duplicate, NotFound, NotReady, Stale
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]
KINDS = ("scenario", "instrument", "module")


@dataclass(frozen=True, slots=True)
class Typed:
    """What the reader typed into a draft without saving it: when, and onto which revision."""

    at: datetime
    based_on: int


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """A draft as its writers see it: the document is what the reader typed last, else what was saved last."""

    public_id: str
    kind: str
    key: str
    state: str
    revision: int
    base_number: int
    document: Document
    saved_by: str
    saved_at: datetime
    typed: Typed | None
    others_typing: tuple[str, ...]
    is_own: bool
    is_of_own_bank: bool

    @property
    def is_behind(self) -> bool:
        """Tell whether somebody else saved the draft after the reader began to type."""
        return self.typed is not None and self.typed.based_on < self.revision

    @property
    def may_be_written(self) -> bool:
        """Tell whether the draft is with its writers, and the reader is one of them."""
        return self.is_of_own_bank and self.state in {"draft", "sent_back"}


def open_draft(work: UnitOfWork, kind: str, key: str) -> str:
    """Return the open draft of what is published under a key, begun as a copy of what stands if there is none."""
    work.require(Permission.BANK_DRAFT_WRITE, key_target(work, kind, key))
    row = queries.find_open_draft(work.session, kind, key)
    if row is not None:
        # Somebody may be moving it to another bank.
        work.require(Permission.BANK_DRAFT_WRITE, draft_target(work, row))
        return row.public_id
    standing = queries.find_standing(work.session, kind, key) if kind in KINDS else None
    if standing is None:
        raise NotFound(kind)
    try:
        return _begin(work, kind, key, standing.number, standing.document, "copied").public_id
    except Duplicate:
        # Somebody else opened it at this very moment.
        row = queries.find_open_draft(work.session, kind, key)
        if row is None:
            raise
        return row.public_id


def begin_draft(work: UnitOfWork, kind: str, document: Document, origin: str = "written") -> str:
    """Begin a draft of something new; a document without a key gets one for the time being."""
    given = document.get("key") or ""
    # One that is no key stays in the document, for the law to tell.
    key = given if KEY.fullmatch(str(given)) else provisional_key(work.new_id())
    work.require(Permission.BANK_DRAFT_WRITE, Target(kind, banks=banks_of(work, kind, key, document)))
    if queries.find_open_draft(work.session, kind, key):
        raise Duplicate("draft-of-key", field="key", key=key)
    standing = queries.find_standing(work.session, kind, key)
    document = {**document, "key": given or key}
    return _begin(work, kind, key, standing.number if standing else 0, document, origin).public_id


def _begin(work: UnitOfWork, kind: str, key: str, base_number: int, document: Document, origin: str) -> DraftRow:
    row = DraftRow(
        public_id=work.new_id(),
        kind=kind,
        key=key,
        base_number=base_number,
        state="draft",
        revision=0,
        created_by=writer(work),
        created_at=work.now,
        changed_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError as clash:
        raise Duplicate("draft-of-key", field="key", key=key) from clash
    append_revision(work, row, document, origin)
    work.audit(Permission.BANK_DRAFT_WRITE, _target(row), kind=kind, key=key, begun_from=base_number)
    return row


def writer(work: UnitOfWork) -> int:
    """Return the person who writes; raise NotFound where nobody has signed in."""
    if work.actor.person_id is None:
        raise NotFound("person")
    return work.actor.person_id


def append_revision(work: UnitOfWork, row: DraftRow, document: Document, origin: str) -> None:
    """Store the next state of a draft for good."""
    row.revision += 1
    row.changed_at = work.now
    work.session.add(
        DraftRevisionRow(
            draft_id=row.id,
            number=row.revision,
            document=dict(document),
            digest=digest(document),
            origin=origin,
            author_id=writer(work),
            saved_at=work.now,
        )
    )
    work.session.flush()


def own_draft(work: UnitOfWork, public_id: str, permission: Permission) -> DraftRow:
    """Return a draft after asking the policy, held for this deed where it writes; raise NotFound."""
    row = queries.find_draft(work.session, public_id, to_change=work.is_writing)
    if row is None:
        work.require(permission, Target("draft", public_id))
        raise NotFound("draft")
    authors = queries.list_authors(work.session, row) if permission is Permission.BANK_DRAFT_REVIEW else frozenset()
    work.require(permission, draft_target(work, row, authors))
    return row


def _target(row: DraftRow) -> Target:
    return Target("draft", row.public_id)


def get_draft(work: UnitOfWork, public_id: str) -> DraftSummary:
    """Return a draft with what the reader typed last; raise NotFound."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_READ)
    revision = queries.get_revision(work.session, row, row.revision)
    reader = writer(work)
    typing = queries.list_typing(work.session, row)
    own = next((one for one in typing if one.person_id == reader), None)
    names = queries.name_people(work.session, {revision.author_id, *(one.person_id for one in typing)})
    return DraftSummary(
        public_id=row.public_id,
        kind=row.kind,
        key=row.key,
        state=row.state,
        revision=row.revision,
        base_number=row.base_number,
        document=own.document if own and _is_with_its_writers(row) else revision.document,
        saved_by=names[revision.author_id],
        saved_at=revision.saved_at,
        typed=Typed(own.at, own.based_on) if own else None,
        others_typing=tuple(names[one.person_id] for one in typing if one.person_id != reader),
        is_own=reader in queries.list_authors(work.session, row),
        # Who may only review it reads what others wrote, and is shown no form.
        is_of_own_bank=_writes(work, row),
    )


def _writes(work: UnitOfWork, row: DraftRow) -> bool:
    return Role.EDITOR not in work.actor.roles or work.allows(Permission.BANK_DRAFT_WRITE, draft_target(work, row))


def get_revision(work: UnitOfWork, public_id: str, number: int) -> Document:
    """Return a saved state of a draft; raise NotFound."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_READ)
    if not 1 <= number <= row.revision:
        raise NotFound("revision")
    return queries.get_revision(work.session, row, number).document


def keep_typing(work: UnitOfWork, public_id: str, based_on: int, document: Document) -> None:
    """Keep what a writer has typed so far, for them alone; whatever its faults, nothing of it is refused.

    It is kept in review as well, for somebody may hand the draft in while another types; Stale once it is closed.
    """
    row = own_draft(work, public_id, Permission.BANK_DRAFT_WRITE)
    if row.closed_at is not None:
        raise Stale("draft-not-open", state=row.state)
    if _stands(work, row, document):
        # Also what was kept on the way to being saved, and came late: nothing of it is unsaved.
        _drop_typing(work, row)
        return
    typing = queries.find_typing(work.session, row, writer(work))
    if typing is None:
        typing = DraftTypingRow(draft_id=row.id, person_id=writer(work))
        work.session.add(typing)
    # What somebody began onto an earlier revision stays so until they have seen the difference.
    typing.based_on = min(based_on, row.revision)
    typing.document = dict(document)
    typing.at = work.now


def _stands(work: UnitOfWork, row: DraftRow, document: Document) -> bool:
    """Tell whether the last revision has these very words."""
    newest = queries.get_revision(work.session, row, row.revision)
    key = str(document.get("key") or row.key)
    return newest.digest == digest({**document, "key": row.key if is_provisional(key) else key})


def _is_with_its_writers(row: DraftRow) -> bool:
    return row.state in {"draft", "sent_back"}


def _with_its_writers(row: DraftRow) -> None:
    if not _is_with_its_writers(row):
        raise Stale("draft-not-open", state=row.state)


def forget_typing(work: UnitOfWork, public_id: str) -> None:
    """Drop what the writer typed since the last revision, so that they see that one again."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_WRITE)
    _drop_typing(work, row)


def _drop_typing(work: UnitOfWork, row: DraftRow) -> None:
    typing = queries.find_typing(work.session, row, writer(work))
    if typing is not None:
        work.session.delete(typing)


def save_draft(work: UnitOfWork, public_id: str, seen: int, document: Document, origin: str = "written") -> int:
    """Save a draft as its next revision; return its number.

    Raise Stale where somebody saved another since the one that was seen; a document that did not change stays the
    revision it is.
    """
    row = own_draft(work, public_id, Permission.BANK_DRAFT_WRITE)
    _with_its_writers(row)
    if row.revision != seen:
        raise Stale("draft-saved-elsewhere", seen=seen, now=row.revision)
    _drop_typing(work, row)
    key = row.key if row.base_number else settled_key(document, row.key)
    document = {**document, "key": key}
    # Where it moves to another bank, both are asked: the one it leaves was, when the draft was found.
    work.require(Permission.BANK_DRAFT_WRITE, Target("draft", public_id, banks=banks_of(work, row.kind, key, document)))
    # One that is no key stays in the document, for the law to tell, and the draft keeps the one it goes by.
    if KEY.fullmatch(key):
        _take(work, row, key)
    if digest(document) != queries.get_revision(work.session, row, row.revision).digest:
        append_revision(work, row, document, origin)
        work.audit(Permission.BANK_DRAFT_WRITE, _target(row), revision=row.revision, origin=origin)
    return row.revision


def _take(work: UnitOfWork, row: DraftRow, key: str) -> None:
    """Let a draft go by a key that nothing else, published or being written, goes by; raise Duplicate."""
    if row.base_number:
        return
    taken = queries.find_open_draft(work.session, row.kind, key)
    if (taken is not None and taken.id != row.id) or queries.find_standing(work.session, row.kind, key):
        raise Duplicate("key-taken-here", field="key", key=key)
    row.key = key
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Duplicate("key-taken-here", field="key", key=key) from clash


def submit_draft(work: UnitOfWork, public_id: str, seen: int) -> None:
    """Hand a saved draft in for review; NotReady holds what stops it, and nothing is changed then.

    What was published since the draft was begun has been shown to its writer: from now on it is judged against that.
    Duplicate, where something else was published under its key.
    """
    row = own_draft(work, public_id, Permission.BANK_DRAFT_WRITE)
    _with_its_writers(row)
    if row.revision != seen:
        raise Stale("draft-saved-elsewhere", seen=seen, now=row.revision)
    errors = errors_of(work, row)
    if errors:
        raise NotReady("draft-has-errors", findings=errors)
    standing = queries.find_standing(work.session, row.kind, row.key)
    if standing is not None and not row.base_number:
        raise Duplicate("key-taken-here", field="key", key=row.key)
    row.base_number = standing.number if standing else 0
    row.state, row.changed_at = "in_review", work.now
    work.audit(Permission.BANK_DRAFT_WRITE, _target(row), submitted=row.revision)


def errors_of(work: UnitOfWork, row: DraftRow) -> tuple[Finding, ...]:
    """Return what stops the last revision of a draft from being published."""
    document = queries.get_revision(work.session, row, row.revision).document
    return check_document(work, row.kind, document).errors


def take_back(work: UnitOfWork, public_id: str) -> None:
    """Take a draft back from review, to go on writing."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_WRITE)
    if row.state != "in_review":
        raise Stale("draft-not-open", state=row.state)
    row.state, row.changed_at = "draft", work.now
    work.audit(Permission.BANK_DRAFT_WRITE, _target(row), taken_back=row.revision)


def discard_draft(work: UnitOfWork, public_id: str) -> None:
    """Throw an open draft away; its revisions stay in the history."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_WRITE)
    if row.closed_at is not None:
        raise Stale("draft-not-open", state=row.state)
    row.state, row.closed_at, row.changed_at = "discarded", work.now, work.now
    work.audit(Permission.BANK_DRAFT_WRITE, _target(row), discarded=row.revision)
