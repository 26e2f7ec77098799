"""A client that fetches a page, lints it, and gives it back parsed; it reads Arabic unless told otherwise."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from quiz.services.unit_of_work import Works
from tests.fixtures.people import PASSWORD, Someone
from tests.linter import lint

HERE = "http://127.0.0.1"


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
        """What a reader sees, without what stands in the head."""
        return words(self.soup.body or self.soup)

    @property
    def main(self) -> str:
        """What a reader sees between header and footer."""
        return words(self.soup.main) if self.soup.main else ""

    @property
    def location(self) -> str:
        """Where a redirect leads: path, query and fragment, always ours."""
        assert self.response.location.startswith("/"), self.response.location
        assert not self.response.location.startswith("//"), self.response.location
        return str(self.response.location)

    @property
    def tones(self) -> list[str]:
        """The tones of the notices on the page: good, care, bad, accent."""
        return [
            str(name).removeprefix("notice--")
            for notice in self.soup.select(".notice")
            for name in notice["class"]
            if name.startswith("notice--")
        ]

    def forms(self, action: str) -> list[Tag]:
        return [form for form in self.soup.find_all("form") if re.search(action, str(form.get("action", "")))]

    def fields(self, action: str, place: int = 0) -> tuple[str, dict[str, Any]]:
        """Return where a form goes and the hidden fields it sends."""
        form = self.forms(action)[place]
        hidden = {str(field["name"]): field.get("value", "") for field in form.find_all("input", type="hidden")}
        return str(form["action"]), hidden

    def links(self, address: str = "") -> list[str]:
        """Return the addresses of the links that match, in order."""
        return [str(link["href"]) for link in self.soup.find_all("a", href=re.compile(address))]

    def checked(self) -> list[tuple[str, str]]:
        """Return name and value of every control that is ticked."""
        return [(str(one["name"]), str(one["value"])) for one in self.soup.find_all("input", checked=True)]


def words(tag: Tag | BeautifulSoup) -> str:
    return " ".join(tag.get_text(" ").split())


class RoleClient:
    """A browser without scripts; every page it fetches is linted, and kept for those who search them all."""

    def __init__(self, app: Flask, language: str = "ar", digits: str = "arab") -> None:
        self.app = app
        self.client = app.test_client()
        self.language = language
        self.digits = digits
        self.seen: list[TestResponse] = []
        # Whether it proves who it is by itself where that is asked; tests of the asking turn it off.
        self.proves = True
        if language != "ar":
            self.client.set_cookie("language", language, domain="127.0.0.1")

    def get(self, path: str, status: int = 200, follow: bool = False) -> Page:
        response = self.client.get(path, base_url=HERE, follow_redirects=follow)
        if self.proves and self._is_asked(response):
            self._prove()
            response = self.client.get(path, base_url=HERE, follow_redirects=follow)
        return self._page(response, status)

    def post(self, path: str, data: Any = None, status: int = 303, follow: bool = False) -> Page:
        response = self.client.post(path, data=data, base_url=HERE, follow_redirects=follow)
        if self.proves and self._is_asked(response):
            self._prove()
            response = self.client.post(path, data=data, base_url=HERE, follow_redirects=follow)
        return self._page(response, 200 if follow and status == 303 else status)

    def submit(
        self,
        page: Page,
        action: str,
        values: dict[str, Any] | None = None,
        status: int = 303,
        follow: bool = False,
        place: int = 0,
    ) -> Page:
        """Send a form of a page with its hidden fields and these values; a GET form goes into the address."""
        where, hidden = page.fields(action, place)
        assert page.forms(action)[place]["method"] == "post", where
        return self.post(where, {**hidden, **(values or {})}, status, follow)

    def sign_in(self, someone: Someone) -> "RoleClient":
        page = self.get("/sign-in")
        self.submit(page, "/sign-in", {"email": someone.email, "password": PASSWORD})
        return self

    @staticmethod
    def _is_asked(response: TestResponse) -> bool:
        """Tell whether an answer asks for a proof of who it is, instead of what was wanted."""
        if response.request.path == "/prove":
            return bool(response.history)
        if response.status_code == 303:
            return str(response.location).startswith("/prove?")
        return response.status_code == 403 and 'action="/prove"' in response.get_data(as_text=True)

    def _prove(self) -> None:
        sent = {"csrf_token": self.token(), "password": PASSWORD}
        assert self.client.post("/prove", data=sent, base_url=HERE).status_code == 303

    def token(self) -> str:
        """Return a token against forgery that is good for this browser."""
        return str(self.get("/privacy").fields("/language")[1]["csrf_token"])

    def _page(self, response: TestResponse, status: int) -> Page:
        told = f"{response.request.method} {response.request.path}: {response.status_code}, not {status}"
        assert response.status_code == status, f"{told}; {response.location or response.get_data(as_text=True)[:600]}"
        self.seen += [*response.history, response]
        # As a server does once the answer went out: what is noted after it is noted then.
        response.get_data()
        response.close()
        soup = BeautifulSoup(response.get_data(as_text=True) if response.mimetype == "text/html" else "", "html5lib")
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            faults = lint(
                response.get_data(as_text=True),
                soup,
                self.language,
                self.digits,
                self._names(),
                is_gallery=urlsplit(response.request.path).path == "/components",
            )
            assert not faults, f"{response.request.path}\n" + "\n".join(faults)
        return Page(response, soup)

    def _names(self) -> set[str]:
        """Return the name of everybody in the database: wherever one is shown, it must be isolated."""
        works: Works = self.app.extensions["works"]
        try:
            with works.database.reads() as session:
                rows = session.execute(text("SELECT name, latin_name FROM person")).all()
        except Exception:  # a test may have taken the database away
            return set()
        return {name for row in rows for name in row if name}
