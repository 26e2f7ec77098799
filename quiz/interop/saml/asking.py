"""Asking a provider to sign somebody in: the request by HTTP-Redirect (SAML 2.0 Bindings, 3.4)."""

import zlib
from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import urlencode

from lxml import etree

from quiz.interop.saml.metadata import IdentityProvider
from quiz.interop.saml.names import ASSERTION, POST, PROTOCOL, name_format, saml, samlp


def request_id(state: str) -> str:
    """Return the identifier of a request: an identifier must not begin with a digit."""
    return f"_{state}"


def sign_on_address(
    idp: IdentityProvider, state: str, entity_id: str, returns_to: str, now: datetime, is_proof: bool = False
) -> str:
    """Return where the browser goes to sign in, for a proof even if a session there would do without asking."""
    root = etree.Element(
        samlp("AuthnRequest"),
        nsmap={"samlp": PROTOCOL, "saml": ASSERTION},
        ID=request_id(state),
        Version="2.0",
        IssueInstant=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        Destination=idp.sign_on_address,
        AssertionConsumerServiceURL=returns_to,
        ProtocolBinding=POST,
    )
    if is_proof:
        root.set("ForceAuthn", "true")
    etree.SubElement(root, saml("Issuer")).text = entity_id
    etree.SubElement(root, samlp("NameIDPolicy"), Format=name_format(idp.provider), AllowCreate="true")
    if idp.provider.context:
        asked = etree.SubElement(root, samlp("RequestedAuthnContext"), Comparison="exact")
        for context in idp.provider.context:
            etree.SubElement(asked, saml("AuthnContextClassRef")).text = context
    # Raw DEFLATE, without the header of zlib.
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(etree.tostring(root)) + packer.flush()
    query = urlencode({"SAMLRequest": b64encode(packed).decode()})
    return f"{idp.sign_on_address}{'&' if '?' in idp.sign_on_address else '?'}{query}"
