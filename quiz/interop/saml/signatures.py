"""Signatures of messages: where they may stand, what they may be made of, and what of a message they vouch for."""

from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import Certificate
from lxml import etree
from lxml.etree import _Element as Element
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidCertificate, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from quiz.interop.saml.names import ENVELOPED, EXCLUSIVE, ds
from quiz.interop.saml.reading import children, only, parser
from quiz.services.provider_faults import UNSURE, Fault

LEAST_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")
METHODS = frozenset(
    {
        *(SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512),
        *(SignatureMethod.SHA256_RSA_MGF1, SignatureMethod.SHA384_RSA_MGF1, SignatureMethod.SHA512_RSA_MGF1),
        *(SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384, SignatureMethod.ECDSA_SHA512),
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_METHOD_NAMES = frozenset(one.value for one in METHODS)
_DIGEST_NAMES = frozenset(one.value for one in DIGESTS)


def is_usable(certificate: Certificate) -> bool:
    """Tell whether the key of a certificate is of a kind and length that is believed."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES


def check_places(root: Element, owners: Sequence[Element]) -> None:
    """Raise Fault where a signature stands elsewhere than right under one of the owners, or twice there."""
    if any(all(one.getparent() is not owner for owner in owners) for one in root.iter(ds("Signature"))):
        raise Fault(UNSURE, "a signature stands where none belongs")
    if any(len(children(owner, ds("Signature"))) > 1 for owner in owners):
        raise Fault(UNSURE, "there are two signatures")


def signed(owner: Element, certificates: Sequence[Certificate], now: datetime) -> Element:
    """Return an element as its own signature vouches for it, made anew of the very bytes that were signed.

    Only one of the certificates counts: what the message brings itself is not looked at. Raise Fault for a signature
    that is not there, of another kind than is taken, of something else, or not by these.
    """
    own_id = _check_form(owner)
    # By itself, with the namespaces it stands in: nothing else of the message can be found from here.
    content = etree.tostring(owner, with_tail=False)
    why = "no key of the provider made the signature"
    for certificate in certificates:
        config = SignatureConfiguration(
            location="./",
            expect_references=1,
            signature_methods=METHODS,
            digest_algorithms=DIGESTS,
            ignore_ambiguous_key_info=True,
            verification_time=now,
        )
        try:
            result = XMLVerifier().verify(
                content, x509_cert=certificate, parser=parser(), id_attribute="ID", expect_config=config
            )
        except InvalidCertificate:
            why = "the certificate of the provider is over, or not yet good"
            continue
        except (SignXMLException, UnsupportedAlgorithm, etree.LxmlError, ValueError, TypeError, LookupError):
            continue
        found = None if isinstance(result, list) else result.signed_xml
        # What is above leaves no other way: a second line, should the library ever resolve a reference otherwise.
        if found is None or found.tag != owner.tag or found.get("ID") != own_id:
            raise Fault(UNSURE, "something else was signed")
        return found
    raise Fault(UNSURE, why)


def _check_form(owner: Element) -> str:
    """Return the identifier of an element; raise Fault where its signature is not of the one form that is taken."""
    own_id: str | None = owner.get("ID")
    if not own_id:
        raise Fault(UNSURE, "what should be signed has no ID")
    if not children(owner, ds("Signature")):
        raise Fault(UNSURE, f"the {etree.QName(owner).localname} is not signed")
    signature = only(owner, ds("Signature"))
    if {one.tag for one in signature} - {ds("SignedInfo"), ds("SignatureValue"), ds("KeyInfo")}:
        raise Fault(UNSURE, "the signature holds something else")
    info = only(signature, ds("SignedInfo"))
    _need(only(info, ds("CanonicalizationMethod")), {EXCLUSIVE}, "canonicalization")
    _need(only(info, ds("SignatureMethod")), _METHOD_NAMES, "signature method")
    reference = only(info, ds("Reference"))
    if reference.get("URI") != f"#{own_id}":
        raise Fault(UNSURE, "the signature is of something else")
    _need(only(reference, ds("DigestMethod")), _DIGEST_NAMES, "digest")
    steps = [one.get("Algorithm") for one in only(reference, ds("Transforms"))]
    if steps != [ENVELOPED, EXCLUSIVE]:
        raise Fault(UNSURE, "the transforms are others")
    return own_id


def _need(element: Element, taken: frozenset[str] | set[str], what: str) -> None:
    if element.get("Algorithm") not in taken:
        raise Fault(UNSURE, f"the {what} is not one that is taken")
