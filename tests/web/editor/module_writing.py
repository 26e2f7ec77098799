"""An editor with a module on the screen, who presses buttons and types."""

from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup

from quiz.services import drafting
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone
from tests.pages import HERE, Page, RoleClient
from tests.web.editor.filling import changed, filled

FORM = "/edit/module-drafts/[0-9a-f]+$"
KEY = "gifts-and-conflicts"


@dataclass
class ModuleDesk:
    """An editor with a module on the screen."""

    client: RoleClient
    works: Works
    someone: Someone
    where: str

    @property
    def draft(self) -> str:
        return self.where.rpartition("/")[2]

    @property
    def document(self) -> dict[str, Any]:
        with self.works.reading(self.someone.actor) as work:
            return dict(drafting.get_draft(work, self.draft).document)

    def page(self) -> Page:
        return self.client.get(self.where)

    def press(self, do: str, page: Page | None = None, status: int = 303, /, **values: Any) -> Page:
        """Send the form of a page as a browser without scripts does, by a button."""
        sent = changed(filled(page or self.page(), FORM), do=do, **values)
        return self.client.post(self.where, sent, status)

    def typed(self, page: Page, /, **values: Any) -> BeautifulSoup:
        """Send the form as the script does while one types; return the pieces of the page."""
        sent = changed(filled(page, FORM), **values)
        answer = self.client.client.post(f"{self.where}/typing", data=sent, base_url=HERE)
        assert answer.status_code == 200
        return BeautifulSoup(answer.get_data(as_text=True), "html.parser")
