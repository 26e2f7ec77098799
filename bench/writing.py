"""How long the editors' desk takes with five thousand scenarios: a writing page, its live answer, a search, a file."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient

from bench import stage
from bench.loading import write_large_bank
from quiz.access.actor import Actor, Role
from quiz.bank.archive import write_archive
from quiz.bank.reader import read_folder
from quiz.cli.install import install_from
from quiz.db import schema
from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.services import drafting, people
from quiz.services.unit_of_work import Works
from quiz.settings.operator import folder

SCENARIOS, OPTIONS, ENTRIES, ROUNDS = 5_000, 6, 1_000, 15
_EMAIL, _PASSWORD = "bench-editor@amana.example", "a sentence for the bench"
_SYSTEM = Actor.system("bench")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_FIELD = re.compile(r'<(?:input|textarea|select)[^>]*? name="([^"]+)"')


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """Medians in milliseconds over some rounds, and the seconds a file of a thousand entries takes to be checked."""

    page: float
    live: float
    find_scenario: float
    find_provision: float
    file_seconds: float


def desk_times(where: Path) -> DeskTimes:
    """Measure the pages in this process over SQLite, by a client that signed in; nothing is sent over a network."""
    content = write_large_bank(where, SCENARIOS)
    with stage.database_url(where, None, "writing") as url, _desk(where, url, content) as (client, works):
        draft = _draft(works)
        page = client.get(f"/edit/drafts/{draft}").get_data(as_text=True)
        sent = _sent(page)

        def typed() -> None:
            sent["title.ar"] += "ا"
            answer = client.post(f"/edit/drafts/{draft}/typing", data=sent, headers={"HX-Request": "true"})
            if answer.status_code != 200:
                raise RuntimeError(f"the live answer has the status {answer.status_code}")

        return DeskTimes(
            page=_median(lambda: client.get(f"/edit/drafts/{draft}")),
            live=_median(typed),
            find_scenario=_median(lambda: client.get("/edit/banks?find=هدايا المورد")),
            find_provision=_median(lambda: client.get("/edit/provisions?find=الهدايا&bank=eg-conduct")),
            file_seconds=_file_seconds(client, sent["csrf_token"]),
        )


class _Browser(FlaskClient):
    """A client that asks under the name the app is served by."""

    def open(self, *args: Any, **more: Any) -> Any:
        """Send one request."""
        more.setdefault("base_url", "http://127.0.0.1")
        return super().open(*args, **more)


@contextmanager
def _desk(where: Path, url: str, content: Path) -> Iterator[tuple[FlaskClient, Works]]:
    works = stage.works_of(url, where)
    schema.upgrade(works.database.engine)
    install_from(works, content)
    with works.writing(_SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة", "en": "Unit"}), "EG")
        person = people.provision_person(work, "B-1", _EMAIL, "نهى سالم", unit, "Noha Salem", 0)
        people.set_first_password(work, person, _PASSWORD)
        people.grant_role(work, person, Role.EDITOR, None)
    app = create_app(stage.settings_of(url), works.database, works.tools)
    app.test_client_class = _Browser
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = _TOKEN.search(page)
    client.post("/sign-in", data={"csrf_token": token[1] if token else "", "email": _EMAIL, "password": _PASSWORD})
    try:
        yield client, works
    finally:
        works.database.engine.dispose()


def _draft(works: Works) -> str:
    """Begin a draft of a shipped scenario with several choices, and give it so many."""
    with works.reading(_SYSTEM) as work:
        editor = people.person_actor(work, _EMAIL)
    shipped = next(
        source.document
        for source in read_folder(folder("content")).scenarios
        if source.document["kind"] == "multiple_choice"
    )
    options = [*shipped["options"]]
    while len(options) < OPTIONS:
        options.append({**options[-1], "key": f"{options[-1]['key']}-x"})
    with works.writing(editor) as work:
        return drafting.begin_draft(work, "scenario", {**shipped, "key": "measured", "options": options[:OPTIONS]})


def _sent(page: str) -> dict[str, str]:
    """Return the fields of the form with their words, as a browser would send the text of each."""
    sent = {name: "" for name in _FIELD.findall(page)}
    for name, words in re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page):
        sent[name] = words
    for name, words in re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', page):
        sent[name] = sent.get(name) or words
    return sent


def _median(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return median(times) * 1000


def _file_seconds(client: FlaskClient, token: str) -> float:
    """Return the seconds from sending a zip of a thousand scenarios until everything in it is checked."""
    shipped = [source.document for source in read_folder(folder("content")).scenarios]
    documents = [("scenario", {**shipped[number % len(shipped)], "key": f"sent-{number}"}) for number in range(ENTRIES)]
    content = write_archive(documents)
    started = time.perf_counter()
    sent = {"csrf_token": token, "file": (BytesIO(content), "sent.zip")}
    answer = client.post("/edit/files", data=sent, content_type="multipart/form-data")
    upload = answer.headers["Location"]
    while True:
        answer = client.post(f"{upload}/on", data={"csrf_token": token}, headers={"HX-Request": "true"})
        if "HX-Redirect" in answer.headers:
            return time.perf_counter() - started
        if answer.status_code != 200:
            raise RuntimeError(f"checking stopped with the status {answer.status_code}")
