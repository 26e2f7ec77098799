"""An automatic examiner over every page, in both languages, at the width of a phone and of a desk, light and dark."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from quiz.access.actor import Role
from quiz.engine.attempt import Shown
from quiz.engine.text import Text
from quiz.services import (
    completing,
    erasing,
    record_desk,
    regrading,
    regrading_desk,
    revoking,
    sharing,
    taking,
    viewing,
)
from quiz.services.tools import system_clock
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM, Someone
from tests.learning import finish
from tests.web.learning import EXAM, MODULE, SHORT, right, wrong

Walk = Callable[..., Walker]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
WIDTHS = (360, 1280)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Examiner:
    """Looks at the page that is open, at both widths, and keeps what is wrong with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.looked_at: set[str] = set()

    def look(self, what: str) -> None:
        self.looked_at.add(what)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            too_wide = self.page.evaluate(SIDEWAYS)
            if too_wide > 0:
                self.faults.append(f"{what} at {width}: {too_wide} px wider than the screen")
            for violation in Axe().run(self.page, options=OPTIONS).response["violations"]:
                nodes = "; ".join(str(node["html"])[:160] for node in violation["nodes"][:3])
                self.faults.append(f"{what} at {width}: {violation['id']} ({violation['impact']}): {nodes}")

    def visit(self, *paths: str) -> None:
        for path in paths:
            self.page.goto(path)
            self.look(path)

    def tell(self, at_least: int) -> None:
        assert len(self.looked_at) >= at_least, sorted(self.looked_at)
        assert not self.faults, "\n".join(self.faults)


@pytest.fixture(params=["ar", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(walk: Walk, language: str, someone: object = None, **more: object) -> tuple[Walker, Examiner]:
    # The examiner brings its own script, which the policy of the pages would refuse.
    walker = walk(someone, language, bypass_csp=True, **more)
    if someone is not None:
        walker.read(language)
    return walker, Examiner(walker.page)


def test_pages_open_to_all(walk: Walk, language: str) -> None:
    walker, examiner = opened(walk, language)
    examiner.visit("/sign-in", "/forgot", "/verify/", "/privacy", "/accessibility", "/disclaimer", "/no/such/page")
    examiner.visit("/verify/0000-0000-00000", "/verify/?code=0000-0000-00001", "/link/" + "0" * 64)
    walker.go("/sign-in")
    walker.move("main form button[type=submit]")
    examiner.look("sign-in with empty fields")
    walker.page.locator("input[type=email]").fill("nobody@amana.example")
    walker.page.locator("input[type=password]").fill("not the password")
    walker.move("main form button[type=submit]")
    examiner.look("sign-in refused")
    walker.go("/forgot")
    walker.page.locator("input[type=email]").fill("nobody@amana.example")
    walker.move("main form button[type=submit]")
    examiner.look("link sent")
    examiner.tell(at_least=13)


def situations(walker: Walker) -> Iterator[str]:
    """Stop at a scenario of each kind before its answer, refused, and after it with everything unfolded."""
    for number in (1, 2, 3):
        kind = walker.slot().scenario.kind
        yield f"{kind} before"
        walker.move("main form button[type=submit]")
        yield f"{kind} refused"
        walker.answer(right(walker.slot()) if number == 2 else wrong(walker.slot()))
        unfold(walker.page)
        yield f"{kind} after"
        walker.move("main a.button--primary")


def unfold(page: Page, most: int = 50) -> None:
    for folded in page.locator("main details").all()[:most]:
        folded.evaluate("(one) => { one.open = true }")


def test_pages_of_learning(walk: Walk, server: Server, language: str) -> None:
    walker, examiner = opened(walk, language, server.person(SHORT, MODULE))
    examiner.visit(
        "/learn/",
        f"/learn/modules/{MODULE}",
        "/learn/records/",
        "/learn/visible",
        "/account",
        "/account/factors",
        "/prove",
    )
    walker.begin(SHORT)
    for what in situations(walker):
        examiner.look(what)
    examiner.visit("/learn/", "/learn/ask?kind=doubt&about=x", "/learn/ask?kind=help&about=" + SHORT)
    walker.move("main form button[type=submit]")
    examiner.look("asked without a word")
    walker.page.locator("textarea").fill("هل من شرح؟")
    walker.move("main form button[type=submit]")
    examiner.look("asked")
    examiner.tell(at_least=16)


def test_pages_after_passing(walk: Walk, server: Server, language: str) -> None:
    walker, examiner = opened(walk, language, server.person(SHORT))
    walker.begin(SHORT)
    for _ in range(3):
        walker.answer()
        walker.move("main a.button--primary")
    unfold(walker.page)
    examiner.look("passed")
    examiner.visit("/learn/", f"/learn/modules/{SHORT}/pledge")
    walker.move("main form button[type=submit]")
    examiner.look("pledge without the tick")
    walker.page.locator("main input[type=checkbox]").check()
    walker.move("main form button[type=submit]")
    examiner.look("record")
    public = str(walker.page.locator("a[href^='/verify/']").first.get_attribute("href"))
    examiner.visit(public, "/learn/records/", f"/learn/modules/{SHORT}")
    examiner.tell(at_least=7)


def test_pages_of_a_record_in_every_state(walk: Walk, server: Server, language: str) -> None:
    hr, admin = server.person(roles=[Role.HR]), server.person(roles=[Role.ADMIN])
    shared, revoked, erased = (server.person(SHORT) for _ in range(3))
    records = {one: complete(server, one) for one in (shared, revoked, erased)}
    reason = Text({"ar": "صدرت بخطأ", "en": "Issued by mistake"})
    with server.works.writing(shared.actor) as work:
        token = sharing.make_link(work, records[shared], 7, sharing.INITIALS)
    with server.works.writing(hr.actor) as work:
        erasing.erase_holder(work, records[erased], "انتهت المدة")
        proposal = revoking.propose_revocation(work, records[revoked], reason, "محضر")
        revoking.propose_revocation(work, records[shared], reason, "محضر")
    with server.works.writing(admin.actor) as work:
        revoking.approve_revocation(work, records[revoked], proposal)
    with server.works.reading(hr.actor) as work:
        codes = [record_desk.get_sheet(work, record).code for record in records.values()]
    _, examiner = opened(walk, language)
    examiner.visit(*(f"/verify/{code}" for code in codes))
    examiner.visit(f"/shared/{token}", "/shared/nothing", "/verify/0000-0000-00001")
    examiner.tell(at_least=6)
    walker, examiner = opened(walk, language, shared)
    here = f"/learn/records/{records[shared]}"
    examiner.visit("/learn/records/", here, f"{here}/pledge", f"{here}/share")
    walker.move("main form[action$='/share'] button")
    examiner.look("a link that was made")
    examiner.tell(at_least=5)
    _, examiner = opened(walk, language, revoked)
    examiner.visit(f"/learn/records/{records[revoked]}")
    examiner.tell(at_least=1)
    walker, examiner = opened(walk, language, admin)
    examiner.visit("/admin/records", "/admin/records?q=zzz")
    for record in records.values():
        walker.go(f"/admin/records/{record}")
        unfold(walker.page, most=9)
        examiner.look(f"the register: {record}, unfolded")
    examiner.tell(at_least=5)


def complete(server: Server, someone: Someone) -> str:
    """Let somebody take the short module, pass and sign; return the record."""
    finish(server.works, someone, SHORT, best=True)
    with server.works.reading(someone.actor) as work:
        seen = completing.get_pledge(work, SHORT).digest
    with server.works.writing(someone.actor) as work:
        return completing.sign_pledge(work, SHORT, seen, {"language": "ar", "way": "tick and button"})


def test_pages_of_an_exam_that_is_not_passed(walk: Walk, server: Server, language: str) -> None:
    walker, examiner = opened(walk, language, server.person(EXAM))
    walker.go(f"/learn/modules/{EXAM}")
    examiner.look("start of the exam")
    walker.move("main form button.button--primary")
    attempt = f"/learn/attempts/{walker.attempt_id}"
    examiner.look("exam before")
    walker.answer(wrong(walker.slot()))
    examiner.visit(f"{attempt}/1", f"{attempt}/check")
    walker.move("main form button[type=submit]")
    examiner.look("not passed")
    review = str(walker.page.locator("a[href*='review=1']").first.get_attribute("href"))
    reread = str(walker.page.locator("a[href*='/reread/']").first.get_attribute("href"))
    examiner.visit(review, reread, "/learn/", f"/learn/modules/{EXAM}")
    walker.go(reread)
    walker.move("main form button[value=practise]")
    examiner.look("practice")
    examiner.tell(at_least=10)


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("colleague1", ["/manage/weaknesses", "/manage/weaknesses?instrument=eg-civil-service"]),
        ("auditor", ["/admin/weaknesses", "/reference/lessons/gifts-and-conflicts", "/admin/audit"]),
        (
            "manager",
            [f"/manage/{one}" for one in ("", "people", "people?late=1", "remind", "extend", "evidence")],
        ),
        ("reviewer", ["/edit/", "/edit/drafts", "/edit/doubts"]),
        ("adviser", ["/advise/"]),
        ("admin", ["/admin/connections", "/admin/settings"]),
        ("waiting", ["/learn/"]),
        ("late", ["/learn/"]),
    ],
)
def test_pages_of_the_desks(walk: Walk, language: str, who: str, paths: list[str]) -> None:
    walker, examiner = opened(walk, language, f"{who}@amana.example")
    examiner.visit(*paths)
    if who == "admin":
        walker.page.locator("input[name=zone]").fill("Mars/Olympus")
        walker.move("main form button[type=submit]")
        examiner.look("settings refused")
    examiner.tell(at_least=1)


def test_pages_of_human_resources(walk: Walk, server: Server, language: str) -> None:
    someone = server.person(MODULE)
    walker, examiner = opened(walk, language, server.person(roles=[Role.HR]))
    examiner.visit("/admin/people", "/admin/people?q=zzz", "/admin/people/new", "/admin/units", "/admin/units/new")
    examiner.visit("/admin/imports", "/admin/disowned", "/admin/rules", "/admin/asked-again", "/admin/evidence")
    examiner.visit(f"/admin/people/{someone.public_id}", f"/admin/people/{someone.public_id}/assignments")
    unfold(walker.page, most=6)
    examiner.look("assignments, unfolded")
    walker.go(f"/admin/people/{someone.public_id}")
    unfold(walker.page, most=6)
    examiner.look("a person, unfolded")
    walker.go(f"/admin/units/{server.unit}")
    unfold(walker.page, most=6)
    examiner.look("a unit, unfolded")
    for page in ("/admin/people/new", "/admin/units/new", "/admin/rules/new", "/admin/imports"):
        walker.go(page)
        walker.move("main form[method=post] button:not([value])")
        examiner.look(f"{page} refused")
    examiner.tell(at_least=16)


def test_pages_of_the_content_desk(walk: Walk, server: Server, language: str) -> None:
    walker, examiner = opened(walk, language, server.person(roles=[Role.EDITOR]))
    examiner.visit(
        "/edit/", "/edit/?view=table", "/edit/banks", "/edit/files", "/edit/translation", "/edit/instruments"
    )
    examiner.visit("/edit/modules", "/edit/modules/gifts-and-conflicts/draw?country=AE&seed=2")
    walker.go("/edit/modules")
    walker.move("#exam-social-media form:has([name=copy]) button")
    unfold(walker.page, most=6)
    examiner.look("a module, unfolded")
    walker.go("/edit/banks?bank=ae-conduct&kind=single_choice")
    # Each language has a draft of its own, which nobody has handed in yet.
    found = walker.page.locator("main a[href^='/edit/scenarios/']").nth(["ar", "en"].index(language))
    found = found.get_attribute("href")
    examiner.visit(str(found))
    walker.move("main .actions button")
    draft = walker.path.partition("#")[0]
    examiner.look("a draft")
    unfold(walker.page, most=6)
    examiner.look("a draft, unfolded")
    walker.page.locator("[name='title.ar']").fill("<b>")
    walker.move("button[value=submit]")
    examiner.look("a draft that cannot go to review")
    walker.page.locator("[name='title.ar']").fill("عنوان آخر")
    walker.move("button[value=submit]")
    examiner.look("a draft in review")
    examiner.visit(
        f"{draft}/preview", f"{draft}/shown?answered=sound", str(found).replace("scenarios", "history/scenario")
    )
    reviewer, looking = opened(walk, language, server.person(roles=[Role.REVIEWER]))
    reviewer.go(f"{draft}/review")
    looking.look("a draft to be judged")
    examiner.tell(at_least=16)
    looking.tell(at_least=1)


def test_pages_of_marking_again(walk: Walk, server: Server, language: str) -> None:
    walker, examiner = opened(walk, language, server.person(SHORT))
    walker.begin(SHORT)
    for _ in range(3):
        walker.answer()
        walker.move("main a.button--primary")
    key = walker.slots_of_all()[0].scenario.key
    desk, looking = opened(walk, language, "hr@amana.example")
    looking.visit("/admin/regrading", "/admin/regrading/effect")
    desk.page.locator("input[name=scenario]").fill(key)
    desk.page.locator("label[for=way-1]").click()
    desk.move("main form button[type=submit]")
    looking.look("the effect of withdrawing")
    desk.go(f"/admin/regrading?scenario={key}")
    desk.page.locator("label[for=way-1]").click()
    desk.move("main form button[type=submit]")
    desk.move("main form[method=post] button[type=submit]")
    looking.look("a decision without a reason")
    desk.page.locator("[name=reason_ar]").fill("صُحح مفتاح الموقف")
    desk.page.locator("[name=reason_en]").fill("The key was mended")
    desk.move("main form[method=post] button[type=submit]")
    looking.look("decided")
    expect(desk.page.locator("#decided")).to_be_focused()
    with server.works.writing(SYSTEM) as work:
        for decision in regrading_desk.list_regradings(work):
            regrading.continue_regrading(work, decision.public_id)
    examiner.visit(f"/learn/attempts/{walker.last_attempt}/result")
    expect(walker.page.locator("#remarked")).to_be_visible()
    examiner.tell(at_least=1)
    looking.tell(at_least=5)


def test_five_pages_in_the_dark(walk: Walk, server: Server) -> None:
    walker, examiner = opened(walk, "ar", server.person(MODULE), color_scheme="dark")
    ground = walker.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in ground.strip("rgb()").split(",")) < 200, ground
    examiner.visit("/learn/", f"/learn/modules/{MODULE}", "/verify/0000-0000-00000")
    walker.begin(MODULE)
    examiner.look("before, dark")
    walker.answer(wrong(walker.slot()))
    examiner.look("after, dark")
    examiner.tell(at_least=5)


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_gallery_fits_every_screen(walk: Walk, width: int) -> None:
    walker = walk(width=width)
    walker.go("/components")
    expect(walker.page.locator("h1")).to_be_visible()
    assert walker.page.evaluate(SIDEWAYS) <= 0


def test_letters_twice_as_large_break_no_page(walk: Walk, server: Server) -> None:
    """Twice the letters at 1280 px, and the narrowest screen there is: nothing scrolls sideways."""
    walker = walk(server.person(MODULE))
    walker.begin(MODULE)
    for path in ("/learn/", f"/learn/modules/{MODULE}", walker.path, "/account", "/privacy"):
        walker.page.set_viewport_size({"width": 320, "height": 800})
        walker.go(path)
        assert walker.page.evaluate(SIDEWAYS) <= 0, f"{path} at 320"
        walker.page.set_viewport_size({"width": 1280, "height": 800})
        walker.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert walker.page.evaluate(SIDEWAYS) <= 0, f"{path} with large letters"


def test_the_examiner_finds_what_is_wrong(walk: Walk) -> None:
    walker, examiner = opened(walk, "ar")
    walker.go("/privacy")
    walker.page.evaluate("""() => {
      const main = document.querySelector('main');
      main.append(document.createElement('img'));
      main.style.minInlineSize = '1400px';
    }""")
    examiner.look("spoiled")
    assert [fault for fault in examiner.faults if "image-alt" in fault]
    assert [fault for fault in examiner.faults if "wider than the screen" in fault]


def test_a_wait_of_a_day_is_told_and_examined(walk: Walk, server: Server, language: str) -> None:
    someone = server.person(MODULE)
    earlier = server.works_at(system_clock() - timedelta(hours=2))
    for _ in range(2):
        with earlier.writing(someone.actor) as work:
            attempt_id = taking.begin_attempt(work, MODULE)
            taking.finish_attempt(work, attempt_id, Shown("ar", "arab"))
        with earlier.writing(someone.actor) as work:
            for provision in viewing.get_result(work, attempt_id).reread:
                taking.mark_reread(work, attempt_id, provision.citation.address)
    _, examiner = opened(walk, language, someone)
    examiner.visit("/learn/", f"/learn/attempts/{attempt_id}/result")
    expect(examiner.page.locator("main form")).to_have_count(0)  # nothing to begin before tomorrow
    examiner.tell(at_least=2)
