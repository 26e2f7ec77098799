"""A question without a name, from a ruling to its answer, by keyboard and without a script; and its desks examined."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.server import Server
from tests.e2e.test_accessibility import Examiner, opened, unfold
from tests.e2e.test_accessibility import language as language
from tests.e2e.walking import Walker
from tests.web.learning import MODULE

Walk = Callable[..., Walker]
WORDS = "سؤال بلا اسم عن حساب الإدارة"


def test_asked_without_a_name_answered_and_read_by_its_code(walk: Walk, server: Server) -> None:
    hire = walk(server.person(MODULE), scripts=False, width=360)
    hire.go(f"/learn/modules/{MODULE}")
    hire.move("main form button.button--primary")
    hire.answer()
    hire.page.locator("a[href*='kind=question']").click()
    hire.page.locator("textarea").fill(WORDS)
    hire.page.locator("input[name=with_name]").uncheck()
    hire.move("main form button[type=submit]")
    expect(hire.page.locator("#sent")).to_be_visible()
    code = hire.page.locator(".keep").inner_text()

    adviser = walk("adviser@amana.example", scripts=False, width=360)
    adviser.go("/advise/")
    adviser.page.locator("article", has_text=WORDS).locator("a").first.click()
    page = adviser.page
    # Only what belongs to the choice stands open.
    expect(page.locator("#reason")).to_be_hidden()
    page.locator("#words").focus()
    page.keyboard.type("الجواب")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[name=teaches][value=note]")).to_be_checked()
    expect(page.locator("#question_ar")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=teaches][value=nothing]")).to_be_checked()
    expect(page.locator("#question_ar")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("واضح")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_be_in_viewport()

    # The page after sending is the only one that has the code; whoever types it reads the answer.
    colleague = walk("completed@amana.example", scripts=False, width=360)
    colleague.go("/learn/questions/reply")
    colleague.page.locator("#code").fill(code.lower())
    colleague.move("main form button[type=submit]")
    expect(colleague.page.locator("article .written")).to_have_text("الجواب")
    assert colleague.path == "/learn/questions/reply"


@pytest.fixture
def desks(walk: Walk, language: str) -> Callable[[str], tuple[Walker, Examiner]]:
    return lambda who: opened(walk, language, f"{who}@amana.example")


def first(walker: Walker, listing: str, selector: str) -> str:
    walker.go(listing)
    return str(walker.page.locator(f"main {selector}").first.get_attribute("href"))


def test_pages_of_the_adviser(desks: Callable[[str], tuple[Walker, Examiner]]) -> None:
    walker, examiner = desks("adviser")
    waiting = first(walker, "/advise/", "a[href^='/advise/questions/']")
    examiner.visit("/advise/", "/advise/?state=answered", waiting)
    unfold(walker.page)
    examiner.look("a question, unfolded")
    for choice in ("scenario", "note", "nothing"):
        walker.page.locator(f"[name=teaches][value={choice}]").check()
        examiner.look(f"what it teaches: {choice}")
    walker.move("main form button[type=submit]")
    examiner.look("refused")
    examiner.visit(first(walker, "/advise/?state=answered", "a[href^='/advise/questions/']"))
    examiner.visit("/advise/incidents", "/advise/incidents/record")
    walker.move("main form button[type=submit]")
    examiner.look("an incident refused")
    examiner.visit(first(walker, "/advise/incidents", "article a"))
    unfold(walker.page)
    examiner.look("an incident, unfolded")
    examiner.tell(at_least=12)


def test_pages_of_doubts_and_wishes(desks: Callable[[str], tuple[Walker, Examiner]]) -> None:
    walker, examiner = desks("editor")
    doubt = first(walker, "/edit/doubts", "a[href^='/edit/doubts/']")
    examiner.visit("/edit/doubts", "/edit/doubts?state=answered", doubt)
    unfold(walker.page)
    walker.page.locator("[name=outcome][value=mended]").check()
    examiner.look("a doubt, unfolded")
    walker.move("main form button[type=submit]")
    examiner.look("a doubt refused")
    wish = first(walker, "/edit/wishes", "a[href^='/edit/wishes/']")
    examiner.visit("/edit/wishes", "/edit/wishes?state=taken_up", wish)
    walker.page.locator("[name=state][value=taken_up]").check()
    walker.move("main form button[type=submit]")
    examiner.look("a wish refused")
    examiner.visit("/edit/scenarios/box-after-the-visit/correction")
    examiner.tell(at_least=9)


def test_pages_of_who_asked(desks: Callable[[str], tuple[Walker, Examiner]]) -> None:
    walker, examiner = desks("completed")
    answered = first(walker, "/learn/questions/", "a[href^='/learn/questions/']:not([href$=reply])")
    examiner.visit("/learn/questions/", answered, "/learn/questions/reply")
    walker.page.locator("#code").fill("ABCD")
    walker.move("main form button[type=submit]")
    examiner.look("no such code")
    examiner.visit("/learn/ask?kind=question&about=x")
    walker.page.locator("textarea").fill("هل من شرح؟")
    walker.page.locator("input[name=with_name]").uncheck()
    walker.move("main form button[type=submit]")
    examiner.look("asked without a name")
    examiner.visit("/reference/eg-conduct")
    unfold(walker.page, most=200)
    examiner.look("a note in the reference")
    examiner.tell(at_least=7)
