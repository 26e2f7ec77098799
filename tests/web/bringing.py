"""Somebody with a record, its paper and its credential as they were issued, and a stranger who brings a file."""

import json
from dataclasses import dataclass
from typing import Any

from bs4 import Tag

from quiz.engine.text import Text
from quiz.records import codes
from quiz.services import completing, issuing, papers
from quiz.services.unit_of_work import Works
from tests import learning
from tests.fixtures.people import SYSTEM, Someone
from tests.pages import HERE, Page, RoleClient, words
from tests.web.learning import SHORT

_EDGE = "edge-of-a-part"
SEEN = {"language": "ar", "digits": "arab"}
REASON = Text({"ar": "صدرت بخطأ في الإسناد", "en": "Issued by a mistaken assignment"})


@dataclass(frozen=True)
class Issued:
    """A record, and the files its holder was given."""

    record: str
    code: str
    paper: bytes
    credential: bytes
    token: bytes

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.credential)
        return found

    @property
    def files(self) -> dict[str, bytes]:
        return {"paper": self.paper, "credential": self.credential, "token": self.token}


def complete(works: Works, someone: Someone) -> str:
    """Let somebody take the short module and sign; return the record."""
    learning.finish(works, someone, SHORT, best=True)
    with works.writing(someone.actor) as work:
        return completing.sign_pledge(work, SHORT, completing.get_pledge(work, SHORT).digest, SEEN)


def issue(works: Works, someone: Someone) -> Issued:
    """Let somebody complete, and take away everything that a holder may."""
    record = complete(works, someone)
    with works.writing(SYSTEM) as work:
        issuing.prepare(work)
    paper = papers.get_paper(works, someone.actor, record).content
    with works.reading(someone.actor) as work:
        credential, code = issuing.make_credential(work, record)
        return Issued(record, codes.display(code), paper, credential, issuing.make_token(work, record)[0])


def revoke(works: Works, record: str) -> None:
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, record, REASON)


def multipart(token: str, content: bytes, name: str = "file.bin", text: str = "") -> dict[str, Any]:
    """Return what a browser sends: written here, since Werkzeug's own client puts large files on a disk."""
    parts = (
        ('name="csrf_token"', token.encode()),
        (f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', content),
        ('name="text"', text.encode()),
    )
    body = b"".join(
        f"--{_EDGE}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + one + b"\r\n" for head, one in parts
    )
    return {"data": body + f"--{_EDGE}--\r\n".encode(), "content_type": f"multipart/form-data; boundary={_EDGE}"}


def bring(
    client: RoleClient, content: bytes, status: int = 200, name: str = "file.bin", token: str | None = None
) -> Page:
    """Choose a file and send it; with a token at hand it costs one request."""
    sent = multipart(token or client.token(), content, name)
    return client._page(client.client.post("/verify/file", base_url=HERE, **sent), status)


def paste(client: RoleClient, text: str, status: int = 200) -> Page:
    """Paste a text and send it, with no file chosen, as a browser does."""
    sent = multipart(client.token(), b"", "", text)
    return client._page(client.client.post("/verify/file", base_url=HERE, **sent), status)


def tone(page: Page) -> str:
    """Return the state that the card is in."""
    card = page.soup.select_one(".verdict")
    assert card is not None
    return next(str(name) for name in card["class"] if "--" in name).rpartition("--")[2]


def parts(page: Page) -> list[str]:
    """Return what is said of the file, and of the record."""
    return [words(one) for one in page.soup.select(".verdict__parts dd")]


def differing(page: Page) -> dict[str, str]:
    """Return what differs, by the words of the field."""
    heads = [one for one in page.soup.select("section h2") if words(one) in _DIFFERING]
    rows: list[Tag] = heads[0].parent.select(".summary__row") if heads and heads[0].parent else []
    return {words(row.dt): words(row.dd) for row in rows if row.dt and row.dd}


_DIFFERING = {"ما يخالف السجل", "What differs from the register"}
