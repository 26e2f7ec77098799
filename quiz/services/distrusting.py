"""Keys that are trusted no longer: from when on, why, who wrote it down, and what that means for what they signed.

A key is named by its own name (credentials) or by the fingerprint of a certificate (papers). What it signed is not
judged by the day that stands in a signature, which a thief writes as they like, but by what our register holds.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.credentials import DistrustRow
from quiz.db.queries import credentials as queries
from quiz.db.queries import papers as paper_queries
from quiz.engine.text import Text
from quiz.records.multikey import key_id
from quiz.records.paper_signing import SigningCertificate, UnusableCertificate
from quiz.records.signing import NobodySigns, Signer, at_present
from quiz.services.errors import NotFound, Refused
from quiz.services.unit_of_work import UnitOfWork

LONGEST = 500
# As many characters of a name as tell keys apart where somebody types them.
_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Distrust:
    """From when on a key is trusted no longer, and why, in words for everybody."""

    since: datetime
    reason: Text
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key that signed credentials, or a certificate that signed papers, for as long as it did.

    `began_at` of a certificate is its first paper, `ended_at` the end of its days. `papers` are those it signed, and
    `later` as many of them as were stored after it was trusted no longer; both are None for keys of credentials.
    """

    id: str
    name: str | None
    began_at: datetime
    ended_at: datetime | None
    is_present: bool
    distrust: Distrust | None
    papers: int | None = None
    later: int | None = None


def distrust(work: UnitOfWork, named: str, since: datetime, reason: Text, by: str) -> str:
    """Write down that a key is trusted no longer from a moment on; return its full name.

    `named` is the name of a key or the fingerprint of a certificate, or how one of them begins. It is never taken
    back; an earlier moment may follow where more becomes known. Raise Refused, and NotFound for a key that signed
    nothing here.
    """
    work.require(Permission.RECORDS_KEY_DISTRUST, Target("key", named))
    key = _full_name(work, named.strip())
    if since > work.now:
        raise Refused("moment-to-come", field="since")
    words = {language: words.strip() for language, words in reason.by_language.items()}
    if not all(words.get(language) for language in ("ar", "en")) or not by.strip():
        raise Refused("reason-missing", field="because")
    if max(map(len, [*words.values(), by])) > LONGEST:
        raise Refused("too-long", field="because")
    standing = _of(queries.list_distrust(work.session)).get(key)
    if standing and standing.since <= since:
        raise Refused("distrusted-already", since=standing.since.isoformat())
    work.session.add(DistrustRow(key=key, since=since, reason=words, recorded_by=by.strip(), recorded_at=work.now))
    work.audit(Permission.RECORDS_KEY_DISTRUST, Target("key", key), since=since.isoformat(), by=by.strip())
    return key


def of_keys(work: UnitOfWork) -> Mapping[str, Distrust]:
    """Return which keys of credentials are trusted no longer, by name; whoever asks has asked the policy."""
    return _of(queries.list_distrust(work.session))


def of_certificates(work: UnitOfWork) -> Mapping[str, Distrust]:
    """Return which certificates that signed here are trusted no longer, by fingerprint, with all of the same key."""
    rows = queries.list_distrust(work.session)
    return _spread(_of(rows), _certificates(work)) if rows else {}


def of_signer(work: UnitOfWork) -> Distrust | None:
    """Return why nothing may be signed with the certificate of the settings, or None where it is trusted."""
    present = work.tools.paper_signer.certificate
    rows = queries.list_distrust(work.session) if present else ()
    if present is None or not rows:
        return None
    return _spread(_of(rows), [*_certificates(work), present]).get(present.fingerprint)


def find_signer(work: UnitOfWork) -> Signer:
    """Return who signs credentials and packs now; nobody where no key is set, or one that is trusted no longer."""
    signer = at_present(work.tools.signer)
    if signer.public_key is None or key_id(signer.public_key) not in of_keys(work):
        return signer
    return NobodySigns()


def list_keys(work: UnitOfWork) -> tuple[KeyLine, ...]:
    """Return every key and certificate that signed here, in order; a key that came back has more than one line."""
    work.require(Permission.RECORDS_KEY_LIST, Target("keys"))
    rows = queries.list_keys(work.session)
    ends = [*(row.began_at for row in rows[1:]), None]
    own, distrusted = at_present(work.tools.signer).public_key, of_keys(work)
    present = key_id(own) if own else None
    return tuple(
        KeyLine(row.key_id, None, row.began_at, end, end is None and row.key_id == present, distrusted.get(row.key_id))
        for row, end in zip(rows, ends, strict=False)
    )


def list_certificates(work: UnitOfWork) -> tuple[KeyLine, ...]:
    """Return every certificate that signed papers here, in the order of first use."""
    work.require(Permission.RECORDS_KEY_LIST, Target("certificates"))
    counts, distrusted = paper_queries.count_by_certificate(work.session), of_certificates(work)
    own = work.tools.paper_signer.certificate
    present = own.fingerprint if own else None
    return tuple(
        KeyLine(
            row.fingerprint,
            row.name,
            row.first_used_at,
            row.ends_at,
            row.fingerprint == present,
            found := distrusted.get(row.fingerprint),
            counts.get(row.fingerprint, 0),
            paper_queries.count_since(work.session, row.fingerprint, found.since) if found else 0,
        )
        for row in paper_queries.list_certificates(work.session)
    )


def _full_name(work: UnitOfWork, named: str) -> str:
    keys = {row.key_id for row in queries.list_keys(work.session)}
    known = keys | {row.fingerprint for row in paper_queries.list_certificates(work.session)}
    found = {named} & known or {one for one in known if len(named) >= _SHORTEST and one.startswith(named)}
    if len(found) != 1:
        raise NotFound("key")
    return found.pop()


def _of(rows: Iterable[DistrustRow]) -> dict[str, Distrust]:
    """Return what counts of each key: the earliest moment, which comes last."""
    return {row.key: Distrust(row.since, Text(row.reason), row.recorded_by, row.recorded_at) for row in rows}


def _certificates(work: UnitOfWork) -> list[SigningCertificate]:
    found = []
    for row in paper_queries.list_certificates(work.session):
        # One that was tampered with is told of by those who look at what is stored.
        with suppress(UnusableCertificate):
            found.append(SigningCertificate.from_pem(row.pem.encode()))
    return found


def _spread(distrusted: Mapping[str, Distrust], certificates: Iterable[SigningCertificate]) -> dict[str, Distrust]:
    """Return it for every certificate of the same key: a new certificate does not bring a stolen key back."""
    held = list(certificates)
    by_key: dict[str, Distrust] = {}
    for one in held:
        found, other = distrusted.get(one.fingerprint), by_key.get(one.key_fingerprint)
        if found and (other is None or found.since < other.since):
            by_key[one.key_fingerprint] = found
    return {one.fingerprint: by_key[one.key_fingerprint] for one in held if one.key_fingerprint in by_key}
