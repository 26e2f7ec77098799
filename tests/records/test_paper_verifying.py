"""Reading papers: everything that was changed is found, and no bytes whatever break the reader."""

import io
import json
import subprocess
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pikepdf
import pytest
from asn1crypto import keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import SimpleSigner

from quiz.language.locale import ARABIC
from quiz.records import pades, paper_verifying
from quiz.records.certificate_pdf import render
from quiz.records.facts import canonical, to_document
from quiz.records.linked_facts import NAME, facts_of
from quiz.records.paper_verifying import LARGEST_BYTES, PaperProblem, judge, read_apart, read_paper
from tests.authorities import YEAR, Authority
from tests.fixtures.settings import NOW
from tests.leaves import changed, leaves

CODE = "3WW6P9D8KS862"


@pytest.fixture(scope="module")
def issued():
    return Authority().issue()


@pytest.fixture
def unsigned(facts, wordings):
    return render(facts, "هناء", None, f"https://amana.example/verify/{CODE}", CODE, ARABIC, wordings)


@pytest.fixture
def signed(unsigned, issued):
    return issued.signer.sign(unsigned, NOW)


def attached_to(pdf):
    return json.loads(pdf.attachments[NAME].get_file().read_bytes())


def with_facts(content, change):
    """The paper with other facts attached, saved as a whole by another program."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        document = attached_to(pdf)
        change(document)
        pdf.Root.AF[0].EF.F.write(canonical(document))
        made = io.BytesIO()
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def test_each_place_of_the_facts_that_is_changed_is_found(facts, unsigned, signed):
    whole = read_paper(signed)
    for path in leaves(to_document(facts)):

        def change(document, path=path):
            document.update(changed(document, path))

        # Without any signature its facts are not the registered ones, or none at all.
        forged = read_paper(with_facts(unsigned, change))
        assert forged.facts_digest != whole.facts_digest, path
        assert PaperProblem.UNSIGNED in forged.problems
    # Written anew, the paper is no longer what was signed.
    assert read_paper(with_facts(signed, change)).problems


def test_facts_that_are_appended_after_signing_are_found(facts, signed):
    """As PDF allows it: a new version of the attachment behind the signed bytes, which most programs then show."""
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        document = attached_to(pdf)
        number = pdf.Root.AF[0].EF.F.objgen[0]
        root = pdf.Root.objgen[0]
        size = int(pdf.trailer.Size)
    at = len(signed)
    start = signed.rindex(b"startxref") + len(b"startxref")
    previous = int(signed[start:].split()[0])
    for path in leaves(to_document(facts)):
        held = canonical(changed(document, path))
        body = b"%d 0 obj\n<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
            number, len(held), held,
        )  # fmt: skip
        table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            number, at, size, root, previous, at + len(body),
        )  # fmt: skip
        assert PaperProblem.ADDED_TO in read_paper(signed + body + table).problems, path


def test_a_whole_paper_gives_its_facts_and_their_digest(facts, signed, issued):
    reading = judge(read_paper(signed), {issued.certificate.fingerprint: issued.certificate})
    assert reading.problems == ()
    assert reading.facts == to_document(facts)


def test_what_is_not_signed_says_so_and_still_gives_its_facts(facts, unsigned):
    reading = judge(read_paper(unsigned), {})
    assert reading.problems == (PaperProblem.UNSIGNED,)
    assert reading.facts == to_document(facts)


def test_a_certificate_is_known_or_it_is_not(signed, issued):
    reading = read_paper(signed)
    assert judge(reading, {}).problems == (PaperProblem.CERTIFICATE_UNKNOWN,)
    # The same name on another key is another certificate.
    double = Authority().issue().certificate
    assert double.name == issued.certificate.name
    assert judge(reading, {double.fingerprint: double}).problems == (PaperProblem.CERTIFICATE_UNKNOWN,)


def test_a_certificate_that_was_not_valid_at_the_claimed_moment_is_told(signed, issued):
    late = Authority().issue(begins=NOW + timedelta(days=1), ends=NOW + YEAR).certificate
    known = {issued.certificate.fingerprint: late}
    assert judge(read_paper(signed), known).problems == (PaperProblem.CERTIFICATE_NOT_VALID_THEN,)


@pytest.mark.parametrize("place", [10, 400, 5000, 20_000, 40_000, -400, -30])
def test_a_byte_that_is_changed_is_found(signed, place):
    changed = bytearray(signed)
    changed[place] ^= 1
    assert read_paper(bytes(changed)).problems


def hidden(signed):
    """Where the digits of the signature end among the bytes."""
    return signed.index(b">", signed.rindex(b"/Contents <"))


def test_nothing_hides_in_the_place_of_the_signature(signed):
    ends = hidden(signed)
    assert signed[ends - 64 : ends] == b"0" * 64
    for filling in (b"1" + b"0" * 63, b" " * 64, b"/Evil 1 0 R".ljust(64)):
        changed = signed[: ends - 64] + filling + signed[ends:]
        assert len(changed) == len(signed)
        assert read_paper(changed).problems, filling


def test_a_file_that_is_cut_short_or_runs_on_is_found(signed):
    for end in (1, 100, len(signed) // 2):
        assert read_paper(signed[:-end]).problems
    for more in (b"\n", b"%%EOF\n", signed):
        assert read_paper(signed + more).problems


def test_a_second_signature_is_not_the_one_paper(signed, issued):
    twice = Authority().issue()

    # Our own signature allows no second one; another program would not ask.
    class Careless(PdfSigner):
        def _enforce_certification_constraints(self, reader):
            return None

    plain = twice.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        pades._plain(twice.certificate), keys.PrivateKeyInfo.load(plain), pades._store(twice.certificate)
    )
    meta = PdfSignatureMetadata(field_name="Second", md_algorithm="sha256")
    careless = Careless(meta, signer, new_field_spec=SigFieldSpec("Second"))
    # Its loop may not run where a browser of other tests has one.
    with ThreadPoolExecutor(1) as apart:
        made = apart.submit(careless.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(signed))).result()
    assert read_paper(made.getvalue()).fault is PaperProblem.SIGNED_OFTEN


def test_facts_that_are_missing_or_no_facts_are_told(unsigned):
    with pikepdf.open(io.BytesIO(unsigned)) as pdf:
        del pdf.Root.AF
        made = io.BytesIO()
        pdf.save(made)
    assert PaperProblem.FACTS_MISSING in read_paper(made.getvalue()).problems
    for change in (
        lambda document: document.update({"@context": "https://elsewhere.example/context"}),
        lambda document: document.update({"more": "x"}),
        lambda document: document.pop("serial"),
        lambda document: document.update({"format": 2}),
    ):
        assert PaperProblem.FACTS_UNREADABLE in read_paper(with_facts(unsigned, change)).problems


def test_what_is_not_to_be_opened_is_told_at_sight(unsigned):
    assert read_apart(b"").problems == (PaperProblem.NO_PDF,)
    assert read_apart(b"MZ" + unsigned).problems == (PaperProblem.NO_PDF,)
    assert read_apart(unsigned + bytes(LARGEST_BYTES)).problems == (PaperProblem.TOO_LARGE,)
    assert read_apart(b"%PDF-1.7\n" + b"1 0 obj\n" * 30_000).problems == (PaperProblem.TOO_MUCH,)
    assert read_apart(unsigned + b"startxref\n" * 9).problems == (PaperProblem.TOO_MUCH,)


def test_a_paper_behind_a_password_is_told(unsigned):
    with pikepdf.open(io.BytesIO(unsigned)) as pdf:
        made = io.BytesIO()
        pdf.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert read_apart(made.getvalue()).problems == (PaperProblem.ENCRYPTED,)


def test_apart_the_same_is_found_as_here(signed, unsigned):
    assert read_apart(signed) == read_paper(signed)
    assert read_apart(unsigned) == read_paper(unsigned)


def test_a_bomb_is_put_out(unsigned, monkeypatch):
    """An attachment of four gigabytes of zeros in less than four megabytes of file."""
    monkeypatch.setattr(paper_verifying, "LARGEST_BYTES", 16 * 1024 * 1024)
    squeeze = zlib.compressobj(9)
    zeros = bytes(64 * 1024 * 1024)
    once = b"".join(squeeze.compress(zeros) for _ in range(16)) + squeeze.flush()
    with pikepdf.open(io.BytesIO(unsigned)) as pdf:
        pdf.Root.AF[0].EF.F.write(once, filter=pikepdf.Name.FlateDecode)
        made = io.BytesIO()
        pdf.save(made)
    assert read_apart(made.getvalue()).problems


def test_a_reader_that_takes_too_long_is_ended(signed, monkeypatch):
    def slow(*given, **named):
        raise subprocess.TimeoutExpired("x", 1)

    monkeypatch.setattr(paper_verifying.subprocess, "run", slow)
    assert read_apart(signed).problems == (PaperProblem.TOO_MUCH,)


def test_the_process_apart_is_told_no_secret(signed, monkeypatch):
    told = {}
    run = subprocess.run

    def watched(command, **named):
        told.update(named)
        return run(command, **named)

    monkeypatch.setattr(paper_verifying.subprocess, "run", watched)
    read_apart(signed)
    assert set(told["env"]) == {"LANG"}
    assert told["timeout"] == paper_verifying.SECONDS


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_whatever_break_the_reader(signed, data):
    content = bytearray(signed)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(8, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    changed = bytes(content)
    reading = read_paper(changed)
    assert reading.problems or changed == signed


def test_what_makes_it_linked_is_no_fact(signed):
    reading = read_paper(signed)
    assert reading.facts == facts_of(reading.facts)
