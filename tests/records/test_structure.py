"""What keeping and reading aloud ask of our PDF files, looked up in the files themselves: always run, and fast.

Whether they follow the standards in all, veraPDF says (`test_verapdf.py`).
"""

import io
from collections.abc import Iterator

import pikepdf
import pytest

from quiz.language.locale import ARABIC
from quiz.records.certificate_pdf import render
from tests.authorities import Authority
from tests.fixtures.settings import NOW
from tests.records.test_offline_code import CODE, ISSUER, NAME, SIGNER, offline_address
from tests.records.test_verapdf import ADDRESS, evidence


def faults(content: bytes) -> Iterator[str]:
    """Give what a file lacks that is kept and read aloud, or has and should not."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        with pdf.open_metadata() as told:
            stated = [told.get(f"pdf{name}") for name in ("aid:part", "aid:conformance", "uaid:part")]
            if stated != ["3", "A", "1"]:
                yield f"states {stated}"
            if not told.get("dc:title"):
                yield "no title"
        if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
            yield "not tagged"
        if root.get("/Lang") != "ar":
            yield "no language"
        if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
            yield "title is not shown"
        intents = root.get("/OutputIntents", [])
        if [str(one.S) for one in intents] != ["/GTS_PDFA1"] or "/DestOutputProfile" not in intents[0]:
            yield "no output intent"
        if pdf.is_encrypted or "/OpenAction" in root or "/AA" in root or "/JavaScript" in root.get("/Names", {}):
            yield "acts by itself"
        if not root.get("/AF") or any("/AFRelationship" not in one for one in root.AF):
            yield "what is attached has no relationship"
        yield from _of_pages(pdf)
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                yield from _of_object(thing)


def _of_pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        if page.obj.get("/Tabs") != "/S":
            yield "keys do not follow the structure"
        for note in page.obj.get("/Annots", []):
            # A field beyond the edge of the page is part of nothing that is read.
            if "/StructParent" not in note and float(note.Rect[2]) > 0:
                yield f"{note.Subtype} stands outside the structure"
            if note.Subtype == "/Link" and not note.get("/Contents"):
                yield "a link says nothing"


def _of_object(thing: pikepdf.Dictionary | pikepdf.Stream) -> Iterator[str]:
    if thing.get("/S") in ("/JavaScript", "/Launch"):
        yield "holds a program"
    if thing.get("/Type") == "/FontDescriptor" and not {"/FontFile2", "/FontFile3"} & set(thing.keys()):
        yield f"{thing.FontName} is not embedded"
    if thing.get("/Type") == "/Font" and thing.get("/Subtype") == "/Type0" and "/ToUnicode" not in thing:
        yield f"{thing.BaseFont} cannot be read as text"
    if any(thing.get(name, 1) != 1 for name in ("/ca", "/CA")) or thing.get("/SMask", "/None") != "/None":
        yield "is seen through"


@pytest.fixture
def files(facts, wordings) -> dict[str, bytes]:
    line = offline_address(facts, NAME, CODE, ISSUER, SIGNER)
    plain = render(facts, NAME, "Fatima Al-Ahmad", ADDRESS, CODE, ARABIC, wordings, qr_address=line)
    return {"paper": plain, "signed": Authority().issue().signer.sign(plain, NOW), "evidence": evidence()}


def test_papers_and_evidence_have_all_that_is_asked_for(files) -> None:
    assert {name: list(faults(content)) for name, content in files.items()} == {name: [] for name in files}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda pdf: pdf.Root.__delitem__("/Lang"), "no language"),
        (lambda pdf: pdf.Root.__delitem__("/MarkInfo"), "not tagged"),
        (lambda pdf: pdf.Root.__delitem__("/OutputIntents"), "no output intent"),
        (lambda pdf: pdf.Root.AF[0].__delitem__("/AFRelationship"), "what is attached has no relationship"),
        (lambda pdf: pdf.pages[0].Annots[0].__delitem__("/StructParent"), "/Link stands outside the structure"),
        (
            lambda pdf: pdf.Root.__setitem__("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")),
            "acts by itself",
        ),
    ],
)
def test_what_is_taken_away_or_put_in_is_noticed(files, spoil, told) -> None:
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(files["paper"])) as pdf:
        spoil(pdf)
        pdf.save(into)
    assert told in set(faults(into.getvalue()))
