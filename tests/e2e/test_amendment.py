"""An amendment from the desk to an employee: approved, its scenarios answered for, asked again of who was taught."""

from collections.abc import Callable

from playwright.sync_api import expect

from quiz.access.actor import Role
from quiz.services.tools import system_clock
from tests import asking, sums
from tests.amendments import EDITION, LAW, REASON, Desk
from tests.asking import ARTICLE
from tests.e2e.server import Server
from tests.e2e.test_accessibility import language as language
from tests.e2e.test_accessibility import opened, unfold
from tests.e2e.walking import Walker
from tests.fixtures.settings import Clock

Walk = Callable[..., Walker]
SAID = "خلاصة عُدّلت في هذه القصة."


def approve(reviewer: Walker, review: str) -> None:
    """Approve a draft, with a reason wherever the law asks for one."""
    reviewer.go(review)
    for field in reviewer.page.locator("[name^='reason:']").all():
        field.fill(REASON)
    reviewer.move("button[value=approve]")
    expect(reviewer.page.locator("#done")).to_be_visible()
    assert not reviewer.refused


def test_from_an_amendment_to_the_employee_who_was_taught_the_text_before(walk: Walk, server: Server) -> None:
    asking.publish(server.works)
    taught = server.person(sums.MODULE)
    record = asking.complete(server.works, taught)
    editor, reviewer = walk(server.person(roles=[Role.EDITOR])), walk(server.person(roles=[Role.REVIEWER]))

    editor.go("/edit/instruments")
    editor.move(f"#{LAW} form button")
    editor.go(f"{editor.path.partition('?')[0].partition('#')[0]}?edition={EDITION}&provision={ARTICLE}")
    editor.page.locator("[name='paraphrase.ar']").fill(SAID)
    editor.page.locator("[name='paraphrase.en']").fill("A summary amended in this story.")
    editor.move("button[value=submit]")
    assert editor.path.endswith("/review"), editor.page.locator("#beside").inner_text()

    review = editor.path
    reviewer.go(review)
    expect(reviewer.page.locator("section[aria-labelledby=effect]")).to_contain_text("ما يُسأل عنه من جديد")
    approve(reviewer, review)

    # One of the scenarios is found to be right as it is, and waits no longer.
    editor.go("/edit/")
    editor.move("section[aria-labelledby=stale] a[href='/edit/stale']")
    editor.move(editor.page.get_by_role("link", name=sums.TITLES["sum-a"], exact=True))
    expect(editor.page.locator("section[aria-labelledby=ground] ins").first).to_be_visible()
    editor.page.locator("#reason").fill("لا يمس التعديل هذا الموقف.")
    editor.move(editor.page.locator("form[action$='/confirm'] button"))
    expect(editor.page.locator("section[aria-labelledby=confirmed]")).to_contain_text("لا يمس التعديل هذا الموقف.")
    editor.go("/edit/stale")
    expect(editor.page.get_by_role("link", name=sums.TITLES["sum-a"], exact=True)).to_have_count(0)
    expect(editor.page.get_by_role("link", name=sums.TITLES["sum-b"], exact=True)).to_have_count(1)

    editor.go("/edit/")
    editor.move(f"section[aria-labelledby=asked-again] a[href*='/{LAW}/']")
    expect(editor.page.locator("main")).not_to_contain_text(record[:8])
    editor.move("button[value=begin]")
    review = str(editor.page.locator("section[aria-labelledby=module] a").get_attribute("href"))
    editor.move("button[value=submit]")
    approve(reviewer, review)

    hr = walk(server.person(roles=[Role.HR]), width=360)
    hr.go("/admin/asked-again")
    hr.move(hr.page.locator(f"main li a[href*='delta-{LAW}']").first)
    expect(hr.page.locator("tbody")).to_contain_text(record[:8])
    hr.move("main form button[type=submit]")
    expect(hr.page.locator("#done")).to_be_visible()
    expect(hr.page.locator("tbody")).to_have_count(0)

    employee = walk(taught)
    employee.go("/learn/")
    employee.move(f"main a[href^='/learn/modules/delta-{LAW}']")
    expect(employee.page.locator("main")).to_contain_text(SAID)
    employee.move("main form button[type=submit]")
    for slot in employee.stored().attempt.slots:
        assert any(cite.provision_address == f"{LAW}/{EDITION}/{ARTICLE}" for cite in slot.scenario.citations)
    assert not [*editor.refused, *hr.refused, *employee.refused]


def test_a_new_edition_makes_the_scenarios_of_the_old_one_stale(walk: Walk, server: Server) -> None:
    editor, reviewer = walk(server.person(roles=[Role.EDITOR])), walk(server.person(roles=[Role.REVIEWER]))
    editor.go("/edit/instruments")
    editor.move("#eg-registry-circular form button")
    draft = editor.path.partition("?")[0].partition("#")[0]
    unfold(editor.page, most=9)
    for name, words in (
        ("new.label.ar", "كتاب دوري جديد"),
        ("new.label.en", "A new circular"),
        ("new.issued_on", "2026-06-01"),
        ("new.effective_from", "2026-07-01"),
    ):
        editor.page.locator(f"[name='{name}']").fill(words)
    editor.page.locator("[name='new.repeals'][type=checkbox]").check()
    editor.move("button[value=edition]")
    # It begins as a copy of which nothing is proved; what it would do stands there before anybody approves it.
    assert editor.path.startswith(f"{draft}?edition=a-new-circular"), editor.path
    expect(editor.page.locator("[name='verified_against.ar']")).to_have_count(0)
    editor.move("button[value=submit]")
    assert editor.path.endswith("/review"), editor.page.locator("#beside").inner_text()
    review = editor.path
    reviewer.go(review)
    stale = reviewer.page.locator("section[aria-labelledby=effect] a[href^='/edit/scenarios/']")
    keys = {str(link.get_attribute("href")) for link in stale.all()}
    assert keys
    approve(reviewer, review)
    editor.go("/edit/stale")
    for key in keys:
        expect(editor.page.locator(f"main a[href^='{key}']").first).to_be_visible()


def test_pages_of_an_amendment(walk: Walk, server: Server, language: str) -> None:
    asking.publish(server.works)
    asking.complete(server.works, server.person(sums.MODULE))
    editor, reviewer = server.person(roles=[Role.EDITOR]), server.person(roles=[Role.REVIEWER])
    desk = Desk(server.works, editor, reviewer, Clock(system_clock()))
    # Each run says something else, so that it changes something.
    number = desk.reword(ARTICLE, arabic={"ar": "خلاصة المرة الأولى", "en": "خلاصة المرة الثانية"}[language])

    here = f"/edit/instruments/{LAW}/asked-again?version={number}"
    walker, examiner = opened(walk, language, editor)
    examiner.visit("/edit/stale", f"/edit/scenarios/{sums.KEYS[0]}", here)
    walker.move("button[value=begin]")
    examiner.look("a module of only what changed")
    review = str(walker.page.locator("section[aria-labelledby=module] a").get_attribute("href"))
    walker.move("button[value=submit]")
    examiner.visit(review, here)
    examiner.tell(at_least=5)
    desk.approve(review.split("/")[3])

    hr, looking = opened(walk, language, "hr@amana.example")
    looking.visit("/admin/asked-again", f"/admin/asked-again/delta-{LAW}-{EDITION}-{number}")
    hr.page.locator("#due_on").fill("2020-01-01")
    hr.move("main form[method=post] button.button--primary")
    looking.look("a day that is past")
    hr.page.locator("#due_on").fill("2099-01-01")
    hr.move("main form[method=post] button.button--primary")
    expect(hr.page.locator("#done")).to_be_focused()
    looking.look("assigned")
    looking.tell(at_least=4)
