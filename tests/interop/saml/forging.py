"""What is done to good answers to make bad ones; each returns the whole message as text."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from lxml import etree

from quiz.interop.saml.names import ds, saml, samlp
from quiz.services.provider_faults import UNSURE
from tests.fixtures.settings import NOW
from tests.interop.saml.fake import moment, pair

Change = Callable[[str], str]
STATE = "5" * 64


@dataclass(frozen=True)
class Forgery:
    """What is done to an answer, and what it is refused with."""

    name: str
    detail: str
    why: str = UNSURE
    values: dict[str, str] = field(default_factory=dict)
    before: Change = lambda text: text
    after: Change = lambda text: text
    signer: str = "first"
    how: dict[str, Any] = field(default_factory=dict)
    signs: str = "assertion"


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new)

    return change


def at(**how_far: float) -> str:
    return moment(NOW + timedelta(**how_far))


def tree(change: Callable[[Any, Any, Any], Any]) -> Change:
    """Make of what is done to root, assertion and its signature something that is done to text."""

    def run(text: str) -> str:
        root = etree.fromstring(text)
        assertion = root.find(saml("Assertion"))
        signature = assertion.find(ds("Signature")) if assertion is not None else None
        changed = change(root, assertion, signature)
        return str(etree.tostring(root if changed is None else changed, encoding="unicode"))

    return run


def evil(element: Any, own_id: str | None = "_evil") -> Any:
    """Return a copy that says something else, without a signature of its own."""
    made = copy.deepcopy(element)
    for signature in list(made.iter(ds("Signature"))):
        signature.getparent().remove(signature)
    for name in made.iter(saml("NameID")):
        name.text = "mallory"
    if own_id:
        made.set("ID", own_id)
    return made


def without(name: str) -> Change:
    return lambda text: re.sub(rf"<{name}[\s>].*?</{name}\s*>", "", text, flags=re.DOTALL)


def first(old: str, new: str) -> Change:
    """Replace the first place alone: what stands around the assertion."""
    return lambda text: text.replace(old, new, 1)


def second(old: str, new: str) -> Change:
    """Replace every place but the first: what stands in the assertion, and not what stands around it."""

    def change(text: str) -> str:
        first, *rest = text.split(old)
        return f"{first}{old}{new.join(rest)}"

    return change


def without_format(text: str) -> str:
    return re.sub(r'<saml:NameID Format="[^"]+"', "<saml:NameID", text)


def by_the_public_key() -> dict[str, Any]:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    key = pair("first").private.public_key().public_bytes(serialization.Encoding.PEM, form)
    return {"algorithm": "hmac-sha256", "by": {"key": key, "cert": None}}


@tree
def without_signatures(root: Any, _assertion: Any, _signature: Any) -> None:
    for one in list(root.iter(ds("Signature"))):
        one.getparent().remove(one)


def _within(name: str, **attributes: str) -> Callable[[Any, Any, Any], None]:
    def change(_root: Any, _assertion: Any, signature: Any) -> None:
        for key, value in attributes.items():
            next(signature.iter(ds(name))).set(key, value)

    return change


inclusive = tree(_within("CanonicalizationMethod", Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"))
another_transform = tree(_within("Transform", Algorithm="http://www.w3.org/2000/09/xmldsig#base64"))


def reference(to: str) -> Change:
    return tree(_within("Reference", URI=to))


@tree
def xpath_transform(_root: Any, _assertion: Any, signature: Any) -> None:
    step = etree.SubElement(next(signature.iter(ds("Transforms"))), ds("Transform"))
    step.set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")
    etree.SubElement(step, ds("XPath")).text = "false()"


@tree
def other_digest(_root: Any, _assertion: Any, signature: Any) -> None:
    next(signature.iter(ds("DigestValue"))).text = "A" * 43 + "="


@tree
def cut_signature(_root: Any, _assertion: Any, signature: Any) -> None:
    value = next(signature.iter(ds("SignatureValue")))
    value.text = value.text[:40]


@tree
def empty_signature(_root: Any, _assertion: Any, signature: Any) -> None:
    next(signature.iter(ds("SignatureValue"))).text = None


@tree
def two_references(_root: Any, _assertion: Any, signature: Any) -> None:
    found = next(signature.iter(ds("Reference")))
    found.addnext(copy.deepcopy(found))


@tree
def two_signatures(_root: Any, assertion: Any, signature: Any) -> None:
    assertion.append(copy.deepcopy(signature))


@tree
def signature_in_the_subject(_root: Any, assertion: Any, signature: Any) -> None:
    assertion.find(saml("Subject")).append(copy.deepcopy(signature))


@tree
def with_an_object(_root: Any, _assertion: Any, signature: Any) -> None:
    etree.SubElement(signature, ds("Object"))


# The eight wrappings of Somorovsky and others, "On Breaking SAML" (2012), as they are numbered
# by testers of SAML; the first two are of a signed response.
@tree
def xsw1(root: Any, _assertion: Any, _signature: Any) -> Any:
    made, signature = evil(root), root.find(ds("Signature"))
    made.find(saml("Assertion")).set("ID", "_evil-assertion")
    root.remove(signature)
    signature.append(root)
    made.insert(1, signature)
    return made


@tree
def xsw2(root: Any, _assertion: Any, _signature: Any) -> Any:
    made, signature = evil(root), root.find(ds("Signature"))
    made.find(saml("Assertion")).set("ID", "_evil-assertion")
    root.remove(signature)
    made.insert(1, signature)
    made.insert(1, root)
    return made


@tree
def xsw3(root: Any, assertion: Any, _signature: Any) -> None:
    root.insert(root.index(assertion), evil(assertion))


@tree
def xsw4(root: Any, assertion: Any, _signature: Any) -> None:
    made = evil(assertion)
    root.replace(assertion, made)
    made.append(assertion)


@tree
def xsw5(root: Any, assertion: Any, signature: Any) -> None:
    made = evil(assertion)
    assertion.remove(signature)
    made.insert(1, signature)
    root.replace(assertion, made)
    root.append(assertion)


@tree
def xsw6(root: Any, assertion: Any, signature: Any) -> None:
    made = evil(assertion)
    assertion.remove(signature)
    made.insert(1, signature)
    root.replace(assertion, made)
    signature.append(assertion)


@tree
def xsw7(root: Any, assertion: Any, _signature: Any) -> None:
    around = etree.Element(samlp("Extensions"))
    around.append(evil(assertion))
    root.insert(root.index(assertion), around)


@tree
def xsw8(root: Any, assertion: Any, signature: Any) -> None:
    made = evil(assertion)
    assertion.remove(signature)
    made.insert(1, signature)
    root.replace(assertion, made)
    etree.SubElement(signature, ds("Object")).append(assertion)


@tree
def same_id(root: Any, assertion: Any, _signature: Any) -> None:
    root.insert(root.index(assertion), evil(assertion, None))


@tree
def same_id_otherwise_written(_root: Any, assertion: Any, signature: Any) -> None:
    etree.SubElement(signature, ds("KeyInfo")).set("Id", assertion.get("ID"))


@tree
def moved_away(root: Any, assertion: Any, _signature: Any) -> None:
    etree.SubElement(root, samlp("Extensions")).append(assertion)


@tree
def two_good_ones(root: Any, assertion: Any, _signature: Any) -> None:
    other = copy.deepcopy(assertion)
    other.set("ID", "_other")
    root.append(other)


@tree
def none(root: Any, assertion: Any, _signature: Any) -> None:
    root.remove(assertion)


@tree
def encrypted(root: Any, assertion: Any, _signature: Any) -> None:
    root.replace(assertion, etree.Element(saml("EncryptedAssertion")))


def another_audience(text: str) -> str:
    more = "<saml:AudienceRestriction><saml:Audience>https://b.example/</saml:Audience></saml:AudienceRestriction>"
    return text.replace("</saml:Conditions>", f"{more}</saml:Conditions>")


def status(nested: str) -> Change:
    def change(root: Any, assertion: Any, _signature: Any) -> None:
        root.remove(assertion)
        code = next(root.iter(samlp("StatusCode")))
        code.set("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
        etree.SubElement(code, samlp("StatusCode")).set("Value", f"urn:oasis:names:tc:SAML:2.0:status:{nested}")

    return tree(change)
