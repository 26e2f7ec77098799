"""What somebody wrote runs in no browser: questions, names and words made to run are shown, and nothing happens."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.walking import Walker
from tests.web.attacks.planted import LONG, MARK


def test_nothing_that_was_written_runs(walk: Callable[..., Walker]) -> None:
    asker, adviser = walk(), walk()
    happened: list[str] = []
    for one in (asker, adviser):
        one.context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))"
        )
        one.page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
    asker.sign_in("hire@amana.example")
    asker.go("/learn/ask?kind=question&about=gift-box")
    asker.page.locator("textarea[name=words]").fill(f"سؤال {LONG}")
    asker.page.locator("main button[type=submit]").click()
    expect(asker.page.locator("main")).to_be_visible()
    adviser.sign_in("adviser@amana.example")
    pages = [(asker, "/learn/questions/"), (adviser, "/advise/")]
    for somebody, path in pages:
        somebody.go(path)
        expect(somebody.page.locator("main")).to_contain_text("سؤال")
    links = adviser.page.locator("main a[href*='/advise/questions/']").all()
    shown = []
    for path in [str(link.get_attribute("href")) for link in links]:
        adviser.go(path)
        shown.append(f"window.__{MARK}=1" in adviser.page.locator("main").inner_text())
    assert any(shown), "what was written is shown as words"
    for path in (f"/verify/{LONG[:60].replace('/', '')}", f"/learn/ask?kind=question&about={LONG}&next=javascript:1"):
        asker.go(path)
    for one in (asker, adviser):
        assert one.page.evaluate(f"() => window.__{MARK}") is None
        assert not [told for told in one.refused if "404" not in told]
    assert happened == []
