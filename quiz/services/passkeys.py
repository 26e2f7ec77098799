"""Passkeys (WebAuthn): challenges that are answered once, keys with names, and signing in by one."""

import json
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.factors import CeremonyRow, PasskeyRow
from quiz.db.models.people import PersonRow
from quiz.db.queries import factors as queries
from quiz.db.queries import people
from quiz.services import factors, second_step
from quiz.services.errors import NotFound, Refused
from quiz.services.sign_ins import new_sign_in
from quiz.services.unit_of_work import UnitOfWork

CEREMONY_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 10
LONGEST_NAME = 60
# No answer of a device is as long; a signature of RSA is about half a kilobyte.
LONGEST_ANSWER = 16_384
REGISTER, SIGN_IN, SECOND, PROVE = "register", "sign-in", "second", "prove"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser is asked, as the script hands it on, and by what the answer is known again."""

    ceremony: str
    options: str


def are_possible(base_url: str) -> bool:
    """Tell whether browsers keep passkeys for our address: they want a name, and https or this machine itself."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


def begin_register(work: UnitOfWork, rp_name: str) -> Challenge:
    """Ask for a new passkey of the actor; raise Refused where they have as many as anybody needs."""
    person = factors.actor_row(work)
    held = queries.list_passkeys(work.session, person.id)
    if len(held) >= MOST_PASSKEYS:
        raise Refused("too-many-passkeys")
    options = generate_registration_options(
        rp_id=_host(work),
        rp_name=rp_name,
        user_id=person.public_id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        challenge=work.tools.chance(32),
        exclude_credentials=[_descriptor(one) for one in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return _begin(work, REGISTER, person.id, options.challenge, options_to_json(options))


def begin_sign_in(work: UnitOfWork) -> Challenge:
    """Ask for any passkey of ours: the device knows whose it is, and nobody is named."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("passkey"))
    return _ask(work, SIGN_IN, None)


def begin_second(work: UnitOfWork, step_token: str) -> Challenge:
    """Ask for a passkey of the person whose sign-in is half done; raise NotFound where there is none."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("passkey"))
    _, person = second_step.find_step(work, step_token)
    return _ask(work, SECOND, person.id)


def begin_prove(work: UnitOfWork) -> Challenge:
    """Ask for a passkey of the actor, to prove that it is still they."""
    return _ask(work, PROVE, factors.actor_row(work).id)


def register(work: UnitOfWork, token: str, ceremony: str, answer: str, name: str) -> factors.Added:
    """Keep a new passkey of the actor; raise Refused where the answer does not fit what was asked."""
    person = factors.actor_row(work)
    asked = _take(work, ceremony, REGISTER, person.id)
    try:
        verified = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=base64url_to_bytes(asked.challenge),
            expected_rp_id=_host(work),
            expected_origin=_origin(work),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as fault:
        raise Refused("passkey-refused") from fault
    credential_id = bytes_to_base64url(verified.credential_id)
    if queries.find_passkey(work.session, credential_id) is not None:
        raise Refused("passkey-refused")
    is_first = not factors.has_second_factor(work, person.id)
    work.session.add(
        PasskeyRow(
            public_id=work.new_id(),
            person_id=person.id,
            credential_id=credential_id,
            public_key=bytes_to_base64url(verified.credential_public_key),
            sign_count=verified.sign_count,
            transports=_transports(answer),
            name=name.strip()[:LONGEST_NAME],
            made_at=work.now,
        )
    )
    return factors.added(work, person, token, "passkey-added", is_first)


def remove(work: UnitOfWork, token: str, public_id: str) -> str:
    """Take a passkey of the actor away; return a fresh token. Raise NotFound for any other."""
    person = factors.actor_row(work)
    for row in queries.list_passkeys(work.session, person.id):
        if row.public_id == public_id:
            work.session.delete(row)
            work.session.flush()
            return factors.removed(work, person, token, "passkey-removed")
    raise NotFound("passkey")


def sign_in(work: UnitOfWork, ceremony: str, answer: str, browser: str) -> str:
    """Sign in whoever's passkey answered; return the token. Raise Refused."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("passkey"))
    person = _answered(work, _take(work, ceremony, SIGN_IN, None), answer)
    return new_sign_in(work, person, browser, "passkey")


def end_step(work: UnitOfWork, step_token: str, ceremony: str, answer: str, browser: str) -> tuple[str, str]:
    """End a half-done sign-in by a passkey of its person; return a token and where it leads. Raise Refused."""
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("passkey"))
    row, person = second_step.find_step(work, step_token)
    _answered(work, _take(work, ceremony, SECOND, person.id), answer)
    return second_step.end_step(work, row, person, "passkey", browser)


def forget(work: UnitOfWork, ceremony: str) -> None:
    """Take a challenge away whose answer was refused: nobody tries another one on it.

    It is written down where it was asked of somebody: as a second step, or as a proof.
    """
    work.require(Permission.PEOPLE_ACCOUNT_RECOVER, Target("passkey"))
    asked = queries.take_ceremony(work.session, ceremony)
    if asked is not None and asked.purpose in (SECOND, PROVE):
        person = people.find_person(work.session, asked.person_id or 0)
        target = Target("account", person.public_id if person else "")
        work.audit_refusal(Permission.PEOPLE_ACCOUNT_USE, target, "wrong-passkey", way=asked.purpose)


def check_proof(work: UnitOfWork, ceremony: str, answer: str) -> None:
    """Let the actor prove by a passkey that it is still they; raise Refused."""
    person = factors.actor_row(work)
    _answered(work, _take(work, ceremony, PROVE, person.id), answer)


def _ask(work: UnitOfWork, purpose: str, person_id: int | None) -> Challenge:
    held = queries.list_passkeys(work.session, person_id) if person_id else []
    options = generate_authentication_options(
        rp_id=_host(work),
        challenge=work.tools.chance(32),
        allow_credentials=[_descriptor(one) for one in held],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _begin(work, purpose, person_id, options.challenge, options_to_json(options))


def _begin(work: UnitOfWork, purpose: str, person_id: int | None, challenge: bytes, options: str) -> Challenge:
    row = CeremonyRow(
        public_id=work.new_id(),
        purpose=purpose,
        challenge=bytes_to_base64url(challenge),
        person_id=person_id,
        expires_at=work.now + CEREMONY_LASTS,
    )
    work.session.add(row)
    return Challenge(row.public_id, options)


def _take(work: UnitOfWork, ceremony: str, purpose: str, person_id: int | None) -> CeremonyRow:
    """Return a challenge and take it away; raise Refused where it is none for this, or was answered already."""
    row = queries.take_ceremony(work.session, ceremony)
    if row is None or row.purpose != purpose or row.person_id != person_id or row.expires_at <= work.now:
        raise Refused("passkey-refused")
    return row


def _answered(work: UnitOfWork, asked: CeremonyRow, answer: str) -> PersonRow:
    """Return whose passkey answered a challenge; raise Refused where none of ours did, or not rightly."""
    try:
        parsed = _parsed(answer)
        row = queries.find_passkey(work.session, str(parsed["id"]))
        if row is None or (asked.person_id is not None and row.person_id != asked.person_id):
            raise Refused("passkey-refused")
        verified = verify_authentication_response(
            credential=parsed,
            expected_challenge=base64url_to_bytes(asked.challenge),
            expected_rp_id=_host(work),
            expected_origin=_origin(work),
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as fault:
        raise Refused("passkey-refused") from fault
    person = people.find_person(work.session, row.person_id)
    if person is None or (person.active_until is not None and person.active_until <= work.now):
        raise Refused("passkey-refused")
    row.sign_count, row.used_at = verified.new_sign_count, work.now
    return person


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("longer than any answer of a device")
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise ValueError("no answer of a device")
    return parsed


def _transports(answer: str) -> list[str]:
    known = {one.value for one in AuthenticatorTransport}
    said = _parsed(answer).get("response", {}).get("transports") or []
    return [one for one in said if one in known] if isinstance(said, list) else []


def _descriptor(row: PasskeyRow) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(one) for one in row.transports]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id), transports=transports or None)


def _host(work: UnitOfWork) -> str:
    return urlsplit(work.tools.base_url).hostname or ""


def _origin(work: UnitOfWork) -> str:
    parts = urlsplit(work.tools.base_url)
    return f"{parts.scheme}://{parts.netloc}"
