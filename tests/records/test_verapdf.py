"""Papers held against the standards by veraPDF, which is not ours: PDF/A-3a and PDF/UA-1, before and after signing."""

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from quiz.language.locale import ARABIC, Digits, ReaderLocale
from quiz.records import evidence_pdf
from quiz.records.certificate_pdf import render
from quiz.records.evidence_pdf import Grid, Section
from tests.authorities import Authority
from tests.fixtures.settings import NOW
from tests.records.test_offline_code import CODE, ISSUER, NAME, SIGNER, offline_address

ADDRESS = f"https://amana.example/verify/{CODE}"
STANDARDS = ("3a", "ua1")


@pytest.fixture(scope="module")
def verapdf() -> str:
    """What answers as `tests/verapdf/Vera.java` does: what VERAPDF names, else what `make test` installed."""
    found = os.environ.get("VERAPDF") or shutil.which("verapdf", path=str(Path(sys.executable).parent))
    if not found:
        pytest.skip("no veraPDF: papers were not held against PDF/A-3a and PDF/UA-1 (tests/install_verapdf.sh)")
    return found


def held(verapdf: str, *files: Path) -> tuple[dict[tuple[str, str], bool], str]:
    """Return for each file and standard whether it follows, and all that was said."""
    command = [verapdf, ",".join(STANDARDS), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines() if not line.startswith("\t")]
    return {(Path(line[0]).name, line[1]): line[2] == "true" for line in lines}, done.stdout


def evidence() -> bytes:
    grid = Grid("من أتمّ", ("الوحدة", "العدد"), (("إدارة الموارد", "١٢"), ("إدارة الشؤون", "٧")))
    paper = evidence_pdf.Paper(
        locale=ARABIC,
        title="شواهد",
        description="شواهد عن التدريب",
        organisation="الجهة",
        about=(("النطاق", "الجهة كلها"),),
        notices=("لا يُستنتج منها شيء عن شخص.",),
        contents="المحتويات",
        sections=(
            Section("من درّب؟", ("القانون 175",), None, (grid,), "ملاحظة"),
            Section("ما لم يحدث؟", (), ("لا شيء", "لم يُسأل عنه."), ()),
        ),
        page="صفحة",
        made_at=NOW,
        attachment="الأرقام نفسها",
    )
    return evidence_pdf.render(paper, b'{"a":1}')


def test_papers_and_evidence_follow_both_standards(verapdf: str, facts, wordings, tmp_path: Path) -> None:
    line = offline_address(facts, NAME, CODE, ISSUER, SIGNER)
    many = dataclasses.replace(facts, editions=facts.editions * 6)
    bare = dataclasses.replace(facts, valid_until=None, valid_until_hijri=None, hijri=None)
    latin = ReaderLocale("ar", Digits.LATN)
    plain = render(facts, NAME, "Fatima Al-Ahmad", ADDRESS, CODE, ARABIC, wordings, qr_address=line)
    made = {
        "plain.pdf": plain,
        "signed.pdf": Authority()
        .issue()
        .signer.sign(render(facts, NAME, None, ADDRESS, CODE, ARABIC, wordings, signer="ختم الجهة"), NOW),
        "many.pdf": render(many, "O'Neil Smith-Jones", None, ADDRESS, CODE, latin, wordings),
        "bare.pdf": render(bare, NAME, None, ADDRESS, CODE, latin, wordings),
        "evidence.pdf": evidence(),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    # What does not follow is known by it: a paper whose language is taken away.
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(plain.replace(b"/Lang (ar)", b"/Long (ar)", 1).replace(b"/MarkInfo", b"/MorkInfo", 1))
    found, said = held(verapdf, *(tmp_path / name for name in made), broken)
    assert {one for one, follows in found.items() if not follows} == {("broken.pdf", one) for one in STANDARDS}, said
    assert len(found) == len(STANDARDS) * (len(made) + 1)
