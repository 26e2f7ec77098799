"""The names SAML 2.0 and XML Signature give to what is used of them."""

from quiz.settings.providers import SamlProvider

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"


def saml(name: str) -> str:
    """Return a name of assertions as lxml has it."""
    return f"{{{ASSERTION}}}{name}"


def samlp(name: str) -> str:
    """Return a name of the protocol's messages as lxml has it."""
    return f"{{{PROTOCOL}}}{name}"


def md(name: str) -> str:
    """Return a name of metadata as lxml has it."""
    return f"{{{METADATA}}}{name}"


def ds(name: str) -> str:
    """Return a name of signatures as lxml has it."""
    return f"{{{SIGNATURE}}}{name}"


def name_format(provider: SamlProvider) -> str:
    """Return the format that the subjects of a provider have: old ones keep the name of SAML 1.1."""
    version = "2.0" if provider.name_id == "persistent" else "1.1"
    return f"urn:oasis:names:tc:SAML:{version}:nameid-format:{provider.name_id}"
