"""Translation as a task of its own: what is missing or stale in English, sent out and taken back as XLIFF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.findings import Finding
from quiz.bank.places import title_of
from quiz.bank.reader import Source
from quiz.bank.translating import NONE, Confirmed, gaps, nothing_there, translated_from
from quiz.bank.translations import Translated, apply_translations
from quiz.bank.xliff import write_xliff
from quiz.db.queries import drafts as queries
from quiz.engine.document import digest
from quiz.engine.text import Text
from quiz.services.belonging import banks_of, list_own_drafts, own_banks
from quiz.services.exporting import list_published
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TranslationLine:
    """Something whose English is missing or stale, and by how many texts; `draft` is its open draft."""

    kind: str
    key: str
    title: Text
    missing: int
    stale: int
    draft: str | None


@dataclass(frozen=True, slots=True)
class Applied:
    """Documents with the English that came back, why some of it was left out, and what each was made from."""

    documents: tuple[tuple[str, Source], ...]
    findings: tuple[Finding, ...]
    based_on: Mapping[tuple[str, str], str]


def list_untranslated(work: UnitOfWork) -> tuple[TranslationLine, ...]:
    """Return everything whose English has gaps: as it is published, or as its open draft has it, most gaps first."""
    work.require(Permission.BANK_DRAFT_READ, Target("translation", is_in_part=True))
    lines = []
    for one in _standing(work):
        found = gaps(one.versions, one.confirmed)
        if found:
            title = title_of(one.versions[-1])
            lines.append(TranslationLine(one.kind, one.key, title, len(found.missing), len(found.stale), one.draft))
    return tuple(sorted(lines, key=lambda line: (-line.missing - line.stale, line.kind, line.key)))


def export_translation(work: UnitOfWork, kind: str | None = None, key: str | None = None) -> bytes:
    """Return as XLIFF what is missing or stale, or every text of one thing; nothing where there is none to send."""
    work.require(Permission.BANK_DRAFT_READ, Target("translation", key or "", is_in_part=True))
    found = [one for one in _standing(work) if kind in {None, one.kind} and key in {None, one.key}]
    documents = [(one.kind, one.versions[-1]) for one in found]
    stood = {
        (one.kind, str(one.versions[-1].get("key"))): translated_from(one.versions, one.confirmed) for one in found
    }
    return write_xliff(documents, stood=stood, only_stale=key is None)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Something with every state its English went through, oldest first, the saved ones of its open draft at the end.

    `confirmed` names, by the place of a version, the English that a reviewer let stand beside a new Arabic.
    """

    kind: str
    key: str
    versions: Sequence[Document]
    confirmed: Confirmed
    draft: str | None


def _standing(work: UnitOfWork) -> Sequence[_Standing]:
    """Return everything of the actor's banks, as it is published and as its open draft has it."""
    drafts = list_own_drafts(work, Permission.BANK_DRAFT_READ)
    own = own_banks(work, Permission.BANK_DRAFT_READ)
    foreign = {(row.kind, row.key) for row in queries.list_open_drafts(work.session)} - {
        (row.kind, row.key) for row in drafts
    }
    open_drafts = {(row.kind, row.key): row for row in drafts}
    saved: dict[int, list[Document]] = {}
    for revision in reversed(queries.list_revisions(work.session, [row.id for row in drafts])):
        saved.setdefault(revision.draft_id, []).append(revision.document)
    found: list[_Standing] = []
    for kind, document in list_published(work):
        key = str(document["key"])
        if own is not None and (kind != "scenario" or document["bank"] not in own or (kind, key) in foreign):
            continue
        row = open_drafts.pop((kind, key), None)
        # Most things have one version; only of the others is the history needed.
        number = queries.find_number(work.session, kind, key)
        versions: list[Document] = [document]
        confirmed: Confirmed = NONE
        if number > 1:
            rows = list(reversed(queries.list_versions(work.session, kind, key)))
            versions, confirmed = [one.document for one in rows], _confirmed(work, kind, key, rows)
        versions += saved.get(row.id, []) if row else []
        found.append(_Standing(kind, key, versions, confirmed, row.public_id if row else None))
    for (kind, key), row in open_drafts.items():
        found.append(_Standing(kind, key, saved[row.id], NONE, row.public_id))
    return found


def _confirmed(work: UnitOfWork, kind: str, key: str, versions: Sequence[queries.VersionRow]) -> Confirmed:
    """Return the English of each version that its reviewer acknowledged with a reason, though its Arabic was new."""
    drafts = [row.id for row in queries.list_drafts_of(work.session, kind, key)]
    reviews = {
        (one.draft_id, one.revision): one.acknowledged
        for one in queries.list_reviews(work.session, drafts)
        if one.verdict == "approved"
    }
    by_digest: dict[str, set[str]] = {}
    for revision in queries.list_revisions(work.session, drafts) if any(reviews.values()) else ():
        for warning in reviews.get((revision.draft_id, revision.number), ()):
            code, _, place = warning.partition("@")
            if code == "english-stale":
                by_digest.setdefault(revision.digest, set()).add(place)
    return {place: by_digest[one.digest] for place, one in enumerate(versions) if one.digest in by_digest}


def apply_translated(work: UnitOfWork, translated: Sequence[Translated]) -> Applied:
    """Return the documents that came back with their new English, and why some texts were left out.

    They stand on the open draft where there is one, else on what is published; Arabic is never touched.
    """
    work.require(Permission.BANK_DRAFT_WRITE, Target("translation", is_in_part=True))
    documents, findings, based_on = [], [], {}
    for one in translated:
        row = queries.find_open_draft(work.session, one.kind, one.key)
        standing = queries.find_standing(work.session, one.kind, one.key)
        stood: Document | None = standing.document if standing else None
        if row is not None:
            stood = queries.get_revision(work.session, row, row.revision).document
        if stood is None or not _may_write(work, one.kind, one.key, stood):
            findings.append(nothing_there(one.kind, one.key))
            continue
        document, found = apply_translations(stood, one)
        findings += found
        documents.append((one.kind, Source(f"{one.kind}/{one.key}", document)))
        based_on[one.kind, one.key] = digest(stood)
    return Applied(tuple(documents), tuple(findings), based_on)


def _may_write(work: UnitOfWork, kind: str, key: str, stood: Document) -> bool:
    target = Target(kind, key, banks=banks_of(work, kind, key, stood))
    return work.allows(Permission.BANK_DRAFT_WRITE, target)
