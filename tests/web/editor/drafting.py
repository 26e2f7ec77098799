"""An editor with a scenario on the screen, who presses buttons and types."""

from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict

from quiz.services import drafting
from quiz.services.unit_of_work import Works
from tests import drafts
from tests.fixtures.people import Someone
from tests.forms import sent
from tests.pages import HERE, Page, RoleClient
from tests.web.editor.filling import changed

Form = MultiDict[str, str]


@dataclass
class Writer:
    """An editor with a scenario on the screen."""

    client: RoleClient
    works: Works
    someone: Someone
    draft: str

    @property
    def where(self) -> str:
        return f"/edit/drafts/{self.draft}"

    @property
    def summary(self) -> drafting.DraftSummary:
        return drafts.seen_by(self.works, self.someone, self.draft)

    @property
    def document(self) -> dict[str, Any]:
        """What the form would show: what was typed last, else what was saved last."""
        return dict(self.summary.document)

    def page(self, query: str = "") -> Page:
        return self.client.get(self.where + query)

    def form(self, page: Page | None = None, /, **values: Any) -> Form:
        """Return what a browser would send of the page, with other values; a double underline stands for a dot."""
        html = (page or self.page()).response.get_data(as_text=True)
        return changed(MultiDict(sent(html, "writing")), **values)

    def press(self, do: str, page: Page | None = None, status: int = 303, /, **values: Any) -> Page:
        """Send the form of a page as a browser without scripts does, by a button."""
        return self.client.post(self.where, self.form(page, do=do, **values), status)

    def typed(self, page: Page | None = None, /, **values: Any) -> BeautifulSoup:
        """Send the form as the script does while one types; return the pieces of the page."""
        form = self.form(page, **values)
        answer = self.client.client.post(
            f"{self.where}/typing", data=form, base_url=HERE, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)[:600]
        return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def value_of(page: Page, name: str) -> str:
    """Return what stands in a field of the form."""
    control = page.soup.find(id="writing").find(attrs={"name": name})
    return control.get_text().removeprefix("\n") if control.name == "textarea" else str(control.get("value", ""))
