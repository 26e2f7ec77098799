"""Everything that became of records looked at again: whether each thing follows from the others, as codes."""

from collections.abc import Iterator

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.completions import CompletionRow, RevocationRow
from quiz.db.queries import record_lives as queries
from quiz.db.queries.record_lives import Life, Traced
from quiz.engine.document import digest
from quiz.language.folding import fold
from quiz.records import status_list
from quiz.services.paper_checking import StoredProblem
from quiz.services.pledges import SIGNED_FIELDS
from quiz.services.unit_of_work import UnitOfWork

_TRACED = (
    Permission.LEARNING_PLEDGE_SIGN,
    Permission.RECORDS_COMPLETION_REVOKE,
    Permission.RECORDS_HOLDER_ERASE,
    Permission.RECORDS_NAME_CORRECT,
    Permission.RECORDS_REVOCATION_DECIDE,
)


# What stands of a record that is not there.
_NOTHING = Traced("", is_revoked=False, is_erased=False, corrections=frozenset())


def check_lives(work: UnitOfWork) -> Iterator[StoredProblem]:
    """Give everything that does not follow of what became of records, a few of them in memory at a time.

    Of names: `name-missing` without an erasure; `name-left`, `paper-left`, `link-left-open` and `name-in-words` after
    one; `correction-missing`. Of renewals: `renewal-missing`, `renewal-of-another`, `renewal-of-revoked`. Of
    revocations: `revoked-by-nobody`, `revoked-by-one`, `decided-by-author`, `approved-not-revoked`. Of what was signed:
    `pledge-words-altered`, `pledge-edition-unknown`. Of places: `place-missing`, `place-outside`, `place-shared`. Of
    the trace: `gone`, `digest-not-as-traced`, `revocation-gone`, `erasure-gone`, `correction-gone`, `not-in-trace`. And
    `attempt-not-ended`, `unreadable`, `of-no-record`.
    """
    work.require(Permission.RECORDS_COMPLETION_RECOMPUTE, Target("completions"))
    last_placed = queries.find_last_placed(work.session)
    for life in queries.stream_lives(work.session):
        yield from (StoredProblem("completion", life.record.public_id, what) for what in _guarded(life, last_placed))
    for number, place in queries.stream_shared_places(work.session):
        yield StoredProblem("status-list", f"{number}#{place}", "place-shared")
    for table, key in queries.stream_strays(work.session):
        yield StoredProblem(table, key, "of-no-record")
    yield from _of_trace(work)


def _guarded(life: Life, last_placed: int) -> list[str]:
    try:
        return list(dict.fromkeys(_problems(life, last_placed)))
    except (AttributeError, KeyError, TypeError, ValueError):
        # Somebody wrote something else into a document than what the product writes.
        return ["unreadable"]


def _problems(life: Life, last_placed: int) -> Iterator[str]:
    if not life.is_of_ended_attempt:
        # Making records again goes by ended attempts: this one it would not meet.
        yield "attempt-not-ended"
    yield from _of_names(life)
    yield from _of_erasure(life)
    yield from _of_renewal(life)
    yield from _of_revocation(life)
    yield from _of_pledge(life.record)
    if life.place is None:
        # Places are given in the order of records: an older one does not wait for its own any more.
        if life.record.id < last_placed:
            yield "place-missing"
    elif life.place.list_number < 1 or not 0 <= life.place.place < status_list.LENGTH:
        yield "place-outside"


def _of_names(life: Life) -> Iterator[str]:
    kept = [life.holder, *(name for _, name in life.corrections)]
    if life.erasure is None and None in kept:
        yield "name-missing"
    if [one.number for one, _ in life.corrections] != list(range(1, len(life.corrections) + 1)):
        yield "correction-missing"


def _of_erasure(life: Life) -> Iterator[str]:
    """Look for the name of an erased record; its words were written when names still stood, and were to name nobody."""
    if life.erasure is None:
        return
    if life.holder or any(name for _, name in life.corrections):
        yield "name-left"
    if life.has_content:
        yield "paper-left"
    if any(link.ended_at is None for link in life.links):
        yield "link-left-open"
    words = [life.erasure.reason, *(text for one, _ in life.corrections for text in (one.source, one.reason))]
    names = [name for name in (life.person.name, life.person.latin_name) if name] if life.person else []
    if any(fold(name) in fold(text) for name in names for text in words):
        yield "name-in-words"


def _of_renewal(life: Life) -> Iterator[str]:
    """Compare what a record renews with the one written before it that held at that time.

    Every link leads back in the order of records, so that none leads round; clocks are set back, and numbers are not.
    """
    record = life.record
    earlier = sorted((one for one in life.peers if one.id < record.id), key=lambda one: one.id)
    held = [one.id for one in earlier if one.revoked_at is None or one.revoked_at > record.completed_at]
    if life.renews == (held[-1] if held else None):
        return
    if life.renews is None:
        yield "renewal-missing"
    elif life.renews not in {one.id for one in earlier}:
        yield "renewal-of-another"
    else:
        yield "renewal-of-revoked" if life.renews not in held else "renewal-of-another"


def _of_revocation(life: Life) -> Iterator[str]:
    approved = []
    for proposal, decision, decided_by in life.proposals:
        if decision is None:
            continue
        if (decision.verdict == "withdrawn") != (decision.decided_by_id == proposal.proposed_by_id):
            yield "decided-by-author"
        if decision.verdict == "approved":
            concerned = {proposal.proposed_by_id, life.record.person_id}
            approved.append((f"person:{decided_by}", decision.decided_by_id not in concerned))
    if life.revocation is None:
        if approved:
            yield "approved-not-revoked"
    elif life.revocation.revoked_by.startswith("system:"):
        if not _says_who(life.revocation) and not life.was_marked_again:
            yield "revoked-by-nobody"
    elif (life.revocation.revoked_by, True) not in approved:
        yield "revoked-by-one"


def _says_who(revocation: RevocationRow) -> bool:
    """Tell whether a revocation from the shell says who stands behind it."""
    return bool(revocation.revoked_by.partition(": ")[2].strip())


def _of_pledge(record: CompletionRow) -> Iterator[str]:
    """Compare the words that were signed with their digest; making the record again compares that with the module's."""
    signed = record.pledge
    if signed is None:
        return
    if digest({name: signed.get(name) for name in SIGNED_FIELDS}) != signed.get("digest"):
        yield "pledge-words-altered"
    elif not set(signed["editions"]) <= {one.get("address") for one in record.facts.get("editions", ())}:
        yield "pledge-edition-unknown"


def _of_trace(work: UnitOfWork) -> Iterator[StoredProblem]:
    """Compare what stands with what was done: whoever takes a row away leaves the entry of the deed that wrote it."""
    for entry, traced in queries.stream_traced(work.session, [one.value for one in _TRACED]):
        what = _missed(entry.deed, entry.details, traced or _NOTHING)
        if traced is None and what == "digest-not-as-traced":
            what = "gone"
        if what is not None:
            yield StoredProblem("completion", entry.target_id, what)
    for public_id in queries.stream_untraced(work.session, Permission.LEARNING_PLEDGE_SIGN.value):
        yield StoredProblem("completion", public_id, "not-in-trace")


def _missed(deed: str, details: dict[str, object], traced: Traced) -> str | None:
    """Return what the trace tells of a record and is not there."""
    match deed:
        case Permission.LEARNING_PLEDGE_SIGN.value if details.get("digest") != traced.facts_digest:
            return "digest-not-as-traced"
        case Permission.RECORDS_COMPLETION_REVOKE.value if not traced.is_revoked:
            return "revocation-gone"
        case Permission.RECORDS_REVOCATION_DECIDE.value if details.get("verdict") == "approved":
            return None if traced.is_revoked else "revocation-gone"
        case Permission.RECORDS_HOLDER_ERASE.value if not traced.is_erased:
            return "erasure-gone"
        case Permission.RECORDS_NAME_CORRECT.value if details.get("correction") not in traced.corrections:
            return "correction-gone"
    return None
