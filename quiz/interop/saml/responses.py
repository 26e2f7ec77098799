"""What an answer must be to be believed: SAML 2.0 Core, 2 and 3, and Profiles, 4.1.4."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml.etree import _Element as Element

from quiz.interop.saml.metadata import IdentityProvider
from quiz.interop.saml.names import BEARER, ENTITY, STATUS, UNSPECIFIED, ds, name_format, saml, samlp
from quiz.interop.saml.reading import children, ids, moment_of, only, text_of
from quiz.interop.saml.signatures import check_places, signed
from quiz.services.identities import Vouched
from quiz.services.provider_faults import DECLINED, ENDED, UNSURE, WEAK, Fault

SKEW = timedelta(seconds=60)
# An answer is fresh: it was made for this sign-in.
OLDEST = timedelta(minutes=10)
MOST_LETTERS = 255
_STATUS = {
    "AuthnFailed": DECLINED,
    "RequestDenied": DECLINED,
    "NoAuthnContext": WEAK,
    "NoPassive": WEAK,
}
_ENCRYPTED = ("EncryptedAssertion", "EncryptedID", "EncryptedAttribute")


@dataclass(frozen=True, slots=True)
class Here:
    """How a provider knows us: by what name, and where its answers go."""

    entity_id: str
    returns_to: str


@dataclass(frozen=True, slots=True)
class Said:
    """What an assertion says that holds: of whom, and how and when they signed in there."""

    assertion_id: str
    holds_until: datetime
    signed_in_at: datetime
    vouched: Vouched


def answered_request(root: Element) -> str | None:
    """Return the state that a message claims to answer, to be looked for here; None where it claims none of ours."""
    claimed = root.get("InResponseTo") or ""
    return claimed[1:] if claimed.startswith("_") else None


def check_response(idp: IdentityProvider, here: Here, root: Element, state: str | None, now: datetime) -> Said:
    """Return what a message vouches for; raise Fault where it is not for us, not of now, or not in good order."""
    _need(root.tag == samlp("Response"), "it is no Response")
    _need(state is not None, "nobody here asked for it", ENDED)
    found = list(ids(root))
    _need(len(found) == len(set(found)), "an identifier stands there twice")
    _check_frame(idp, here, root, now)
    _check_status(root)
    _need(not any(True for name in _ENCRYPTED for _ in root.iter(saml(name))), "it is encrypted")
    assertions = list(root.iter(saml("Assertion")))
    _need(len(assertions) == 1 and assertions[0].getparent() is root, "there is not one Assertion where it belongs")
    check_places(root, (root, assertions[0]))
    if children(root, ds("Signature")):
        signed(root, idp.certificates, now)
    # From here on only what was signed is read.
    return _read(idp, here, signed(assertions[0], idp.certificates, now), f"_{state}", now)


def check_fresh(signed_in_at: datetime, since: datetime, now: datetime) -> None:
    """Raise Fault where the provider did not ask the person anew since a moment."""
    if not since - SKEW <= signed_in_at <= now + SKEW:
        raise Fault(WEAK, "the person was not asked anew there")


def _check_frame(idp: IdentityProvider, here: Here, root: Element, now: datetime) -> None:
    _need(root.get("Version") == "2.0", "it is of another version")
    _need(root.get("Destination") == here.returns_to, "it is meant for another address")
    _check_issuer(idp, root)
    _check_made(root, now)


def _check_status(root: Element) -> None:
    code = only(only(root, samlp("Status")), samlp("StatusCode"))
    if code.get("Value") == f"{STATUS}Success":
        return
    nested = [one.get("Value", "") for one in children(code, samlp("StatusCode"))]
    why = _STATUS.get(nested[0].removeprefix(STATUS) if nested else "", UNSURE)
    raise Fault(why, "the provider answered with another status than success")


def _read(idp: IdentityProvider, here: Here, assertion: Element, request: str, now: datetime) -> Said:
    _need(assertion.get("Version") == "2.0", "it is of another version")
    _check_issuer(idp, assertion)
    made = _check_made(assertion, now)
    subject = only(assertion, saml("Subject"))
    name = _subject(idp, here, subject)
    holds_until = min(_confirmed_until(here, subject, request, now), made + OLDEST)
    _check_conditions(here, only(assertion, saml("Conditions")), now)
    statement = only(assertion, saml("AuthnStatement"))
    signed_in_at = moment_of(statement, "AuthnInstant")
    if signed_in_at is None or signed_in_at > now + SKEW:
        raise Fault(UNSURE, "it does not say when the person signed in there")
    ends = moment_of(statement, "SessionNotOnOrAfter")
    _need(ends is None or now < ends + SKEW, "the session there is over")
    context = _context(statement)
    _need(not idp.provider.context or context in idp.provider.context, "the person signed in in another way", WEAK)
    vouched = Vouched(
        provider=idp.provider.key,
        issuer=idp.entity_id,
        subject=name,
        found_by=_found_by(idp, assertion, name),
        sid=_short(statement.get("SessionIndex")),
        is_strong=context in idp.provider.strong_context,
    )
    return Said(str(assertion.get("ID")), holds_until + SKEW, signed_in_at, vouched)


def _check_issuer(idp: IdentityProvider, element: Element) -> None:
    issuer = only(element, saml("Issuer"))
    is_plain = issuer.get("Format", ENTITY) == ENTITY
    _need(is_plain and text_of(issuer) == idp.entity_id, "the issuer is another")


def _check_made(element: Element, now: datetime) -> datetime:
    made = moment_of(element, "IssueInstant")
    if made is None or not now - OLDEST <= made <= now + SKEW:
        raise Fault(UNSURE, "it was not made now")
    return made


def _subject(idp: IdentityProvider, here: Here, subject: Element) -> str:
    """Return by what a provider calls somebody: a name of the format that was asked for, and of its own making."""
    name = only(subject, saml("NameID"))
    is_asked = name.get("Format", UNSPECIFIED) == name_format(idp.provider)
    _need(is_asked, "the name is of a kind that was not asked for")
    _need(name.get("NameQualifier", idp.entity_id) == idp.entity_id, "the name is of somebody else")
    _need(name.get("SPNameQualifier", here.entity_id) == here.entity_id, "the name is for somebody else")
    text = text_of(name)
    _need(len(text) <= MOST_LETTERS, "the name is too long")
    return text


def _confirmed_until(here: Here, subject: Element, request: str, now: datetime) -> datetime:
    """Return until when whoever brings the assertion is the subject; raise Fault where they are not."""
    held = [one for one in children(subject, saml("SubjectConfirmation")) if one.get("Method") == BEARER]
    _need(len(held) == 1, "there is not one confirmation of the bearer")
    data = only(held[0], saml("SubjectConfirmationData"))
    _need(data.get("Recipient") == here.returns_to, "the recipient is another")
    _need(data.get("InResponseTo") == request, "it answers another request")
    begins, ends = moment_of(data, "NotBefore"), moment_of(data, "NotOnOrAfter")
    if ends is None or now >= ends + SKEW:
        raise Fault(UNSURE, "the confirmation holds no longer")
    _need(begins is None or begins <= now + SKEW, "the confirmation does not hold yet")
    return ends


def _check_conditions(here: Here, conditions: Element, now: datetime) -> None:
    begins, ends = moment_of(conditions, "NotBefore"), moment_of(conditions, "NotOnOrAfter")
    _need(begins is None or begins <= now + SKEW, "it does not hold yet")
    _need(ends is None or now < ends + SKEW, "it holds no longer")
    known = {saml("AudienceRestriction"), saml("OneTimeUse"), saml("ProxyRestriction")}
    _need({one.tag for one in conditions} <= known, "there is a condition that nobody knows")
    restrictions = children(conditions, saml("AudienceRestriction"))
    _need(bool(restrictions), "it does not say for whom it is")
    for one in restrictions:
        audiences = [text_of(audience) for audience in children(one, saml("Audience"))]
        _need(here.entity_id in audiences, "it is for somebody else")


def _context(statement: Element) -> str | None:
    found = children(only(statement, saml("AuthnContext")), saml("AuthnContextClassRef"))
    return text_of(found[0]) if len(found) == 1 else None


def _found_by(idp: IdentityProvider, assertion: Element, name: str) -> tuple[str, str] | None:
    """Return the first of the operator's rules whose attribute is there, with one value."""
    said = {**_attributes(assertion), "NameID": name}
    for by, attribute in idp.provider.match:
        value = _short(said.get(attribute))
        if value is not None:
            return by, value
    return None


def _attributes(assertion: Element) -> Mapping[str, str]:
    """Return the attributes that are said once and have one plain value: of several, none is to be chosen."""
    said: dict[str, list[str]] = {}
    for statement in children(assertion, saml("AttributeStatement")):
        for attribute in children(statement, saml("Attribute")):
            values = said.setdefault(attribute.get("Name", ""), [])
            values += [(one.text or "") if not len(one) else "" for one in children(attribute, saml("AttributeValue"))]
    return {name: values[0].strip() for name, values in said.items() if len(values) == 1}


def _short(value: str | None) -> str | None:
    """Return a string that is no longer than any of ours; None for none, and for whatever else there is."""
    return value if value and len(value) <= MOST_LETTERS and value.isprintable() else None


def _need(holds: bool, otherwise: str, why: str = UNSURE) -> None:
    if not holds:
        raise Fault(why, otherwise)
