"""Scripts to be planted in text: what is written into every field, and how a page is searched for what became of it."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from bs4 import BeautifulSoup, Tag
from sqlalchemy import String, cast, select
from werkzeug.test import TestResponse

from quiz.bank.reader import Reading, Source
from quiz.db.connection import Database
from quiz.db.models.base import Base
from tests.pages import Page, RoleClient

MARK = "pwned"
# Ends an attribute, a comment and every element that takes text as it is; then asks for what runs.
LONG = (
    f"\"'--></title></textarea></select></script><{MARK} on{MARK}=1><img src={MARK} onerror=window.__{MARK}=1>"
    f"<script>window.__{MARK}=1</script><a href=javascript:window.__{MARK}=1>{{{{7191*7}}}}{{%raw%}}"
)
SHORT = f"\"'><{MARK} on{MARK}=1>"
ADDRESS = f"javascript:window.__{MARK}=1//"
TURNED = "\u202e"
# What a template that took text for its own would make of it.
RECKONED = "50337"
URLS = ("href", "src", "action", "formaction", "data", "poster", "srcset", "cite", "xlink:href", "content")
TYPED = {"text", "search", "email", "url", "tel", ""}
DAY = "2026-12-20"
# Nothing can be asked any more after these.
NEVER = ("/sign-out", "/language", "/sign-ins/end", "/account/password")


def faults(html: str) -> Iterator[str]:
    """Give every element, attribute and address that was made of what was planted, and what a template reckoned."""
    page = BeautifulSoup(html, "html5lib")
    for element in page.find_all(True):
        if element.name == MARK or (element.name == "script" and MARK in element.get_text()):
            yield f"an element: {str(element)[:200]}"
        for name, value in element.attrs.items():
            if name.startswith("on") or MARK in name:
                yield f"an attribute: {str(element)[:200]}"
            said = " ".join(value) if isinstance(value, list) else str(value)
            plain = "".join(sign for sign in said if sign > " ").lower()
            if name in URLS and (plain.startswith(("javascript:", "data:text", "vbscript:")) or plain == MARK):
                yield f"an address: {str(element)[:200]}"
    if RECKONED in html:
        yield "a template reckoned it"
    shown = [str(one) for one in page.find_all(string=True) if one.parent is not None and one.parent.name != "textarea"]
    if any(TURNED in one for one in shown):
        yield "signs that turn the rest of a line"


class Blind(RoleClient):
    """A browser whose pages are not linted: what is planted looks like what a template left over."""

    def __init__(self, app: Any, language: str = "ar") -> None:
        super().__init__(app, language)
        self.broken: list[str] = []

    def _page(self, response: TestResponse, status: int) -> Page:
        html = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        self.broken += [f"{response.request.method} {response.request.path}: {one}" for one in faults(html)]
        if response.status_code >= 500:
            self.broken.append(f"{response.request.method} {response.request.path}: {response.status_code}")
        response.close()
        return Page(response, BeautifulSoup(html, "html5lib"))

    def look(self, address: str) -> Page:
        """Open an address, whatever it answers; prove who it is where that is asked."""
        return self.get(address, status=0)


def documents(sources: Any) -> tuple[Source, ...]:
    """Return sources with what is planted in every text of theirs that has two languages."""
    return tuple(replace(one, document=_planted(deepcopy(one.document))) for one in sources)


def _planted(node: Any) -> Any:
    if isinstance(node, dict):
        if set(node) <= {"ar", "en"} and all(isinstance(one, str) for one in node.values()):
            return {language: f"{text} {LONG}" for language, text in node.items()}
        return {name: _planted(value) for name, value in node.items()}
    return [_planted(one) for one in node] if isinstance(node, list) else node


def reading_with(reading: Reading) -> Reading:
    """Return the shipped content, with what is planted in all of it."""
    return replace(reading, instruments=documents(reading.instruments), scenarios=documents(reading.scenarios))


def filled(form: Tag) -> Iterator[dict[str, Any]]:
    """Give what a form sends with its text fields filled in, once for each of its buttons; nothing if it has none."""
    sent: dict[str, Any] = {}
    texts = 0
    for one in form.find_all(["input", "textarea", "select"]):
        name, kind = str(one.get("name", "")), str(one.get("type", "")).lower()
        if not name or one.has_attr("disabled") or kind in {"password", "file", "submit", "button"}:
            continue
        if one.name == "textarea" or (one.name == "input" and kind in TYPED):
            texts += 1
            most = int(str(one.get("maxlength") or 1000))
            text = SHORT if most < len(LONG) + 10 else LONG + TURNED
            sent[name] = ADDRESS + SHORT if "url" in name or "link" in name or kind == "url" else text
        elif one.name == "select":
            options = [str(option.get("value", "")) for option in one.find_all("option")]
            chosen = [str(option.get("value", "")) for option in one.find_all("option", selected=True)]
            sent[name] = next((value for value in [*chosen, *options] if value), "")
        elif kind in {"radio", "checkbox"}:
            if one.has_attr("checked") or one.has_attr("required") or name not in sent:
                sent[name] = str(one.get("value", "y"))
        else:
            sent[name] = str(one.get("value") or {"date": DAY, "number": one.get("min") or "1"}.get(kind, ""))
    if texts:
        named = [button for button in form.find_all("button") if button.get("name")]
        for button in named or [None]:
            yield sent if button is None else {**sent, str(button["name"]): str(button.get("value", ""))}


def send_every_form(client: RoleClient, page: Page, known: set[tuple[str, ...]]) -> None:
    """Send each form of a page that takes text, unless one like it was sent before."""
    for form in page.soup.find_all("form", method="post"):
        action = str(form["action"])
        for sent in filled(form):
            like = (action, *sorted(sent), str(sent.get("do", "")))
            if like not in known and not action.endswith(NEVER):
                known.add(like)
                client.post(action, {**sent, "csrf_token": client.token()}, status=0)


def columns_with(database: Database) -> set[str]:
    """Return every column of the database in which something that was planted stands."""
    found = set()
    with database.reads() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                kind = cast(column, String)
                if session.execute(select(kind).where(kind.contains(f"<{MARK}")).limit(1)).first():
                    found.add(f"{table.name}.{column.name}")
    return found
