"""Reviewing: somebody who wrote none of it comments on a draft, sends it back, or approves and so publishes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.differences import Change, document_diff
from quiz.bank.findings import Finding
from quiz.db.models.drafts import CommentRow, DraftRow, ReviewRow
from quiz.db.queries import drafts as queries
from quiz.services.belonging import draft_target
from quiz.services.checking import check_document
from quiz.services.drafting import own_draft, writer
from quiz.services.errors import NotFound, NotReady, Refused, Stale
from quiz.services.publishing import REVIEW, Hands, Stock, hold, publish_instrument, publish_module, publish_scenario
from quiz.services.unit_of_work import UnitOfWork

LONGEST = 2000
LONGEST_PLACE = 128
WHOLE = ""  # the place of a comment on the whole draft


@dataclass(frozen=True, slots=True)
class CommentSummary:
    """A comment on a place of a draft; the place is a path with dots, empty for the whole."""

    public_id: str
    place: str
    words: str
    author: str
    at: datetime
    revision: int
    is_settled: bool


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """What a reviewer decided of a revision."""

    verdict: str
    words: str
    reviewer: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What a reviewer needs beside the words of a draft: what stood before, what was found, what was said."""

    document: Mapping[str, Any]
    changes: tuple[Change, ...]
    is_new: bool
    may_decide: bool
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    comments: tuple[CommentSummary, ...]
    reviews: tuple[ReviewSummary, ...]


def get_review(work: UnitOfWork, public_id: str) -> ReviewPage:
    """Return what belongs to the review of a draft: its last revision against what it was begun from."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_READ)
    document = queries.get_revision(work.session, row, row.revision).document
    standing = queries.find_standing(work.session, row.kind, row.key)
    report = check_document(work, row.kind, document)
    target = draft_target(work, row, queries.list_authors(work.session, row))
    return ReviewPage(
        document=document,
        changes=document_diff(standing.document, document) if standing else (),
        is_new=standing is None,
        may_decide=row.state == "in_review" and work.allows(Permission.BANK_DRAFT_REVIEW, target),
        errors=report.errors,
        warnings=report.warnings,
        comments=list_comments(work, row),
        reviews=_reviews(work, row),
    )


def get_talk(work: UnitOfWork, public_id: str) -> tuple[tuple[CommentSummary, ...], tuple[ReviewSummary, ...]]:
    """Return what was said of a draft: the comments in order, and the decisions, the newest first."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_READ)
    return list_comments(work, row), _reviews(work, row)


def list_comments(work: UnitOfWork, row: DraftRow) -> tuple[CommentSummary, ...]:
    """Return the comments on a draft in the order they were made."""
    rows = queries.list_comments(work.session, row)
    names = queries.name_people(work.session, {one.author_id for one in rows})
    return tuple(
        CommentSummary(
            one.public_id, one.place, one.words, names[one.author_id], one.at, one.revision, one.settled_at is not None
        )
        for one in rows
    )


def _reviews(work: UnitOfWork, row: DraftRow) -> tuple[ReviewSummary, ...]:
    rows = queries.list_reviews(work.session, [row.id])
    names = queries.name_people(work.session, {one.reviewer_id for one in rows})
    return tuple(ReviewSummary(one.verdict, one.words, names[one.reviewer_id], one.at, one.revision) for one in rows)


def _said(words: str, field: str) -> str:
    if not words.strip():
        raise Refused("nothing-said", field=field)
    return _not_too_long(words, field)


def _not_too_long(words: str, field: str) -> str:
    words = words.strip()
    if len(words) > LONGEST:
        raise Refused("too-long", field=field, most=LONGEST)
    return words


def comment(work: UnitOfWork, public_id: str, place: str, words: str) -> str:
    """Leave a comment on a place of an open draft, on the whole where that place is not there; return its id."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_READ)
    if row.closed_at is not None:
        raise Stale("draft-not-open", state=row.state)
    left = CommentRow(
        public_id=work.new_id(),
        draft_id=row.id,
        revision=row.revision,
        place=place if _stands(queries.get_revision(work.session, row, row.revision).document, place) else WHOLE,
        words=_said(words, "words"),
        author_id=writer(work),
        at=work.now,
    )
    work.session.add(left)
    work.audit(Permission.BANK_DRAFT_READ, Target("draft", public_id), comment=left.public_id)
    return left.public_id


def _stands(document: Any, place: str) -> bool:
    """Tell whether there is such a place in a document; what is empty may be commented as well."""
    for step in place.split(".") if len(place) <= LONGEST_PLACE else ("",):
        if isinstance(document, list) and step.isdecimal() and step.isascii():
            document = dict(enumerate(document)).get(int(step))
        else:
            document = document.get(step) if isinstance(document, Mapping) else None
        if document is None:
            return False
    return True


def settle_comment(work: UnitOfWork, public_id: str, comment_id: str) -> None:
    """Mark a comment as settled; a second time changes nothing."""
    row = own_draft(work, public_id, Permission.BANK_DRAFT_READ)
    found = queries.find_comment(work.session, comment_id)
    if found is None or found.draft_id != row.id:
        raise NotFound("comment")
    if found.settled_at is None:
        found.settled_at, found.settled_by = work.now, writer(work)
        work.audit(Permission.BANK_DRAFT_READ, Target("draft", public_id), settled=comment_id)


def send_back(work: UnitOfWork, public_id: str, seen: int, words: str) -> None:
    """Send a draft back to its writers with what is to be changed."""
    row = _in_review(work, public_id, seen)
    _decide(work, row, "sent_back", _said(words, "words"), {})
    row.state, row.changed_at = "sent_back", work.now


def approve(work: UnitOfWork, public_id: str, seen: int, reasons: Mapping[str, str], words: str = "") -> int:
    """Approve the revision that was seen, and publish it; return the number of the published version.

    `reasons` acknowledges the warnings by `warning_key`. Stale, where it is no longer the revision in review or
    another version was published meanwhile; NotReady with errors, with warnings without a reason, or with a module
    that could not be filled any more; Refused where a reason or the words are too long. Nothing is written then.
    """
    row = _in_review(work, public_id, seen)
    hold(work)
    revision = queries.get_revision(work.session, row, row.revision)
    report = check_document(work, row.kind, revision.document)
    if report.errors:
        raise NotReady("draft-has-errors", findings=report.errors)
    acknowledged = {warning_key(found): reasons.get(warning_key(found), "").strip() for found in report.warnings}
    missing = tuple(found for found in report.warnings if not acknowledged[warning_key(found)])
    if missing:
        raise NotReady("warnings-unacknowledged", findings=missing)
    for reason in acknowledged.values():
        _not_too_long(reason, "reasons")
    standing = queries.find_standing(work.session, row.kind, row.key)
    if (standing.number if standing else 0) != row.base_number:
        raise Stale("published-meanwhile", seen=row.base_number, now=standing.number if standing else 0)
    _decide(work, row, "approved", _not_too_long(words, "words"), acknowledged)
    row.state, row.closed_at, row.changed_at = "published", work.now, work.now
    hands = Hands(REVIEW, revision.author_id, writer(work))
    return _publish(work, row.kind, revision.document, hands)


def warning_key(found: Finding) -> str:
    """Return what a warning is called when its reason is sent: its code and its place."""
    return f"{found.code}@{found.place}"


def _publish(work: UnitOfWork, kind: str, document: Mapping[str, Any], hands: Hands) -> int:
    if kind == "scenario":
        return publish_scenario(work, document, hands)
    if kind == "instrument":
        return publish_instrument(work, document, hands)
    publish_module(work, document, hands, Stock.of(work))
    standing = queries.find_standing(work.session, kind, document["key"])
    return standing.number if standing else 0


def _in_review(work: UnitOfWork, public_id: str, seen: int) -> DraftRow:
    row = own_draft(work, public_id, Permission.BANK_DRAFT_REVIEW)
    if row.state != "in_review" or row.revision != seen:
        raise Stale("not-in-review", state=row.state, seen=seen, now=row.revision)
    return row


def _decide(work: UnitOfWork, row: DraftRow, verdict: str, words: str, acknowledged: Mapping[str, str]) -> None:
    work.session.add(
        ReviewRow(
            draft_id=row.id,
            revision=row.revision,
            reviewer_id=writer(work),
            verdict=verdict,
            words=words,
            acknowledged=dict(acknowledged),
            at=work.now,
        )
    )
    work.session.flush()
    work.audit(
        Permission.BANK_DRAFT_REVIEW,
        Target("draft", row.public_id),
        verdict=verdict,
        revision=row.revision,
        key=row.key,
        warnings=len(acknowledged),
    )
