"""Answers that are signed well, and say what is not for us, not of now, or not taken."""

from quiz.services.provider_faults import DECLINED, ENDED, WEAK
from tests.fixtures.settings import NOW
from tests.interop.saml import forging
from tests.interop.saml.fake import moment
from tests.interop.saml.forging import STATE, Forgery, at, swap

ACS = "http://127.0.0.1:8000/saml/adfs/receive"
ENTITY = "https://adfs.example/saml"
BEARER = "cm:bearer"
_ENDS = f'NotOnOrAfter="{at(minutes=5)}"'
_DATA = f'{_ENDS} Recipient="{ACS}"'
_BOTH = "<saml:Conditions NotBefore="
_VERSION, _OLD = 'Version="2.0"', 'Version="1.1"'

WORDS = [
    Forgery("another issuer", "the issuer is another", values={"issuer": "https://uaepass.example/saml"}),
    Forgery(
        "another issuer of the assertion alone",
        "the issuer is another",
        before=forging.second(ENTITY, "https://b.example/"),
    ),
    Forgery("no issuer", "there is not one Issuer", before=swap(f"<saml:Issuer>{ENTITY}</saml:Issuer>", "")),
    Forgery(
        "another destination",
        "meant for another address",
        before=swap(f'Destination="{ACS}"', 'Destination="https://b.example/"'),
    ),
    Forgery("no destination", "meant for another address", before=swap(f'Destination="{ACS}"', "")),
    Forgery(
        "another recipient",
        "the recipient is another",
        before=swap(f'Recipient="{ACS}"', 'Recipient="https://b.example/"'),
    ),
    Forgery("no recipient", "the recipient is another", before=swap(f'Recipient="{ACS}"', "")),
    Forgery("another audience", "it is for somebody else", values={"audience": "https://b.example/"}),
    Forgery(
        "the audience of another provider",
        "it is for somebody else",
        values={"audience": "http://127.0.0.1:8000/saml/entra/metadata"},
    ),
    Forgery("no audience", "it does not say for whom", before=forging.without("saml:AudienceRestriction")),
    Forgery("two audiences that must both hold", "it is for somebody else", before=forging.another_audience),
    Forgery(
        "a condition nobody knows",
        "a condition that nobody knows",
        before=swap("</saml:Conditions>", "<saml:Condition/></saml:Conditions>"),
    ),
    Forgery("no conditions", "there is not one Conditions", before=forging.without("saml:Conditions")),
    Forgery("begun by the provider", "nobody here asked for it", ENDED, before=swap(f'InResponseTo="_{STATE}"', "")),
    Forgery(
        "an answer to another request", "it answers another request", before=forging.second(f"_{STATE}", "_" + "6" * 64)
    ),
    Forgery("no bearer", "confirmation of the bearer", before=swap(BEARER, "cm:sender-vouches")),
    Forgery("a confirmation without end", "the confirmation holds no longer", before=swap(_DATA, f'Recipient="{ACS}"')),
    Forgery(
        "a confirmation that is over",
        "the confirmation holds no longer",
        before=swap(_DATA, f'NotOnOrAfter="{at(seconds=-61)}" Recipient="{ACS}"'),
    ),
    Forgery(
        "a confirmation to come",
        "the confirmation does not hold yet",
        before=swap(_DATA, f'{_DATA} NotBefore="{at(seconds=62)}"'),
    ),
    Forgery(
        "conditions that are over",
        "it holds no longer",
        before=swap(f'{_BOTH}"{moment(NOW)}" {_ENDS}', f'{_BOTH}"{moment(NOW)}" NotOnOrAfter="{at(seconds=-61)}"'),
    ),
    Forgery(
        "conditions to come",
        "it does not hold yet",
        before=swap(f'{_BOTH}"{moment(NOW)}"', f'{_BOTH}"{at(seconds=62)}"'),
    ),
    Forgery("made too long ago", "it was not made now", values={"now": at(minutes=-11)}),
    Forgery("made in time to come", "it was not made now", values={"now": at(seconds=62)}),
    Forgery("a moment of another zone", "is no moment in UTC", values={"now": "2026-11-21T09:00:00+02:00"}),
    Forgery("a moment there is not", "is no moment in UTC", values={"now": "2026-13-45T09:00:00Z"}),
    Forgery(
        "a session that is over",
        "the session there is over",
        before=swap(f'SessionNotOnOrAfter="{at(minutes=5)}"', f'SessionNotOnOrAfter="{at(seconds=-61)}"'),
    ),
    Forgery("signed in in time to come", "when the person signed in", values={"signed_in": at(seconds=62)}),
    Forgery(
        "no statement of signing in", "there is not one AuthnStatement", before=forging.without("saml:AuthnStatement")
    ),
    Forgery("a response of another version", "it is of another version", before=forging.first(_VERSION, _OLD)),
    Forgery("an assertion of another version", "it is of another version", before=forging.second(_VERSION, _OLD)),
    Forgery(
        "a name for once",
        "of a kind that was not asked for",
        values={"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
    ),
    Forgery(
        "an address as a name",
        "of a kind that was not asked for",
        values={"format": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
    ),
    Forgery("a name of no format", "of a kind that was not asked for", before=forging.without_format),
    Forgery(
        "a name of somebody else",
        "the name is of somebody else",
        before=swap("<saml:NameID ", '<saml:NameID NameQualifier="https://b.example/" '),
    ),
    Forgery(
        "a name for somebody else",
        "the name is for somebody else",
        before=swap("<saml:NameID ", '<saml:NameID SPNameQualifier="https://b.example/" '),
    ),
    Forgery("an encrypted assertion", "it is encrypted", after=forging.encrypted),
    Forgery(
        "an encrypted name", "it is encrypted", before=swap("</saml:Subject>", "<saml:EncryptedID/></saml:Subject>")
    ),
    Forgery("declined", "another status", DECLINED, after=forging.status("AuthnFailed")),
    Forgery("too weak", "another status", WEAK, after=forging.status("NoAuthnContext")),
    Forgery("a fault there", "another status", after=forging.status("RequestUnsupported")),
]
