"""A provider of our own, in this process: it does everything right unless a test makes it do otherwise."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod
from signxml.signer import XMLSigner

from quiz.interop.saml.names import METADATA, POST, PROTOCOL, REDIRECT, SIGNATURE, saml, samlp
from quiz.settings.providers import SamlProvider
from tests.fixtures.settings import NOW, Clock

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
PASSWORD_CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
Change = Callable[[str], str]


@dataclass(frozen=True)
class KeyPair:
    private: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def body(self) -> str:
        return "".join(self.pem.splitlines()[1:-1])


@cache
def pair(name: str) -> KeyPair:
    """A key with its certificate: `first`, `second`, `ec`, `p521`, `short`, `over`."""
    made: dict[str, Any] = {"ec": ec.SECP256R1(), "p521": ec.SECP521R1(), "p192": ec.SECP192R1()}
    private = (
        ec.generate_private_key(made[name])
        if name in made
        else rsa.generate_private_key(65537, 1024 if name == "short" else 2048)
    )
    begins = NOW - timedelta(days=400)
    ends = NOW - timedelta(days=1) if name == "over" else NOW + timedelta(days=4000)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(private, hashes.SHA256())
    )
    return KeyPair(private, certificate)


class Signer(XMLSigner):  # type: ignore[misc]
    """Signs by whatever it is told, old ways as well."""

    def check_deprecated_methods(self) -> None:
        return


def metadata(entity: str, address: str, *names: str, use: str = ' use="signing"') -> str:
    keys = "".join(
        f'<md:KeyDescriptor{use}><ds:KeyInfo xmlns:ds="{SIGNATURE}"><ds:X509Data><ds:X509Certificate>'
        f"{pair(name).body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for name in names
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- as providers write it -->\n'
        f'<md:EntityDescriptor xmlns:md="{METADATA}" entityID="{entity}">'
        f'<md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}">{keys}'
        f'<md:SingleSignOnService Binding="{POST}" Location="{address}/by-form"/>'
        f'<md:SingleSignOnService Binding="{REDIRECT}" Location="{address}"/>'
        f"</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.123Z")


MESSAGE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 ID="_response-{count}" Version="2.0" IssueInstant="{now}" Destination="{acs}" InResponseTo="_{state}"
><saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status
><saml:Assertion ID="_assertion-{count}" Version="2.0" IssueInstant="{now}"
><saml:Issuer>{issuer}</saml:Issuer><saml:Subject
><saml:NameID Format="{format}">{subject}</saml:NameID
><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"
><saml:SubjectConfirmationData InResponseTo="_{state}" NotOnOrAfter="{ends}" Recipient="{acs}"
/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{now}" NotOnOrAfter="{ends}"
><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction
></saml:Conditions><saml:AuthnStatement AuthnInstant="{signed_in}" SessionIndex="session-1" SessionNotOnOrAfter="{ends}"
><saml:AuthnContext><saml:AuthnContextClassRef>{context}</saml:AuthnContextClassRef></saml:AuthnContext
></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement
></saml:Assertion></samlp:Response>"""


def attribute(name: str, *values: str) -> str:
    said = "".join(f'<saml:AttributeValue xsi:type="xs:string">{value}</saml:AttributeValue>' for value in values)
    return f'<saml:Attribute Name="{name}">{said}</saml:Attribute>'


@dataclass
class FakeIdp:
    """One provider; `values`, `attributes`, `before` and `after` are what a test changes."""

    key: str
    clock: Clock
    app: str = "http://127.0.0.1:8000"
    signer: KeyPair = field(default_factory=lambda: pair("first"))
    values: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # What is signed: `assertion`, `response` or `both`.
    signs: str = "assertion"
    how: dict[str, str] = field(default_factory=dict)
    # What becomes of the message before it is signed, and after.
    before: Change = lambda text: text
    after: Change = lambda text: text
    made: int = 0

    @property
    def entity(self) -> str:
        return f"https://{self.key}.example/saml"

    @property
    def address(self) -> str:
        return f"https://{self.key}.example/sso?from=here"

    @property
    def acs(self) -> str:
        return f"{self.app}/saml/{self.key}/receive"

    @property
    def here(self) -> str:
        return f"{self.app}/saml/{self.key}/metadata"

    def provider(self, folder: Path, *names: str, **more: Any) -> SamlProvider:
        """Write the provider's file and return its settings."""
        path = folder / f"{self.key}.xml"
        path.write_text(metadata(self.entity, self.address.replace("&", "&amp;"), *(names or ("first",))))
        values: dict[str, Any] = {
            "key": self.key,
            "metadata_file": path,
            "name_ar": {"adfs": "وزارة الصحة"}.get(self.key, "جهة أخرى"),
            "name_en": {"adfs": "Ministry of Health"}.get(self.key, "Another body"),
            "match": (("hr_number", "employee"), ("email", "email")),
        }
        return SamlProvider(**{**values, **more})

    def message(self, state: str) -> str:
        """Return the XML of an answer to a request."""
        self.made += 1
        now = self.clock.now
        values = {
            "count": str(self.made),
            "now": moment(now),
            "ends": moment(now + timedelta(minutes=5)),
            "signed_in": moment(now),
            "acs": self.acs,
            "audience": self.here,
            "state": state,
            "issuer": self.entity,
            "status": SUCCESS,
            "format": PERSISTENT,
            "subject": "subject-1",
            "context": PASSWORD_CLASS,
            "attributes": "".join(attribute(name, *said) for name, said in self.attributes.items()),
            **self.values,
        }
        return self.after(self.signed(self.before(MESSAGE.format(**values))))

    def signed(self, text: str) -> str:
        root = etree.fromstring(text)
        for one in root.findall(saml("Assertion")) if self.signs != "response" else ():
            root.replace(one, sign(one, self.signer, **self.how))
        if self.signs != "assertion":
            root = sign(root, self.signer, **self.how)
        return str(etree.tostring(root, encoding="unicode"))

    def response(self, state: str) -> str:
        return b64encode(self.message(state).encode()).decode()


def sign(element: Any, keys: KeyPair, **how: Any) -> Any:
    """Sign an element by itself, as providers do; the signature stands after the issuer."""
    algorithm = "ecdsa-sha256" if isinstance(keys.private, ec.EllipticCurvePrivateKey) else "rsa-sha256"
    bare = etree.fromstring(etree.tostring(element))
    with_key = {"key": keys.private, "cert": [keys.certificate], **how.get("by", {})}
    signer = Signer(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=how.get("algorithm", algorithm),
        digest_algorithm=how.get("digest", "sha256"),
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(bare, reference_uri=bare.get("ID"), id_attribute="ID", **with_key)
    signature = signed.find(f"{{{SIGNATURE}}}Signature")
    signed.remove(signature)
    signed.insert(1, signature)
    return signed


def asked(address: str) -> Any:
    """Return the request that an address at the provider carries."""
    (packed,) = parse_qs(urlsplit(address).query)["SAMLRequest"]
    root = etree.fromstring(zlib.decompress(b64decode(packed), -15))
    assert root.tag == samlp("AuthnRequest")
    return root


def state_of(address: str) -> str:
    return str(asked(address).get("ID")).removeprefix("_")
