"""The whole journey through the pages, on both databases: from the invitation to a record that a stranger verifies."""

from collections.abc import Callable

import pytest
from flask import Flask

from quiz.engine.extremes import soundest
from quiz.jobs.chores import sweep
from quiz.services import people
from quiz.services.tools import MemoryMailer
from quiz.services.unit_of_work import Works
from tests.fixtures.database import DIALECTS
from tests.fixtures.people import SYSTEM, Someone
from tests.pages import RoleClient
from tests.web.learning import MODULE, Learner, sent_for

Open = Callable[..., RoleClient]


@pytest.mark.parametrize("dialect", DIALECTS, indirect=True)
def test_from_the_invitation_to_the_public_page(
    app: Flask, browser: Open, works: Works, hire: Someone, mailer: MemoryMailer, dialect: str
) -> None:
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id, MODULE)
    assert sweep(app) == 1
    link = str(mailer.sent[-1].get_body(("plain",)).get_content()).split(":8000")[1].split()[0]
    client = browser()
    learner = Learner(client, hire, works)

    start = client.submit(client.get(link), "/link/", {"new": "a long new sentence", "again": "a long new sentence"})
    page = client.submit(client.get(start.location), "/begin$", follow=True)
    attempt_id = page.response.request.path.split("/")[3]
    while "/attempts/" in page.response.request.path and page.response.request.path.rpartition("/")[2].isdigit():
        number = int(page.response.request.path.rpartition("/")[2])
        slot = learner.slot(attempt_id, number)
        for sent in sent_for(slot, soundest(slot.scenario)):
            page = client.submit(page, f"/{number}$", sent, follow=True)
        page = client.get(str(page.soup.select_one("a.button--primary")["href"]))
    assert page.h1 == "تحقق حد الاجتياز"
    pledge = client.get(str(page.soup.select_one("a.button--primary")["href"]))
    record = client.submit(pledge, "/pledge$", {"agree": "y"}, follow=True)
    assert client.client.get(record.links(r"\.pdf$")[0], base_url="http://127.0.0.1").data.startswith(b"%PDF-")
    (public,) = set(record.links("^/verify/"))
    stranger = browser().get(public)
    assert stranger.soup.select_one(".verdict--valid")
    assert hire.name in stranger.main
