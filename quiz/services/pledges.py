"""The pledge behind a record, exactly as it was signed, for its holder; years later, whatever was reworded since."""

from dataclasses import dataclass
from datetime import datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import completions as queries
from quiz.engine.document import canonical, digest
from quiz.engine.text import Text
from quiz.services.errors import NotFound
from quiz.services.standing import get_standing
from quiz.services.unit_of_work import UnitOfWork

SIGNED_FIELDS = ("format", "confirm", "undertake", "editions")


@dataclass(frozen=True, slots=True)
class SignedPledge:
    """The words that were signed, in Arabic, with the digest that the record states of them.

    `document` are the very bytes of which `digest` is the SHA-256; `is_whole` tells whether they still are. `language`
    is the one in which the page was shown, `way` how it was signed.
    """

    record: str
    confirm: Text
    undertake: Text
    editions: tuple[tuple[Text, str], ...]
    digest: str
    document: bytes
    is_whole: bool
    signed_at: datetime
    language: str
    way: str


def get_signed_pledge(work: UnitOfWork, record: str) -> SignedPledge:
    """Return the pledge that the actor signed for a record; raise NotFound where none was asked."""
    row = queries.find_completion(work.session, record)
    owner = row.person_id if row else None
    work.require(Permission.RECORDS_COMPLETION_READ, Target("completion", record, owner_id=owner))
    if row is None:
        raise NotFound("completion")
    facts, signed = get_standing(work, row).facts, row.pledge
    if facts is None or signed is None:
        raise NotFound("pledge")
    labels = {one.address: (one.label, one.status) for one in facts.editions}
    document = {name: signed[name] for name in SIGNED_FIELDS}
    return SignedPledge(
        record=record,
        confirm=Text({"ar": signed["confirm"]}),
        undertake=Text({"ar": signed["undertake"]}),
        editions=tuple(labels[address] for address in signed["editions"] if address in labels),
        digest=signed["digest"],
        document=canonical(document),
        is_whole=digest(document) == signed["digest"] == facts.pledge_digest,
        signed_at=datetime.fromisoformat(signed["signed_at"]),
        language=signed["shown"].get("language", "ar"),
        way=signed["shown"].get("way", ""),
    )
