"""What is kept of the actor: how much of each kind and since when, and all of it written out for them to take away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from quiz.access.inventory import HOLDINGS, tables_of
from quiz.access.keeping import Holding
from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.attempts import QuestionRow
from quiz.db.queries import own_data as queries
from quiz.db.queries import papers, people
from quiz.db.queries.own_data import Whose
from quiz.services.answers import list_answers
from quiz.services.completing import list_records
from quiz.services.errors import NotFound, NotReady
from quiz.services.organisation import get_choices
from quiz.services.own_training import list_attempts
from quiz.services.unit_of_work import UnitOfWork

FORMAT = 1
TRAIL_AT_ONCE = 500
# How often somebody takes their data away: it reads everything that is kept of them.
MOST_A_DAY = 5
Plain = dict[str, Any]

# Parts that are rows as they stand: the table and which of its columns.
PLAIN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "postings": ("posting", ("unit_id", "starts_on", "recorded_at")),
    "roles": ("role_grant", ("role", "unit_id", "bank", "starts_on", "ends_on", "capacity")),
    "absences": ("absence", ("starts_on", "ends_on", "recorded_at")),
    "password": ("account", ("changed_at",)),
    "authenticators": ("authenticator", ("begun_at", "confirmed_at")),
    "recovery_codes": ("recovery_code", ("made_at", "used_at")),
    "passkeys": ("passkey", ("name", "transports", "made_at", "used_at")),
    "identities": ("identity", ("provider", "issuer", "subject", "linked_at", "last_used_on")),
    "sign_ins": (
        "sign_in",
        ("browser", "way", "strength", "created_at", "proved_at", "used_at", "expires_at", "revoked_at"),
    ),
    "one_time_links": ("one_time_link", ("purpose", "created_at", "expires_at", "used_at")),
    "entry_links": ("entry_link", ("purpose", "created_at", "expires_at", "used_at", "ended_at")),
    "assignments": (
        "assignment",
        ("public_id", "module_id", "cycle", "assigned_at", "due_on", "extra_attempts", "state", "state_since",
         "help_asked_at", "unit_id", "is_current", "is_late", "is_away", "is_used_up"),
    ),
    # Why it was decided was written for the office, and may be about others.
    "assignment_changes": ("assignment_change", ("kind", "due_before", "due_after", "made_at")),
    "disownings": ("disowning", ("said_at", "settled_at", "outcome")),
    "corrections": ("correction_notice", ("scenario_version_id", "at")),
    "share_links": ("share_link", ("name_form", "made_at", "ends_on", "opened_on", "ended_at")),
    "mails": ("outbox_message", ("kind", "created_at", "done_at")),
    "reminders": ("reminder_note", ("step", "outcome", "because", "noted_on", "sent_at")),
    "weekly_summaries": ("digest", ("day", "figures", "outcome", "because", "sent_at")),
    "drafts": ("draft", ("kind", "key", "state", "revision", "created_at", "changed_at")),
    "typing": ("draft_typing", ("document", "at")),
    "comments": ("comment", ("place", "words", "at", "settled_at")),
    "reviews": ("review", ("revision", "verdict", "words", "at")),
    "uploads": ("upload", ("file_name", "origin", "state", "sent_at")),
    "exports": ("team_export", ("kind", "state", "asked_at", "made_at")),
    "connected_systems": ("provisioned_person", ("connection_id", "external_id", "removed_at")),
}  # fmt: skip
_PROFILE = (
    "public_id", "hr_number", "email", "name", "latin_name", "jurisdiction", "unit_id", "language",
    "extra_time_percent", "job_families", "joined_on", "active_until", "created_at", "changed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of a kind is kept of the actor, and the moment of the last of it."""

    holding: Holding
    count: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that a person takes away: the document, and the bytes of their signed papers by public id of the record."""

    document: Plain
    papers: Mapping[str, bytes]

    def written(self) -> bytes:
        """Return the document as it is written into the file: UTF-8, with moments in UTC."""
        return json.dumps(self.document, ensure_ascii=False, indent=1).encode()


def list_kept(work: UnitOfWork) -> tuple[Kept, ...]:
    """Return how much of each kind is kept of the actor, in the order of the inventory."""
    whose = _actor(work, Permission.PEOPLE_DATA_READ)
    found = []
    for holding in HOLDINGS:
        counts = [queries.count_rows(work.session, one.name, whose, work.now) for one in tables_of(holding.code)]
        last = max((moment for _, moment in counts if moment), default=None)
        found.append(Kept(holding, sum(count for count, _ in counts), last))
    return tuple(found)


def note_taking(work: UnitOfWork) -> None:
    """Write down that the actor takes their data away; NotReady where they did so five times within a day."""
    whose = _actor(work, Permission.PEOPLE_DATA_TAKE)
    since = work.now - timedelta(days=1)
    if queries.count_deeds(work.session, whose, Permission.PEOPLE_DATA_TAKE.value, since) >= MOST_A_DAY:
        raise NotReady("taken-too-often", most=MOST_A_DAY)
    work.audit(Permission.PEOPLE_DATA_TAKE, Target("person", whose.public_id))


def gather(work: UnitOfWork) -> OwnData:
    """Return everything of the actor, as plain data: dates and moments in ISO 8601, moments in UTC."""
    whose = _actor(work, Permission.PEOPLE_DATA_TAKE)
    choices, names = get_choices(work), _Names(work)
    (person,) = queries.list_rows(work.session, "person", whose)
    document: Plain = {
        "format": FORMAT,
        "made_at": work.now,
        "organisation": choices.name.document(),
        "zone": choices.zone,
        "profile": names.plain(person, _PROFILE),
    }
    for part, (table, columns) in PLAIN.items():
        rows = queries.list_rows(work.session, table, whose)
        names.know_scenarios([row["scenario_version_id"] for row in rows] if "scenario_version_id" in columns else [])
        document[part] = [names.plain(row, columns) for row in rows]
    document["attempts"] = list_attempts(work, whose)
    document["records"] = _records(work, whose)
    document["questions"] = _questions(work, whose)
    document["trail"] = _trail(work, whose)
    stored = _papers(work, whose)
    document["papers"] = [
        {"record": record, "digest": row["digest"], "signed_at": row["signed_at"], "in_file": content is not None}
        for record, (row, content) in stored.items()
    ]
    held = {record: content for record, (_, content) in stored.items() if content is not None}
    return OwnData(written(document), held)


def _actor(work: UnitOfWork, permission: Permission) -> Whose:
    key = work.actor.person_id
    row = people.find_person(work.session, key) if key is not None else None
    work.require(permission, Target("person", row.public_id if row else "", owner_id=row.id if row else None))
    if row is None:
        raise NotFound("person")
    return Whose(row.id, row.public_id)


class _Names:
    """Keys of tables as what they are called outside."""

    def __init__(self, work: UnitOfWork) -> None:
        self._session = work.session
        self._units = queries.name_units(work.session)
        self._modules = queries.name_modules(work.session)
        self._connections = queries.name_connections(work.session)
        self._scenarios: dict[int, tuple[str, int]] = {}

    def know_scenarios(self, version_ids: list[int]) -> None:
        """Look up what some versions of scenarios are called."""
        self._scenarios |= queries.name_scenarios(self._session, version_ids) if version_ids else {}

    def plain(self, row: Mapping[str, Any], columns: tuple[str, ...]) -> Plain:
        """Return some columns of a row, each under the name it has in the file."""
        found: Plain = {}
        for column in columns:
            value = row[column]
            if column == "unit_id":
                found["unit"] = self._units.get(value)
            elif column == "module_id":
                found["module"], found["title"] = self._modules.get(value, (None, None))
            elif column == "connection_id":
                found["system"] = self._connections.get(value)
            elif column == "scenario_version_id":
                found["scenario"], found["version"] = self._scenarios.get(value, (None, None))
            else:
                found["id" if column == "public_id" else column] = value
        return found


def _records(work: UnitOfWork, whose: Whose) -> list[Plain]:
    rows = {row["public_id"]: row for row in queries.list_rows(work.session, "completion", whose)}
    return [
        {
            "id": one.public_id,
            "code": one.code,
            "state": one.state,
            "name": one.holder_name,
            "latin_name": one.latin_name,
            "first_name": one.first_name,
            "name_corrected_on": one.corrected_on,
            "revoked_at": one.revoked_at,
            "revocation_reason": one.revocation_reason.document() if one.revocation_reason else None,
            "renews": one.earlier[0] if one.earlier else None,
            "renewed_by": one.newer[0] if one.newer else None,
            "facts": rows[one.public_id]["facts"],
            "facts_digest": rows[one.public_id]["facts_digest"],
            "pledge": rows[one.public_id]["pledge"],
        }
        for one in list_records(work)
    ]


def _papers(work: UnitOfWork, whose: Whose) -> dict[str, tuple[Mapping[str, Any], bytes | None]]:
    records = {row["id"]: row["public_id"] for row in queries.list_rows(work.session, "completion", whose)}
    rows = queries.list_rows(work.session, "paper", whose)
    return {
        records[row["completion_id"]]: (row, papers.find_content(work.session, row["completion_id"])) for row in rows
    }


def _questions(work: UnitOfWork, whose: Whose) -> list[Plain]:
    rows = queries.list_rows(work.session, "question", whose)
    return [
        {
            "id": row["public_id"],
            "kind": row["kind"],
            "about": row["about"],
            "words": row["words"],
            "asked_at": row["at"],
            "answers": [
                {"words": one.words, "at": one.at}
                for one in list_answers(work, work.session.get_one(QuestionRow, row["id"]))
            ],
        }
        for row in rows
    ]


def _trail(work: UnitOfWork, whose: Whose) -> list[Plain]:
    """Return what the trail holds by and about the actor; who else acted is told as a kind and not as a person."""
    return [
        {
            "at": entry.at,
            "deed": entry.deed,
            "by": _kind_of(entry.actor, whose),
            "target_kind": entry.target_kind,
            "target_id": entry.target_id,
            "allowed": entry.was_allowed,
            "because": entry.because,
            "number": number,
        }
        for entry, number in queries.stream_trail(work.session, whose, TRAIL_AT_ONCE)
    ]


def _kind_of(actor: str, whose: Whose) -> str:
    return "self" if actor == whose.actor else actor.partition(":")[0]


def written(value: Any) -> Any:
    """Return plain data with every moment and date as a text: ISO 8601, moments in UTC with a `Z`."""
    if isinstance(value, dict):
        return {key: written(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [written(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value
