"""A person with a browser, who clicks what a person clicks, and whose clicks are counted."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Locator, Page, expect

from quiz.engine.attempt import Slot
from quiz.engine.extremes import soundest
from quiz.services.stored_attempts import StoredAttempt, get_stored
from tests.e2e.server import Server
from tests.fixtures.people import PASSWORD, Someone
from tests.web.learning import Sent, sent_for

# The words of what may be chosen, rated, picked or ordered.
WORDS = ".choice__words, .rating__legend, .steps__words"
DEMO_PASSWORD = "amana-demo"


@dataclass
class Walker:
    """A browser, its page, and what stands behind it."""

    context: BrowserContext
    page: Page
    server: Server
    someone: Someone | None = None
    moves: int = 0
    choices: int = 0
    last_attempt: str = ""
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # What the policy of the pages refuses, and what a script stumbles over, is told to the console.
        self.page.on("console", lambda message: self.refused.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.refused.append(str(error)))

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.server.url)

    @property
    def attempt_id(self) -> str:
        found = re.search(r"/attempts/([0-9a-f]{32})", self.page.url)
        assert found is not None, self.page.url
        return found[1]

    def go(self, path: str) -> None:
        self.page.goto(path)

    def sign_in(self, someone: Someone | str) -> None:
        email = someone if isinstance(someone, str) else someone.email
        self.someone = someone if isinstance(someone, Someone) else None
        self.go("/sign-in")
        self.page.locator("input[type=email]").fill(email)
        self.page.locator("input[type=password]").fill(DEMO_PASSWORD if isinstance(someone, str) else PASSWORD)
        self.page.locator("main form:has(input[type=password]) button[type=submit]").click()
        expect(self.page.locator("nav.nav")).to_be_visible()

    def read(self, language: str) -> None:
        """Switch to a language, unless the page is in it: an account keeps the one that was chosen last."""
        if self.page.locator("html").get_attribute("lang") != language:
            self.move("form.language button")
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def move(self, what: str | Locator) -> None:
        """Activate a link or a button, and wait for the page it leads to."""
        found = self.page.locator(what) if isinstance(what, str) else what
        with self.page.expect_navigation():
            found.click()
        self.moves += 1

    def begin(self, module: str) -> None:
        """Begin a module from its start page."""
        self.go(f"/learn/modules/{module}")
        self.move("main form button[type=submit]")

    def stored(self, attempt_id: str | None = None) -> StoredAttempt:
        assert self.someone is not None
        with self.server.works.reading(self.someone.actor) as work:
            return get_stored(work, attempt_id or self.attempt_id)

    def slot(self) -> Slot:
        """The scenario that is on the screen, with its keys."""
        number = re.search(r"/attempts/[0-9a-f]{32}/(\d+)", self.page.url)
        assert number is not None, self.page.url
        return self.stored().attempt.slot(int(number[1]))

    def slots_of_all(self) -> list[Slot]:
        """The scenarios of the last attempt that was walked."""
        return list(self.stored(self.last_attempt).attempt.slots)

    def choose(self, sent: Sent) -> None:
        if "order" in sent:
            self.go(f"{self.path.partition('?')[0].partition('#')[0]}?order={sent['order']}")
        for control in controls(sent):
            self.page.locator(f"label[for='{control}']").click()
            self.choices += 1

    def answer(self, sent: Sent | None = None) -> None:
        """Answer what is on the screen, rightly unless told how; a path turn by turn."""
        self.last_attempt = self.attempt_id
        slot = self.slot()
        for turn, one in enumerate(sent_for(slot, soundest(slot.scenario)) if sent is None else [sent]):
            self.choose(one)
            self.move("main form button[type=submit]")
            # A further turn is a move that the path asks for, not the page.
            self.moves -= turn > 0

    def options(self) -> list[str]:
        """The words of the options, in the order in which they stand."""
        return [
            words.strip()
            for words in self.page.locator(".choice__words, .rating__legend, .steps__words").all_inner_texts()
        ]


def controls(sent: Sent) -> list[str]:
    """Return the ids of the controls that an answer ticks."""
    if "choice" in sent:
        return [f"choice-{position}" for position in sent["choice"]]
    return [f"{name}-{value}" for name, value in sorted(sent.items()) if name != "order"]
