"""Pages as they look, beside pictures of them that somebody has looked at.

Where a page is meant to look otherwise: PICTURES=new makes the pictures anew, to be looked at before they are kept.
"""

import dataclasses
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from quiz.language.locale import Calendar, Digits, ReaderLocale
from quiz.records.certificate_pdf import render
from tests.authorities import Authority
from tests.fixtures.settings import NOW

FOLDER = Path(__file__).parent / "pictures"
CODE = "3WW6P9D8KS862"
DOTS_AN_INCH = 36
# Of 255, over the page: another version of the program that draws stays far below, a line that moved does not.
MOST_APART = 0.6
PAGES = {
    "unsigned": ("فاطمة الزهراء بنت عبد الله آل مكتوم", False, 1),
    "signed": ("لؤي عبد الإله الآغا", True, 1),
    "overleaf": ("محمد أحمد محمود حامد عبد الحميد عبد الرحمن", True, 2),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_was_looked_at(facts, wordings, tmp_path: Path, name: str) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed: pages are not looked at")
    holder, is_signed, page = PAGES[name]
    issued = Authority().issue("ختم سجلات الهيئة")
    facts = dataclasses.replace(facts, editions=facts.editions * (4 if page == 2 else 1))
    locale = ReaderLocale("ar", Digits.ARAB, Calendar.BOTH)
    url = f"https://amana.example/verify/{CODE}"
    signer = issued.certificate.name if is_signed else None
    content = render(facts, holder, "Fatima Al Maktoum", url, CODE, locale, wordings, signer)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(issued.signer.sign(content, NOW) if is_signed else content)
    wanted = ["-r", str(DOTS_AN_INCH), "-gray", "-png", "-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run(["pdftoppm", *wanted, str(paper), str(tmp_path / "page")], check=True, capture_output=True)
    kept = FOLDER / f"{name}.png"
    with Image.open(tmp_path / "page.png") as drawn:
        if os.environ.get("PICTURES") == "new":
            drawn.quantize(16).save(kept, optimize=True)
        with Image.open(kept) as known:
            assert drawn.size == known.size
            apart = ImageChops.difference(drawn.convert("L"), known.convert("L"))
            assert ImageStat.Stat(apart).mean[0] < MOST_APART
