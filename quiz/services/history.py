"""The history of a scenario, an instrument or a module: every state it ever had, compared, and restored as a draft."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.differences import Change, document_diff
from quiz.bank.places import title_of
from quiz.db.queries import drafts as queries
from quiz.engine.text import Text
from quiz.services.belonging import key_target
from quiz.services.drafting import DraftSummary, get_draft, keep_typing, open_draft, save_draft
from quiz.services.errors import NotFound, Stale
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]
_VERSION = re.compile(r"v([1-9][0-9]{0,8})")
_REVISION = re.compile(r"([0-9a-f]{32})\.([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class StateSummary:
    """One state in a history: a published version (`v3`) or a saved revision of a draft (`<draft>.2`)."""

    name: str
    number: int
    is_published: bool
    through: str
    at: datetime
    author: str | None
    approver: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class HistorySummary:
    """Everything something ever was, the newest first, and its open draft if there is one."""

    kind: str
    key: str
    title: Text
    states: tuple[StateSummary, ...]
    open_draft: str | None


def get_history(work: UnitOfWork, kind: str, key: str) -> HistorySummary:
    """Return the published versions and the saved revisions of a key; raise NotFound where there never was any."""
    work.require(Permission.BANK_DRAFT_READ, key_target(work, kind, key))
    versions = queries.list_versions(work.session, kind, key)
    drafts = {row.id: row for row in queries.list_drafts_of(work.session, kind, key)}
    revisions = queries.list_revisions(work.session, list(drafts))
    if not versions and not revisions:
        raise NotFound(kind)
    people = {one.author_id for one in (*versions, *revisions)} | {one.approver_id for one in versions}
    names = queries.name_people(work.session, {person for person in people if person is not None})
    published = [
        StateSummary(
            f"v{one.number}",
            one.number,
            True,
            one.published_through,
            one.published_at,
            names.get(one.author_id or 0),
            names.get(one.approver_id or 0),
            one.digest,
        )
        for one in versions
    ]
    saved = [
        StateSummary(
            f"{drafts[one.draft_id].public_id}.{one.number}",
            one.number,
            False,
            one.origin,
            one.saved_at,
            names[one.author_id],
            None,
            one.digest,
        )
        for one in revisions
    ]
    newest = versions[0].document if versions else revisions[0].document
    is_open = next((row.public_id for row in drafts.values() if row.closed_at is None), None)
    states = sorted([*published, *saved], key=lambda one: (one.at, one.is_published, one.number), reverse=True)
    return HistorySummary(kind, key, title_of(newest), tuple(states), is_open)


def get_state(work: UnitOfWork, kind: str, key: str, name: str) -> Document:
    """Return the document of a state by its name; raise NotFound."""
    work.require(Permission.BANK_DRAFT_READ, key_target(work, kind, key))
    version, revision = _VERSION.fullmatch(name), _REVISION.fullmatch(name)
    if version:
        for found in queries.list_versions(work.session, kind, key):
            if found.number == int(version[1]):
                return found.document
    if revision:
        draft = queries.find_draft(work.session, revision[1])
        if draft is not None and (draft.kind, draft.key) == (kind, key) and int(revision[2]) <= draft.revision:
            return queries.get_revision(work.session, draft, int(revision[2])).document
    raise NotFound("state")


def find_standing(work: UnitOfWork, kind: str, key: str) -> Document:
    """Return the document that stands under a key; raise NotFound where nothing is published there."""
    work.require(Permission.BANK_SCENARIO_READ, Target(kind, key))
    standing = queries.find_standing(work.session, kind, key)
    if standing is None:
        raise NotFound(kind)
    return standing.document


def compare(work: UnitOfWork, kind: str, key: str, before: str, after: str) -> tuple[Change, ...]:
    """Return what differs between two states of a history."""
    return document_diff(get_state(work, kind, key, before), get_state(work, kind, key, after))


def restore(work: UnitOfWork, kind: str, key: str, name: str) -> str:
    """Lay an earlier state into the open draft of a key as what was typed last; return the draft's public id.

    It is saved when its writer says so, like all that is typed; until then dropping it brings back what stood. What
    its writer had typed before is saved first. Stale while the draft is in review.
    """
    document = get_state(work, kind, key, name)
    public_id = open_draft(work, kind, key)
    draft = get_draft(work, public_id)
    if not draft.may_be_written:
        raise Stale("draft-not-open", state=draft.state)
    if draft.typed is not None:
        save_draft(work, public_id, draft.revision, {**draft.document, "key": draft.key})
        draft = get_draft(work, public_id)
    keep_typing(work, public_id, draft.revision, {**document, "key": draft.key})
    return public_id


def changed_since(work: UnitOfWork, draft: DraftSummary) -> tuple[Change, ...]:
    """Return what others saved into a draft since the reader began to type into it."""
    row = queries.find_draft(work.session, draft.public_id)
    if row is None or draft.typed is None:
        return ()
    based_on = queries.get_revision(work.session, row, max(1, draft.typed.based_on))
    return document_diff(based_on.document, queries.get_revision(work.session, row, row.revision).document)


def published_since(work: UnitOfWork, draft: DraftSummary) -> tuple[Change, ...]:
    """Return what was published under the key of a draft since it was begun, or last handed in."""
    standing = queries.find_standing(work.session, draft.kind, draft.key)
    if standing is None or not draft.base_number or standing.number == draft.base_number:
        return ()
    base = get_state(work, draft.kind, draft.key, f"v{draft.base_number}")
    return document_diff(base, standing.document)
