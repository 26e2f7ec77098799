"""An editor with an instrument on the screen, who presses buttons and types."""

from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup

from quiz.services import drafting
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone
from tests.pages import HERE, Page, RoleClient
from tests.web.editor.filling import changed, filled

LAW = "eg-cybercrime"
EDITION = "law-175-2018"
FORM = "/edit/instrument-drafts/[0-9a-f]+$"


@dataclass
class Desk:
    """An editor with an instrument on the screen."""

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

    @property
    def edition(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["editions"][0]
        return found

    def provision(self, key: str, edition: int = 0) -> dict[str, Any]:
        return next(one for one in self.document["editions"][edition]["provisions"] if one["key"] == key)

    def page(self, provision: str = "", edition: str = EDITION) -> Page:
        query = f"?edition={edition}" + (f"&provision={provision}" if provision else "")
        return self.client.get(self.where + query)

    def press(self, do: str, page: Page, status: int = 303, /, **values: Any) -> Page:
        """Send the form of a page as a browser without scripts does, by a button."""
        return self.client.post(self.where, changed(filled(page, FORM), do=do, **values), status)

    def typed(self, page: Page, /, **values: Any) -> BeautifulSoup:
        """Send the form as the script does while one types; return the pieces of the page."""
        sent = changed(filled(page, FORM), **values)
        answer = self.client.client.post(f"{self.where}/typing", data=sent, base_url=HERE)
        assert answer.status_code == 200
        return BeautifulSoup(answer.get_data(as_text=True), "html.parser")
