"""A new hire, in Arabic, from signing in to a record that a stranger verifies; and what it costs in clicks."""

from collections.abc import Callable

from playwright.sync_api import expect

from quiz.engine.extremes import soundest
from tests.e2e.server import Server
from tests.e2e.walking import Walker, controls
from tests.web.learning import EXAM, MODULE, SHORT, right, sent_for

Walk = Callable[..., Walker]
TWO_PRESSES = """() => {
  const form = document.querySelector('main form');
  const button = form.querySelector('[type=submit]');
  let sent = 0;
  form.addEventListener('submit', (event) => { sent += event.defaultPrevented ? 0 : 1; });
  button.click();
  button.click();
  const words = form.querySelector('[role=status]').textContent;
  return { sent, words, isDisabled: button.getAttribute('aria-disabled') };
}"""


def test_from_signing_in_to_the_public_page(walk: Walk, server: Server) -> None:
    hire = walk(server.person(MODULE))
    assert hire.path == "/learn/"

    # From the page that the invitation leads to: at most two moves to the first scenario.
    hire.go(f"/learn/modules/{MODULE}")
    hire.moves = 0
    hire.move("main form button[type=submit]")
    assert hire.path.endswith("/1")
    assert hire.moves <= 2

    for number in range(1, 11):
        hire.answer()
        expect(hire.page.locator("#ruling")).to_be_focused()
        assert hire.path.endswith(f"/{number}#ruling")
        hire.move("main a.button--primary")
    expect(hire.page.locator("h1")).to_have_text("تحقق حد الاجتياز")
    hire.move("main a.button--primary")
    hire.page.locator("main input[type=checkbox]").check()
    hire.moves += 1
    hire.move("main form button[type=submit]")
    expect(hire.page.locator(".record__holder")).to_have_text("هناء عبد الله رضا")
    # Begin, confirm and go on ten times, to the pledge, tick, sign; what an answer itself takes is counted apart.
    assert hire.moves <= 24, hire.moves
    assert hire.choices == sum(
        len(controls(sent)) for slot in hire.slots_of_all() for sent in sent_for(slot, soundest(slot.scenario))
    )

    with hire.page.expect_download() as download:
        hire.page.locator("a[href$='.pdf']").click()
    assert download.value.suggested_filename.endswith(".pdf")
    public = hire.page.locator("a[href^='/verify/']").first.get_attribute("href")

    stranger = walk()
    stranger.go(str(public))
    expect(stranger.page.locator(".verdict--valid h1")).to_be_visible()
    expect(stranger.page.locator("main")).to_contain_text("هناء عبد الله رضا")
    assert hire.refused == stranger.refused == []


def test_a_demo_hire_reaches_the_first_scenario_from_the_first_screen(walk: Walk) -> None:
    hire = walk("hire@amana.example")
    assert hire.path == "/learn/"
    hire.move("section.card a.button--primary")
    hire.move("main form button[type=submit]")
    assert hire.path.endswith("/1")
    # And back again, to find the place kept.
    hire.move("main p.muted a[href='/learn/']")
    hire.move("section.card a.button--primary")
    assert hire.path.endswith("/1")
    assert hire.refused == []


def test_the_language_changes_in_the_middle_and_the_page_stays(walk: Walk, server: Server) -> None:
    # Of three kinds that show all their options at once, in the order drawn and without numbers.
    hire = walk(server.person(SHORT))
    hire.begin(SHORT)
    hire.answer()
    hire.move("main a.button--primary")
    place, order = hire.path, hire.stored().attempt.slot(2).option_order
    controls = [one.get_attribute("id") for one in hire.page.locator("main input:not([type=hidden])").all()]
    hire.move("form.language button")
    assert hire.path == place
    expect(hire.page.locator("html")).to_have_attribute("dir", "ltr")
    assert [one.get_attribute("id") for one in hire.page.locator("main input:not([type=hidden])").all()] == controls
    texts = [hire.slot().scenario.option(key).text.by_language["en"] for key in order]
    for shown, text in zip(hire.options(), texts, strict=False):
        assert shown[:20] == text[:20]
    hire.answer()
    expect(hire.page.locator("#ruling")).to_be_focused()
    hire.move("form.language button")
    expect(hire.page.locator("html")).to_have_attribute("dir", "rtl")
    assert hire.page.locator("#ruling").is_visible()


def test_an_exam_from_its_start_to_its_result(walk: Walk, server: Server) -> None:
    hire = walk(server.person(EXAM))
    hire.begin(EXAM)
    for _ in range(10):
        expect(hire.page.locator("[role=timer]")).to_be_visible()
        hire.answer()
        expect(hire.page.locator("#ruling")).to_have_count(0)
    assert hire.path.endswith("/check")
    hire.move("main form button[type=submit]")
    expect(hire.page.locator("h1")).to_have_text("تحقق حد الاجتياز")
    # Begin, ten times save and continue, hand in.
    assert hire.moves == 12
    assert hire.refused == []


def test_a_second_press_sends_nothing_twice(walk: Walk, server: Server) -> None:
    hire = walk(server.person(SHORT))
    hire.begin(SHORT)
    hire.choose(right(hire.slot()))
    expect(hire.page.locator("main form [role=status]")).to_have_count(1)  # the script has begun
    with hire.page.expect_navigation():
        seen = hire.page.evaluate(TWO_PRESSES)
    assert seen["sent"] == 1
    assert seen["isDisabled"] == "true"
    assert seen["words"]
    expect(hire.page.locator("#ruling")).to_be_visible()
    assert len(hire.stored().attempt.steps) == 1
    assert hire.page.locator(".notice").count() == 0


def test_the_back_button_finds_what_stands(walk: Walk, server: Server) -> None:
    hire = walk(server.person(SHORT))
    hire.begin(SHORT)
    hire.answer()
    hire.move("main a.button--primary")
    hire.page.go_back()
    hire.page.go_back()
    hire.page.reload()
    assert hire.path.partition("#")[0].endswith("/1")
    expect(hire.page.locator("#ruling")).to_be_visible()
    expect(hire.page.locator("main form button[type=submit]")).to_have_count(0)
