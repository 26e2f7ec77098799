"""The whole way with the keyboard alone: every stop visible, and the focus where the news is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from quiz.access.actor import Role
from quiz.engine.extremes import soundest
from quiz.presentation.rendering import moved
from quiz.services import people, turning, workforce
from quiz.services.tools import system_clock
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import PASSWORD, SYSTEM
from tests.web.learning import EXAM, MODULE, SHORT, Sent, sent_for

Walk = Callable[..., Walker]
MOST_STOPS = 60
FOCUS = """() => {
  const one = document.activeElement;
  const shown = one.matches('input[type=radio], input[type=checkbox]') ? [one, one.closest('label')] : [one];
  const styles = shown.filter(Boolean).map((element) => getComputedStyle(element));
  return {
    tag: one.tagName, id: one.id, type: one.type ?? '', name: one.name ?? '', value: one.value ?? '',
    href: one.getAttribute('href') ?? '', text: one.textContent.trim(),
    ring: styles.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
    seen: one.getBoundingClientRect().height > 0,
  };
}"""


class Keys:
    """Somebody who has no mouse."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.page = walker.page

    def focus(self) -> dict[str, object]:
        found: dict[str, object] = self.page.evaluate(FOCUS)
        return found

    def tab_to(self, **wanted: str) -> dict[str, object]:
        """Press Tab until something of that kind has the focus; every stop on the way must be visible."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            found = self.focus()
            # Inside a field for a date the browser itself marks which part has the focus.
            is_marked = found["ring"] or found["type"] == "date"
            assert found["tag"] == "BODY" or (is_marked and found["seen"]), found
            if all(
                value in str(found[name]) if name == "href" else found[name] == value for name, value in wanted.items()
            ):
                return found
        raise AssertionError(f"Tab never comes to {wanted}")

    def press(self, key: str = "Enter") -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def answer(self) -> None:
        """Answer rightly: Tab into each group, arrows to the option, Space for a tick, links for an order, Enter."""
        slot = self.walker.slot()
        for sent in sent_for(slot, soundest(slot.scenario)):
            self._choose(slot.scenario.kind, sent)
            self.press("Enter")

    def _choose(self, kind: str, sent: Sent) -> None:
        if kind in {"multiple_choice", "spot"}:
            for position in sorted(sent["choice"], key=int):
                self.tab_to(tag="INPUT", id=f"choice-{position}")
                self.page.keyboard.press("Space")
        elif kind in {"single_choice", "branching"}:
            self.tab_to(tag="INPUT", name="choice")
            self._arrow_to(f"choice-{sent['choice'][0]}")
        elif kind == "ordering":
            self._order(sent["order"].split("-"))
        else:
            for name in sorted(sent):
                self.tab_to(tag="INPUT", name=name)
                self._arrow_to(f"{name}-{sent[name]}")

    def _order(self, wanted: list[str]) -> None:
        """Carry each step up to its place, a link a move; then go to the button."""
        for place, position in enumerate(wanted):
            while (order := self._shown_order()).index(position) > place:
                self.tab_to(tag="A", href=f"?order={moved(order, order.index(position), order.index(position) - 1)}#")
                self.press()
        self.tab_to(tag="BUTTON", text=self.page.locator("main form button[type=submit]").inner_text())

    def _shown_order(self) -> list[str]:
        return str(self.page.locator("input[name=order]").get_attribute("value")).split("-")

    def _arrow_to(self, control: str) -> None:
        self.page.keyboard.press("Space")
        for _ in range(6):
            if self.focus()["id"] == control:
                expect(self.page.locator(f"[id='{control}']")).to_be_checked()
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never come to {control}")


def test_from_signing_in_to_the_record_without_a_mouse(walk: Walk, server: Server) -> None:
    walker = walk()
    walker.someone = server.person(MODULE)
    keys = Keys(walker)
    walker.go("/sign-in")
    keys.tab_to(tag="INPUT", type="email")
    keys.page.keyboard.type(walker.someone.email)
    keys.tab_to(tag="INPUT", type="password")
    keys.page.keyboard.type(PASSWORD)
    keys.press()
    assert walker.path == "/learn/"
    keys.tab_to(tag="A", href=f"/learn/modules/{MODULE}")
    keys.press()
    keys.tab_to(tag="BUTTON", text=keys.page.locator("main form button.button--primary").inner_text())
    keys.press("Space")
    for number in range(1, 11):
        keys.answer()
        assert walker.path.endswith(f"/{number}#ruling")
        heading = keys.focus()
        # The news takes the focus, and the ring shows where it is.
        assert (heading["id"], heading["tag"]) == ("ruling", "H2")
        keys.tab_to(tag="A", href="result" if number == 10 else f"/{number + 1}")
        keys.press()
    keys.tab_to(tag="A", href="/pledge")
    keys.press()
    keys.tab_to(tag="INPUT", type="checkbox")
    keys.page.keyboard.press("Space")
    keys.tab_to(tag="BUTTON", text=keys.page.locator("main form button.button--primary").inner_text())
    keys.press()
    expect(keys.page.locator(".record__holder")).to_be_visible()
    assert walker.refused == []


def test_a_manager_reminds_and_gives_more_time_without_a_mouse(walk: Walk, server: Server) -> None:
    late = server.person()
    with server.works.writing(SYSTEM) as work:
        people.assign_module(work, late.public_id, MODULE, date(2020, 1, 1))
        turning.look_again(work)
    walker = walk(server.person(roles=[Role.MANAGER]))
    keys = Keys(walker)
    for page in ("remind", "extend"):
        walker.go("/manage/people?late=1")
        keys.tab_to(tag="A", href=f"/manage/{page}")
        keys.press()
        if page == "extend":
            keys.tab_to(tag="INPUT", type="date")
            day = system_clock().date() + timedelta(days=7)
            keys.page.keyboard.type(f"{day:%m%d%Y}")
            keys.tab_to(tag="TEXTAREA", name="reason")
            keys.page.keyboard.type("مهمة خارج الوحدة")
        keys.tab_to(tag="BUTTON", text=keys.page.locator("main form button.button--primary").inner_text())
        keys.press()
        # What came of it takes the focus.
        assert keys.focus()["id"] == "done"
    assert walker.refused == []


def test_human_resources_add_and_move_somebody_without_a_mouse(walk: Walk, server: Server) -> None:
    walker = walk(server.person(roles=[Role.HR]))
    keys = Keys(walker)
    walker.go("/admin/people")
    keys.tab_to(tag="A", href="/admin/people/new")
    keys.press()
    for name, typed in (("hr_number", "٧٧٧١"), ("name", "آمال عبد الله السيد"), ("email", "keys@amana.example")):
        keys.tab_to(tag="INPUT", name=name)
        keys.page.keyboard.type(typed)
    keys.tab_to(tag="SELECT", name="unit")
    keys.page.keyboard.press("ArrowDown")
    keys.tab_to(tag="INPUT", name="joined_on")
    keys.page.keyboard.type("11222026")
    keys.tab_to(tag="BUTTON", text=keys.page.locator("main form button.button--primary").inner_text())
    keys.press()
    assert keys.focus()["id"] == "done"
    expect(keys.page.locator("h1")).to_have_text("آمال عبد الله السيد")
    keys.tab_to(tag="SUMMARY", text=keys.page.locator("#move summary").inner_text())
    keys.page.keyboard.press("Enter")
    keys.tab_to(tag="SELECT", name="move-unit")
    keys.page.keyboard.press("ArrowDown")
    keys.tab_to(tag="BUTTON", text=keys.page.locator("#move button").inner_text())
    keys.press()
    assert keys.focus()["id"] == "done"
    assert walker.refused == []


def test_the_first_tab_skips_to_the_content(walk: Walk) -> None:
    walker = walk("hire@amana.example")
    keys = Keys(walker)
    walker.go("/learn/")
    keys.page.keyboard.press("Tab")
    skip = keys.focus()
    assert skip["href"] == "#main"
    assert skip["ring"]
    expect(keys.page.locator("a.skip")).to_be_in_viewport()
    keys.page.keyboard.press("Enter")
    assert keys.focus()["id"] == "main"


def test_the_menu_opens_and_closes_with_the_keyboard(walk: Walk) -> None:
    walker = walk("hire@amana.example")
    keys = Keys(walker)
    keys.tab_to(tag="SUMMARY", text=walker.page.locator(".menu__name").inner_text())
    keys.page.keyboard.press("Enter")
    expect(walker.page.locator(".menu__panel")).to_be_visible()
    keys.page.keyboard.press("Escape")
    expect(walker.page.locator(".menu__panel")).to_be_hidden()
    assert keys.focus()["tag"] == "SUMMARY"


def test_a_refused_form_takes_the_focus_to_what_is_wrong(walk: Walk, server: Server) -> None:
    walker = walk()
    walker.go("/sign-in")
    walker.move("main form button[type=submit]")
    assert Keys(walker).focus()["id"] == "faults"
    walker.page.keyboard.press("Tab")
    walker.page.keyboard.press("Enter")
    assert Keys(walker).focus()["type"] == "email"


@pytest.mark.parametrize("module", [SHORT, EXAM])
def test_an_empty_answer_takes_the_focus_to_what_is_missing(walk: Walk, server: Server, module: str) -> None:
    walker = walk(server.person(module))
    walker.begin(module)
    walker.move("main form button[type=submit]")
    assert Keys(walker).focus()["id"] == "fault"


def test_the_ring_is_seen_in_forced_colours_too(walk: Walk) -> None:
    walker = walk(forced_colors="active")
    walker.go("/sign-in")
    keys = Keys(walker)
    keys.tab_to(tag="INPUT", type="email")
    keys.tab_to(tag="BUTTON", text=walker.page.locator("main button").first.inner_text())


def test_a_record_is_corrected_revoked_by_two_and_its_names_removed_without_a_mouse(walk: Walk, server: Server) -> None:
    holder, hr, admin = server.person(SHORT), server.person(roles=[Role.HR]), server.person(roles=[Role.ADMIN])
    taken = walk(holder)
    taken.begin(SHORT)
    for _ in taken.stored().attempt.slots:
        taken.answer()
        taken.move("main .actions a.button--primary")
    taken.move("main a[href$='/pledge']")
    taken.page.locator("main label:has(input[type=checkbox]), main input[type=checkbox]").first.click()
    taken.move("main form button.button--primary")
    name = f"{holder.name} النجار"
    with server.works.writing(SYSTEM) as work:
        workforce.correct_person(work, holder.public_id, "خطأ في حرف", name=name)
    keys = Keys(walk(hr))
    keys.walker.go("/admin/people")
    keys.tab_to(tag="A", href="/admin/records")
    keys.press()
    keys.tab_to(tag="INPUT", name="q")
    keys.page.keyboard.type(name)
    keys.press()
    # Above what was found stands what waits for a second person.
    found = keys.page.locator("section[aria-labelledby=found] a[href^='/admin/records/']").first
    keys.tab_to(tag="A", href=str(found.get_attribute("href")))
    keys.press()
    record = keys.walker.path
    _do(keys, "rename", source="صحيفة الأحوال", reason="خطأ في حرف")
    _do(keys, "propose", reason_ar="صدرت بخطأ", reason_en="Issued by mistake", inner_reason="المحضر محفوظ")
    other = Keys(walk(admin))
    other.walker.go(record)
    _do(other, "approve")
    keys.walker.go(record)
    _do(keys, "erase", reason="انتهت المدة")
    assert keys.walker.refused == other.walker.refused == []


def _do(keys: Keys, deed: str, **words: str) -> None:
    """Unfold what can be done, fill it in and send it; the news has the focus then."""
    form = keys.page.locator(f"form:has(input[name=do][value={deed}])")
    summary = keys.page.locator(f"details:has(input[name=do][value={deed}]) > summary").inner_text().strip()
    keys.tab_to(tag="SUMMARY", text=summary)
    keys.page.keyboard.press("Enter")
    for box in form.locator("input[type=checkbox]").all():
        keys.tab_to(tag="INPUT", name=str(box.get_attribute("name")))
        keys.page.keyboard.press("Space")
    for name, said in words.items():
        field = form.locator(f"[name={deed}-{name}]")
        keys.tab_to(tag=str(field.evaluate("one => one.tagName")), name=f"{deed}-{name}")
        keys.page.keyboard.type(said)
    keys.tab_to(tag="BUTTON", text=form.locator("button[type=submit]").inner_text().strip())
    keys.press()
    assert keys.focus()["id"] == "done"
