"""Translation as a task of its own: what is missing or stale in English, sent out and taken back as XLIFF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.findings import Finding
from quiz.bank.places import title_of
from quiz.bank.reader import Source
from quiz.bank.translating import gaps, nothing_there, translated_from
from quiz.bank.translations import Translated, apply_translations
from quiz.bank.xliff import write_xliff
from quiz.db.queries import drafts as queries
from quiz.engine.document import digest
from quiz.engine.text import Text
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
    work.require(Permission.BANK_DRAFT_READ, Target("translation"))
    lines = []
    for kind, key, versions, draft in _standing(work):
        found = gaps(versions)
        if found:
            title = title_of(versions[-1])
            lines.append(TranslationLine(kind, key, title, len(found.missing), len(found.stale), draft))
    return tuple(sorted(lines, key=lambda line: (-line.missing - line.stale, line.kind, line.key)))


def export_translation(work: UnitOfWork, kind: str | None = None, key: str | None = None) -> bytes:
    """Return as XLIFF what is missing or stale, or every text of one thing; nothing where there is none to send."""
    work.require(Permission.BANK_DRAFT_READ, Target("translation", key or ""))
    found = [
        (held, versions)
        for held, name, versions, _ in _standing(work)
        if (kind is None or held == kind) and (key is None or name == key)
    ]
    documents = [(held, versions[-1]) for held, versions in found]
    stood = {(held, str(versions[-1].get("key"))): translated_from(versions) for held, versions in found}
    return write_xliff(documents, stood=stood, only_stale=key is None)


def _standing(work: UnitOfWork) -> Sequence[tuple[str, str, Sequence[Document], str | None]]:
    """Return everything there is with its versions, oldest first, the open draft at their end."""
    open_drafts = {(row.kind, row.key): row for row in queries.list_open_drafts(work.session)}
    found: list[tuple[str, str, Sequence[Document], str | None]] = []
    for kind, document in list_published(work):
        key = str(document["key"])
        row = open_drafts.pop((kind, key), None)
        # Most things have one version; only of the others is the history needed.
        number = queries.find_number(work.session, kind, key)
        versions: list[Document] = [document]
        if number > 1:
            versions = [one.document for one in reversed(queries.list_versions(work.session, kind, key))]
        if row is not None:
            versions.append(queries.get_revision(work.session, row, row.revision).document)
        found.append((kind, key, versions, row.public_id if row else None))
    for (kind, key), row in open_drafts.items():
        found.append((kind, key, [queries.get_revision(work.session, row, row.revision).document], row.public_id))
    return found


def apply_translated(work: UnitOfWork, translated: Sequence[Translated]) -> Applied:
    """Return the documents that came back with their new English, and why some texts were left out.

    They stand on the open draft where there is one, else on what is published; Arabic is never touched.
    """
    work.require(Permission.BANK_DRAFT_WRITE, Target("translation"))
    documents, findings, based_on = [], [], {}
    for one in translated:
        row = queries.find_open_draft(work.session, one.kind, one.key)
        standing = queries.find_standing(work.session, one.kind, one.key)
        stood: Document | None = standing.document if standing else None
        if row is not None:
            stood = queries.get_revision(work.session, row, row.revision).document
        if stood is None:
            findings.append(nothing_there(one.kind, one.key))
            continue
        document, found = apply_translations(stood, one)
        findings += found
        documents.append((one.kind, Source(f"{one.kind}/{one.key}", document)))
        based_on[one.kind, one.key] = digest(stood)
    return Applied(tuple(documents), tuple(findings), based_on)
