"""Reading XML that a browser brings: bounded, of one encoding, with nothing in it but elements and text."""

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree
from lxml.etree import _Element as Element

from quiz.services.provider_faults import UNSURE, Fault

# In letters of base64: a dozen times what an assertion with a hundred groups has.
MOST_LETTERS = 192 * 1024
MOST_ELEMENTS = 5_000
_DECLARATION = re.compile(r"<\?xml\s+version=[\"']1\.0[\"'](?:\s+encoding=[\"']([A-Za-z0-9._-]+)[\"'])?[^<>?&]*\?>")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,12})?(?:Z|\+00:00)")
_IDS = {"id", "assertionid", "responseid", "requestid"}


def parser() -> etree.XMLParser:
    """Return what reads messages, fresh: it loads nothing, replaces nothing, and keeps libxml2's own bounds."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
    )


def read_message(sent: str) -> Element:
    """Return the root of a message in base64; raise Fault for whatever could be read differently by two readers."""
    if not sent:
        raise Fault(UNSURE, "there is no message")
    if len(sent) > MOST_LETTERS:
        raise Fault(UNSURE, "the message is too large")
    try:
        # Some break the lines, as mails do; nothing else is let through.
        text = b64decode(sent.replace("\r", "").replace("\n", ""), validate=True).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Fault(UNSURE, "the message is not UTF-8") from fault
    except ValueError as fault:
        raise Fault(UNSURE, "the message is not base64") from fault
    return read_text(text)


def read_text(text: str) -> Element:
    """Return the root of a document; raise Fault for one with a document type, comments, sections or instructions."""
    declared = _DECLARATION.match(text)
    if declared is not None:
        if (declared[1] or "utf-8").lower() != "utf-8":
            raise Fault(UNSURE, "the message names another encoding")
        text = text[declared.end() :]
    if "<!" in text:
        raise Fault(UNSURE, "a document type, comment or section is not taken")
    if "<?" in text:
        raise Fault(UNSURE, "an instruction is not taken")
    try:
        root = etree.fromstring(text.encode("utf-8"), parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Fault(UNSURE, "the message is no XML") from fault
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise Fault(UNSURE, "the message has too many elements")
    return root


def ids(root: Element) -> Iterator[str]:
    """Return whatever any reader could take for the identifier of an element, in the whole document."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if etree.QName(name).localname.lower() in _IDS:
                yield value


def children(element: Element, name: str) -> list[Element]:
    """Return the elements right under one that have a name."""
    return [one for one in element if one.tag == name]


def only(element: Element, name: str) -> Element:
    """Return the one element of a name right under another; raise Fault for none and for several."""
    found = children(element, name)
    if len(found) != 1:
        raise Fault(UNSURE, f"there is not one {etree.QName(name).localname}")
    return found[0]


def text_of(element: Element) -> str:
    """Return the text of an element that holds nothing else; raise Fault for one that is empty, cut or padded."""
    text = element.text or ""
    if len(element) or not 0 < len(text) <= 1024 or text != text.strip() or not text.isprintable():
        raise Fault(UNSURE, f"the text of {etree.QName(element).localname} is none")
    return text


def moment_of(element: Element, name: str) -> datetime | None:
    """Return the moment of an attribute, None where it is not there; raise Fault for what is no moment in UTC."""
    value = element.get(name)
    if value is None:
        return None
    found = _MOMENT.fullmatch(value)
    try:
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else _no_moment(name)
    except ValueError:
        return _no_moment(name)


def _no_moment(name: str) -> datetime:
    raise Fault(UNSURE, f"{name} is no moment in UTC")
