"""The inbox of the integrity adviser."""

from collections.abc import Callable

from quiz.access.actor import Role
from tests.fixtures.settings import Clock
from tests.pages import RoleClient
from tests.web.learning import SHORT, Learner

Open = Callable[..., RoleClient]


def test_nothing_asked_yet(signed_in: Open) -> None:
    for language in ("ar", "en"):
        assert signed_in(Role.ADVISER, language=language).get("/advise/").soup.select(".empty")


def test_the_newest_question_stands_first(signed_in: Open, learner: Learner, clock: Clock) -> None:
    for number, kind in enumerate(("question", "doubt", "help", "name", "pledge")):
        page = learner.client.get(f"/learn/ask?kind={kind}&about={SHORT}")
        sent = {"words": f"سؤال {'أ' * (number + 1)}", "with_name": "y"}
        learner.client.submit(page, "/learn/ask", sent, status=200)
        clock.forward(minutes=1)
    for language in ("ar", "en"):
        cards = signed_in(Role.ADVISER, language=language).get("/advise/").soup.select("article.card")
        assert [card.select_one(".asked").get_text().count("أ") for card in cards] == [5, 4, 3, 2, 1]
        assert len({card.select_one(".badge").get_text() for card in cards}) == 5


def test_others_do_not_read_them(signed_in: Open) -> None:
    for role in (Role.MANAGER, Role.EDITOR, Role.ADMIN, Role.HR, Role.AUDITOR):
        signed_in(role).get("/advise/", status=404)
