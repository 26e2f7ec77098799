"""The record on paper: one sheet, without the furniture of the page."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.web.learning import MODULE

Walk = Callable[..., Walker]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_record_prints_on_one_sheet_without_controls(walk: Walk, language: str) -> None:
    walker = walk("completed@amana.example", language)
    walker.read(language)
    walker.go("/learn/records/")
    walker.move(walker.page.locator("main a[href^='/learn/records/']").first)
    for furniture in ("header.header", "footer.footer", "main p.actions"):
        expect(walker.page.locator(furniture).first).to_be_visible()
    walker.page.emulate_media(media="print")
    expect(walker.page.locator(".record__holder")).to_be_visible()
    expect(walker.page.locator(".record svg[role=img]")).to_be_visible()
    for furniture in ("nav.nav", "form.language", ".footer__links", "main p.actions"):
        for one in walker.page.locator(furniture).all():
            expect(one).to_be_hidden()
    colours = walker.page.evaluate("""() => {
      const style = getComputedStyle(document.querySelector('.record__holder'));
      return [style.color, getComputedStyle(document.body).backgroundColor];
    }""")
    ink, ground = (sum(float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) for colour in colours)
    assert ink < 200, colours
    assert ground in {0, 765}, colours  # white, or nothing at all
    paper = PdfReader(BytesIO(walker.page.pdf(format="A4", prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    width, height = (float(side) for side in paper.pages[0].mediabox[2:])
    assert (round(width), round(height)) in {(595, 842), (596, 842), (595, 841), (594, 841), (596, 843)}


def test_the_start_page_prints_what_is_folded_away(walk: Walk, server: Server) -> None:
    walker = walk(server.person(MODULE))
    walker.go(f"/learn/modules/{MODULE}")
    walker.page.emulate_media(media="print")
    assert walker.page.pdf(format="A4").startswith(b"%PDF")
    expect(walker.page.locator("nav.nav")).to_be_hidden()
