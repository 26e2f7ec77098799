"""A client that fetches a page, lints it, and gives it back parsed; it reads Arabic unless told otherwise."""

import re
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from tests.fixtures.people import PASSWORD, Someone
from tests.linter import lint


@dataclass
class Page:
    """One answer, parsed."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def h1(self) -> str:
        return words(self.soup.h1) if self.soup.h1 else ""

    @property
    def text(self) -> str:
        return words(self.soup)

    def forms(self, action: str) -> list[Tag]:
        return [form for form in self.soup.find_all("form") if re.search(action, form["action"])]

    def fields(self, action: str, place: int = 0) -> tuple[str, dict[str, Any]]:
        """Return where a form goes and the hidden fields it sends."""
        form = self.forms(action)[place]
        hidden = {field["name"]: field.get("value", "") for field in form.find_all("input", type="hidden")}
        return str(form["action"]), hidden


def words(tag: Tag | BeautifulSoup) -> str:
    return " ".join(tag.get_text(" ").split())


class RoleClient:
    """A browser without scripts."""

    def __init__(self, app: Flask, language: str = "ar") -> None:
        self.client = app.test_client()
        self.language = language
        if language != "ar":
            self.client.set_cookie("language", language, domain="127.0.0.1")

    def get(self, path: str, status: int = 200, follow: bool = False) -> Page:
        response = self.client.get(path, base_url="http://127.0.0.1", follow_redirects=follow)
        return self._page(response, status)

    def post(self, path: str, data: Any = None, status: int = 303, follow: bool = False) -> Page:
        response = self.client.post(path, data=data, base_url="http://127.0.0.1", follow_redirects=follow)
        return self._page(response, 200 if follow and status == 303 else status)

    def submit(
        self, page: Page, action: str, values: dict[str, Any] | None = None, status: int = 303, follow: bool = False
    ) -> Page:
        """Send a form of a page with its hidden fields and these values."""
        where, hidden = page.fields(action)
        return self.post(where, {**hidden, **(values or {})}, status, follow)

    def sign_in(self, someone: Someone) -> "RoleClient":
        page = self.get("/sign-in")
        self.submit(page, "/sign-in", {"email": someone.email, "password": PASSWORD})
        return self

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, f"{response.status_code}, not {status}: {response.location or ''}"
        soup = BeautifulSoup(response.get_data(as_text=True), "html5lib")
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            faults = lint(response.get_data(as_text=True), soup, self.language)
            assert not faults, "\n".join(faults)
        return Page(response, soup)
