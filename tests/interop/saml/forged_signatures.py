"""Forgeries of what is signed, wrapped or hidden in the XML."""

from tests.interop.saml import forging
from tests.interop.saml.forging import Forgery, swap

SIGNATURES = [
    Forgery("not signed at all", "the Assertion is not signed", after=forging.without_signatures),
    Forgery(
        "only the response is signed",
        "the Assertion is not signed",
        signs="response",
    ),
    Forgery("signed by somebody else", "no key of the provider", signer="second"),
    Forgery("signed by a key of the same name that it brings", "no key of the provider", signer="p521"),
    Forgery("SHA-1 signature", "the signature method is not", how={"algorithm": "rsa-sha1"}),
    Forgery("SHA-1 digest", "the digest is not", how={"digest": "sha1"}),
    Forgery("SHA-224", "the signature method is not", how={"algorithm": "rsa-sha224"}),
    Forgery("HMAC with the public key", "the signature method is not", how=forging.by_the_public_key()),
    Forgery("a digest changed", "no key of the provider", after=forging.other_digest),
    Forgery("a signature cut", "no key of the provider", after=forging.cut_signature),
    Forgery("no value of a signature", "no key of the provider", after=forging.empty_signature),
    Forgery("the subject changed afterwards", "no key of the provider", after=swap(">subject-1<", ">subject-2<")),
    Forgery(
        "the audience changed afterwards",
        "no key of the provider",
        values={"audience": "https://elsewhere.example/"},
        after=swap("https://elsewhere.example/", "http://127.0.0.1:8000/saml/adfs/metadata"),
    ),
    Forgery("inclusive canonicalization", "the canonicalization is not", after=forging.inclusive),
    Forgery("another transform", "the transforms are others", after=forging.another_transform),
    Forgery("a transform by XPath", "the transforms are others", after=forging.xpath_transform),
    Forgery("a reference to everything", "the signature is of something else", after=forging.reference("")),
    Forgery("a reference to elsewhere", "the signature is of something else", after=forging.reference("http://x/")),
    Forgery(
        "a reference to a neighbour", "the signature is of something else", after=forging.reference("#_response-1")
    ),
    Forgery("two references", "there is not one Reference", after=forging.two_references),
    Forgery("two signatures", "there are two signatures", after=forging.two_signatures),
    Forgery("a signature elsewhere", "a signature stands where", after=forging.signature_in_the_subject),
    Forgery("an object in the signature", "the signature holds something else", after=forging.with_an_object),
    Forgery(
        "a response whose signature is broken",
        "no key of the provider",
        signs="both",
        after=swap(
            'Value="urn:oasis:names:tc:SAML:2.0:status:Success"',
            'Value="urn:oasis:names:tc:SAML:2.0:status:Success" x="1"',
        ),
    ),
]
WRAPPINGS = [
    Forgery(name, detail, after=getattr(forging, name), signs="both" if name in {"xsw1", "xsw2"} else "assertion")
    for name, detail in (
        ("xsw1", "there is not one Assertion"),
        ("xsw2", "there is not one Assertion"),
        ("xsw3", "there is not one Assertion"),
        ("xsw4", "there is not one Assertion"),
        ("xsw5", "there is not one Assertion"),
        ("xsw6", "there is not one Assertion"),
        ("xsw7", "there is not one Assertion"),
        ("xsw8", "there is not one Assertion"),
        ("same_id", "an identifier stands there twice"),
        ("same_id_otherwise_written", "an identifier stands there twice"),
        ("moved_away", "there is not one Assertion"),
        ("two_good_ones", "there is not one Assertion"),
        ("none", "there is not one Assertion"),
    )
]
XML = [
    Forgery("a comment in the name", "a document type, comment", after=swap("subject-1", "subject-1<!-- x -->.evil")),
    Forgery("a section in the name", "a document type, comment", after=swap("subject-1", "<![CDATA[subject-1]]>")),
    Forgery("an instruction in the name", "an instruction", after=swap("subject-1", "subject-1<?x?>.evil")),
    Forgery("an element in the name", "the text of NameID is none", before=swap("subject-1", "sub<saml:x/>ject-1")),
    Forgery("a document type", "a document type, comment", after=lambda text: f"<!DOCTYPE x>{text}"),
    Forgery(
        "a file by an entity",
        "a document type, comment",
        after=lambda text: f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{text.replace("subject-1", "&e;")}',
    ),
    Forgery(
        "a bomb of entities",
        "a document type, comment",
        after=lambda text: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + text,
    ),
    Forgery("an entity that nobody named", "the message is no XML", after=swap("subject-1", "&who;")),
    Forgery(
        "another encoding named",
        "names another encoding",
        after=lambda t: f'<?xml version="1.0" encoding="UTF-16"?>{t}',
    ),
    Forgery("U+0000", "the message is no XML", after=swap("subject-1", "subject\x00-1")),
    Forgery("U+0000 as a reference", "the message is no XML", after=swap("subject-1", "subject&#0;-1")),
    Forgery("a name over two lines", "the text of NameID is none", values={"subject": "subject\n1"}),
    Forgery("a name with a space behind", "the text of NameID is none", values={"subject": "subject-1 "}),
    Forgery("no name", "the text of NameID is none", values={"subject": ""}),
    Forgery("a name that is too long", "the name is too long", values={"subject": "x" * 256}),
    Forgery("something else than XML", "the message is no XML", after=lambda _: "subject-1"),
    Forgery("nothing", "the message is no XML", after=lambda _: " "),
    Forgery("something else than a Response", "it is no Response", after=lambda _: '<x InResponseTo="_1"/>'),
    Forgery("too deep", "the message is no XML", after=lambda _: "<x>" * 300 + "</x>" * 300),
    Forgery("too many elements", "too many elements", after=lambda _: f"<x>{'<y/>' * 6000}</x>"),
]
