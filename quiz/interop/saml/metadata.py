"""What a provider says of itself, out of the operator's file; and what we say of ourselves."""

from binascii import Error as NoBase64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import Certificate, load_pem_x509_certificate
from lxml import etree
from lxml.etree import _Element as Element

from quiz.interop.saml.names import METADATA, POST, PROTOCOL, REDIRECT, ds, md, name_format
from quiz.interop.saml.reading import children, parser
from quiz.interop.saml.signatures import is_usable
from quiz.settings.environment import LOOPBACK, Misconfigured
from quiz.settings.providers import SamlProvider

MOST_BYTES = 1024 * 1024
_USABLE = "RSA of 2048 bits and more, or P-256, P-384 or P-521"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """A provider as its metadata has it, with what the operator chose of it."""

    provider: SamlProvider
    entity_id: str
    sign_on_address: str
    certificates: tuple[Certificate, ...]


def read_provider(provider: SamlProvider) -> IdentityProvider:
    """Read a provider's file; raise Misconfigured with one line on what is missing, or cannot be used."""
    name = f"SAML_{provider.key.upper()}_METADATA_FILE"
    entity = _entity(name, provider)
    entity_id = entity.get("entityID", "")
    if not 0 < len(entity_id) <= 500 or not entity_id.isprintable() or " " in entity_id:
        raise Misconfigured(f"{name}: it has no entityID that can be used.")
    roles = [
        one
        for one in children(entity, md("IDPSSODescriptor"))
        if PROTOCOL in one.get("protocolSupportEnumeration", "").split()
    ]
    if len(roles) != 1:
        raise Misconfigured(f"{name}: it must hold one IDPSSODescriptor of SAML 2.0.")
    return IdentityProvider(provider, entity_id, _address(name, roles[0]), _certificates(name, roles[0]))


def read_providers(providers: Iterable[SamlProvider], others: Iterable[str]) -> dict[str, IdentityProvider]:
    """Read the files of all providers, by key; raise Misconfigured where two speak of one entity, or of an `others`."""
    found = {one.key: read_provider(one) for one in providers}
    taken = set(others)
    for key, one in found.items():
        if one.entity_id in taken:
            raise Misconfigured(
                f"SAML_{key.upper()}_METADATA_FILE: its entityID is that of another provider, or the issuer of one; "
                "a body is named once."
            )
        taken.add(one.entity_id)
    return found


def our_metadata(provider: SamlProvider, entity_id: str, returns_to: str) -> bytes:
    """Return what a provider is told of us: where answers go, that assertions are signed, and how subjects look."""
    root = etree.Element(md("EntityDescriptor"), nsmap={"md": METADATA}, entityID=entity_id)
    role = etree.SubElement(
        root,
        md("SPSSODescriptor"),
        protocolSupportEnumeration=PROTOCOL,
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
    )
    etree.SubElement(role, md("NameIDFormat")).text = name_format(provider)
    etree.SubElement(
        role, md("AssertionConsumerService"), Binding=POST, Location=returns_to, index="0", isDefault="true"
    )
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _entity(name: str, provider: SamlProvider) -> Element:
    content = provider.metadata_file.read_bytes()
    if len(content) > MOST_BYTES:
        raise Misconfigured(f"{name}: the file is too large; it must hold one provider.")
    try:
        root = etree.fromstring(content, parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Misconfigured(f"{name}: the file is no XML in UTF-8.") from fault
    if root.getroottree().docinfo.doctype:
        raise Misconfigured(f"{name}: a document type is not taken.")
    if root.tag != md("EntityDescriptor"):
        raise Misconfigured(f"{name}: it must hold one EntityDescriptor, and nothing around it.")
    return root


def _address(name: str, role: Element) -> str:
    """Return where browsers are sent by redirect: https, or http on this machine."""
    found = [one for one in children(role, md("SingleSignOnService")) if one.get("Binding") == REDIRECT]
    address = found[0].get("Location", "") if found else ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    is_right = host is not None and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
    is_plain = address.isascii() and address.isprintable() and not any(sign in address for sign in ' \\"#<>')
    if not is_right or not is_plain or "@" in parts.netloc or len(address) > 1000:
        raise Misconfigured(f"{name}: it has no https address for HTTP-Redirect (SingleSignOnService).")
    return address


def _certificates(name: str, role: Element) -> tuple[Certificate, ...]:
    """Return what the provider signs with: several while it changes its key."""
    found = []
    for key in children(role, md("KeyDescriptor")):
        if key.get("use", "signing") != "signing":
            continue
        for element in key.iterfind(f"{ds('KeyInfo')}/{ds('X509Data')}/{ds('X509Certificate')}"):
            found.append(_certificate(name, "".join((element.text or "").split())))
    if not found:
        raise Misconfigured(f"{name}: it has no certificate for signing.")
    return tuple(found)


def _certificate(name: str, text: str) -> Certificate:
    pem = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    try:
        certificate = load_pem_x509_certificate(pem.encode())
        is_good = is_usable(certificate)
    except (ValueError, NoBase64, UnsupportedAlgorithm) as fault:
        raise Misconfigured(f"{name}: a certificate in it cannot be read.") from fault
    if not is_good:
        raise Misconfigured(f"{name}: a certificate in it has a key that is too weak; taken are {_USABLE}.")
    return certificate
