"""A wrong key, mended: from the answer it marked wrongly to the letter that says so and the remark on the result."""

import re
from collections.abc import Callable
from copy import deepcopy
from email import message_from_bytes
from email.policy import default
from typing import Any

from playwright.sync_api import expect

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.factory import create_app
from quiz.jobs.chores import sweep
from quiz.services.loading import Release, install_release
from quiz.settings.operator import Settings
from tests.builders import module_document
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM
from tests.web.learning import right, wrong

Walk = Callable[..., Walker]
MODULE, MENDED = "mending", "mending-0"
# No scenario of the bank has it, of those that are shipped or that another story publishes.
TOPIC = "working-hours"


def scenarios(reading: Reading) -> list[dict[str, Any]]:
    """Five shipped scenarios under names of their own, of which one has its key on another choice."""
    shipped = [
        source.document
        for source in reading.scenarios
        if (source.document["kind"], source.document["bank"]) == ("single_choice", "eg-cybercrime")
        and not source.document.get("sensitive")
    ][:5]
    made = [{**deepcopy(one), "key": f"mending-{place}", "topics": [TOPIC]} for place, one in enumerate(shipped)]
    for option, credit in zip(made[0]["options"], wrong_key(made[0]), strict=True):
        option["credit"] = credit
    return made


def wrong_key(document: dict[str, Any]) -> list[int]:
    """Return credits that put the key of a scenario on a choice that it does not rule to be the soundest."""
    other = next(place for place, option in enumerate(document["options"]) if option["credit"] != 1)
    return [int(place == other) for place in range(len(document["options"]))]


def letter_to(server: Server, email: str) -> str:
    """Return the words of the only mail to somebody, after a worker has done all that is due."""
    app = create_app(Settings.from_environ(server.environment))
    while sweep(app):
        pass
    app.extensions["works"].database.engine.dispose()
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in (server.folder / "mail").iterdir()]
    (mail,) = [one for one in mails if one["To"] == email]
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def take(walker: Walker, answers: dict[str, Any]) -> str:
    """Answer every place of the exam, rightly unless told how, hand it in and return the attempt."""
    walker.begin(MODULE)
    attempt = walker.attempt_id
    for slot in walker.stored().attempt.slots:
        key = slot.scenario.key
        walker.go(f"/learn/attempts/{attempt}/{slot.number}")
        walker.answer(answers[key](slot) if key in answers else right(slot))
    walker.go(f"/learn/attempts/{attempt}/check")
    walker.move("main form button[type=submit]")
    return attempt


def test_a_mended_key_reaches_who_answered_under_the_wrong_one(walk: Walk, server: Server, reading: Reading) -> None:
    documents = scenarios(reading)
    true_key = next(one["key"] for one in shipped_options(reading, documents[0]) if one["credit"] == 1)
    line = {"bank": "eg-cybercrime", "count": 5, "topics": [TOPIC]}
    with server.works.writing(SYSTEM) as work:
        install_release(
            work, Release((), documents, (module_document(MODULE, behaviour="exam", blueprint=[line], pledge=None),))
        )

    def soundest(slot: Any) -> dict[str, Any]:
        return {"choice": [str(slot.option_order.index(true_key))]}

    # Three of five by the wrong key, four by the right one; the colleague has answered all as the wrong key wants.
    employee, colleague = walk(server.person(MODULE)), walk(server.person(MODULE))
    attempt = take(employee, {MENDED: soundest, "mending-1": wrong})
    take(colleague, {})
    expect(employee.page.locator("main")).to_contain_text("٦٠٪")

    editor = walk(server.person(roles=[Role.EDITOR]))
    editor.go(f"/edit/scenarios/{MENDED}")
    editor.move("main .actions button")
    draft = editor.path.partition("#")[0]
    for place, option in enumerate(shipped_options(reading, documents[0])):
        editor.page.locator(f"[name='options.{place}.credit']").select_option(str(option["credit"]))
    editor.move("button[value=submit]")
    assert re.fullmatch(rf"{draft}/review", editor.path), editor.page.locator("#beside").inner_text()

    reviewer = walk(server.person(roles=[Role.REVIEWER]))
    reviewer.go(f"{draft}/review")
    for field in reviewer.page.locator("[name^='reason:']").all():
        field.fill("نُظر فيه.")
    reviewer.move("button[value=approve]")
    expect(reviewer.page.locator("#done")).to_be_visible()

    hr = walk(server.person(roles=[Role.HR]))
    hr.moves = 0
    hr.move("nav a[href='/admin/regrading']")
    hr.move(f"a[href*='scenario={MENDED}']")
    expect(hr.page.locator("#effect")).to_be_visible()
    expect(hr.page.locator("table")).to_contain_text(str(employee.someone.name if employee.someone else ""))
    hr.page.locator("[name=reason_ar]").fill("كان مفتاح الموقف خطأ.")
    hr.page.locator("[name=reason_en]").fill("The key of the scenario was wrong.")
    hr.move("main form[method=post] button[type=submit]")
    expect(hr.page.locator("#decided")).to_be_visible()
    assert hr.moves == 3

    assert employee.someone is not None
    letter = letter_to(server, employee.someone.email)
    assert "كان مفتاح الموقف خطأ." in letter
    link = re.search(rf"{server.url}(/learn/\S+)", letter)
    assert link is not None, letter
    employee.go(link[1].rstrip(".،)>"))
    employee.go(f"/learn/attempts/{attempt}/result")
    expect(employee.page.locator("#remarked")).to_be_visible()
    for words in ("٦٠٪", "٨٠٪", "كان مفتاح الموقف خطأ."):
        expect(employee.page.locator("main")).to_contain_text(words)
    hr.go("/admin/regrading")
    # Other stories may have decided as well; the newest stands first.
    expect(hr.page.locator(".card .badge--good").first).to_be_visible()
    assert not [one for walker in (employee, editor, reviewer, hr) for one in walker.refused]


def shipped_options(reading: Reading, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the choices of a scenario as they were shipped, with the key they were shipped with."""
    return next(
        source.document["options"]
        for source in reading.scenarios
        if source.document["title"] == document["title"] and source.document["bank"] == document["bank"]
    )
