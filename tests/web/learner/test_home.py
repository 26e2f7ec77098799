"""My training: the one thing to do now, in every state that a module can be in."""

from collections.abc import Callable

from quiz.services import people
from tests.fixtures.people import MakePerson
from tests.fixtures.settings import Clock
from tests.pages import Page, RoleClient
from tests.web.learning import SHORT, SHORT_EXAM, Learner

Open = Callable[..., RoleClient]


def now(page: Page) -> str:
    """The address that the first card of the page leads to, where it has one."""
    card = page.soup.select_one("section.card")
    assert card is not None
    links = [str(link["href"]) for link in card.select("a.button--primary")]
    assert len(links) <= 1
    return links[0] if links else ""


def home(learner: Learner) -> Page:
    return learner.client.get("/learn/")


def test_nothing_assigned_says_what_will_be_here(browser: Open, make_person: MakePerson) -> None:
    page = browser(make_person()).get("/learn/")
    assert page.soup.select_one(".empty")
    assert not page.soup.select("section.card")


def test_what_is_not_begun_leads_to_its_start(learner: Learner) -> None:
    page = home(learner)
    assert now(page) in {f"/learn/modules/{SHORT}", f"/learn/modules/{SHORT_EXAM}"}
    # The other one stands below, quietly.
    assert len(page.links("/learn/modules/")) == 2


def test_what_is_under_way_goes_on_where_it_was_left(learner: Learner) -> None:
    attempt_id = learner.begin()
    learner.answer(attempt_id, 1)
    address = f"/learn/attempts/{attempt_id}"
    page = home(learner)
    assert address in page.links()
    place = learner.client.get(address, status=303).location
    assert place == f"{address}/2"
    words = page.soup.find("a", href=address).get_text()
    assert "٢" in words
    assert "٣" in words


def test_what_was_not_passed_leads_to_what_is_to_be_reread(learner: Learner) -> None:
    attempt_id = learner.take(passes=False)
    assert f"/learn/attempts/{attempt_id}/result#reread" in home(learner).links()
    learner.reread(attempt_id)
    assert f"/learn/modules/{SHORT}" in home(learner).links()


def test_the_third_attempt_waits_and_says_until_when(learner: Learner, clock: Clock) -> None:
    for _ in range(2):
        learner.reread(learner.take(passes=False))
    page = home(learner)
    assert f"/learn/modules/{SHORT}" not in page.links()
    assert "٢٢ نوفمبر ٢٠٢٦" in page.main
    clock.forward(days=1)
    # Somebody who comes back a day later signs in anew.
    learner.client.sign_in(learner.someone)
    assert f"/learn/modules/{SHORT}" in home(learner).links()


def test_after_the_last_attempt_a_person_helps(learner: Learner, clock: Clock) -> None:
    for _ in range(3):
        learner.reread(learner.take(passes=False))
        clock.forward(days=1)
        learner.client.sign_in(learner.someone)
    ask = f"/learn/ask?kind=help&about={SHORT}"
    page = home(learner)
    assert ask in page.links()
    form = learner.client.get(ask)
    learner.client.submit(form, "/learn/ask", {"words": "أحتاج إلى من يشرح لي"}, status=200)
    assert ask not in home(learner).links()


def test_one_more_attempt_opens_the_way_again(learner: Learner, clock: Clock, system: Callable[..., object]) -> None:
    for _ in range(3):
        learner.reread(learner.take(passes=False))
        clock.forward(days=1)
        learner.client.sign_in(learner.someone)
    with system() as work:
        people.grant_attempt(work, learner.someone.public_id, SHORT, "انقطع التيار")
    assert f"/learn/modules/{SHORT}" in home(learner).links()


def test_what_is_passed_leads_to_the_pledge(learner: Learner) -> None:
    learner.take()
    assert f"/learn/modules/{SHORT}/pledge" in home(learner).links()


def test_what_is_done_shows_its_record(learner: Learner) -> None:
    learner.take()
    record = learner.sign()
    page = home(learner)
    assert page.links(f"/learn/records/{record}") == [f"/learn/records/{record}"]
    assert f"/learn/modules/{SHORT}/pledge" not in page.links()


def test_when_all_is_done_there_is_nothing_left_to_do(
    browser: Open, make_person: MakePerson, works: object, short_modules: None
) -> None:
    someone = make_person(modules=(SHORT,))
    learner = Learner(browser(someone), someone, works)
    learner.take()
    learner.sign()
    page = home(learner)
    assert not page.soup.select("section.card")
    assert not page.soup.select(".button--primary")


def test_it_says_what_a_manager_sees(learner: Learner) -> None:
    folded = home(learner).soup.select_one("details.disclosure li")
    whole = learner.client.get("/learn/visible").soup.select("main li")
    assert folded is not None
    assert len(whole) == 6


def test_it_reads_in_english_too(browser: Open, learner: Learner) -> None:
    learner.client = browser(learner.someone, "en")
    assert home(learner).h1 == "My training"
    assert learner.client.get("/learn/visible").h1 == "What does my manager see?"
