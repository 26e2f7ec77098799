"""A scenario from an empty desk to an employee: written, reviewed, sent back, approved, met; and files sent in."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from quiz.access.actor import Role
from quiz.bank.archive import write_archive
from quiz.bank.reader import Reading
from quiz.services.loading import Release, install_release
from quiz.services.published import list_scenarios
from tests.e2e.server import Server
from tests.e2e.walking import Walker
from tests.fixtures.people import SYSTEM
from tests.web.learning import MODULE

Walk = Callable[..., Walker]
TOPIC = "appearance"
TITLE = "موقف يُكتب في هذه القصة"


def model(reading: Reading) -> dict[str, Any]:
    """A shipped scenario whose words are typed once more, under another title: one choice, nothing to look at.

    No other scenario has its topic, so that a module of that topic holds no other story's pool.
    """
    shipped = next(
        source.document
        for source in reading.scenarios
        if (source.document["kind"], source.document["jurisdiction"]) == ("single_choice", "EG")
        and not source.document.get("exhibit")
    )
    return {**shipped, "topics": [TOPIC]}


def texts(document: dict[str, Any]) -> dict[str, str]:
    """The words to type, by the name of their field."""
    typed = {
        f"{name}.{language}": document[name][language] for name in ("situation", "prompt") for language in ("ar", "en")
    }
    typed |= {"title.ar": TITLE, "title.en": "A scenario written in this story"}
    for place, option in enumerate(document["options"]):
        for name in ("text", "ruling"):
            typed |= {f"options.{place}.{name}.{language}": option[name][language] for language in ("ar", "en")}
    return typed


def write(walker: Walker, document: dict[str, Any]) -> None:
    """Fill the one screen, as somebody would who never lets the pointer rest on a save button."""
    page = walker.page
    page.locator("[name=bank]").select_option(document["bank"])
    cited = list(
        dict.fromkeys([*document["cites"], *(one for option in document["options"] for one in option["cites"])])
    )
    for address in cited:
        page.locator("#find").fill(address.rpartition("/")[2].replace("-", " "))
        with page.expect_navigation():
            page.locator(f"#found button[value='cite:{address}']").click()
    for _ in document["options"][3:]:
        walker.move("button[value='add:options']")
    for name, words in texts(document).items():
        page.locator(f"[name='{name}']").fill(words)
    for place, option in enumerate(document["options"]):
        page.locator(f"[name='options.{place}.credit']").select_option(str(option["credit"]))
        for address in option["cites"]:
            page.locator(f"[name='options.{place}.cites'][value='{address}']").check()
    for address in set(cited) - set(document["cites"]):
        page.locator(f"[name='cites'][value='{address}']").uncheck()
    for group in ("topics", "values"):
        for value in document[group]:
            page.locator(f"[name='{group}'][value='{value}']").check()


def test_from_an_empty_desk_to_an_employee(walk: Walk, server: Server, reading: Reading) -> None:
    document = model(reading)
    editor, reviewer = walk(server.person(roles=[Role.EDITOR])), walk(server.person(roles=[Role.REVIEWER]))

    editor.go("/edit/")
    editor.move("main .heading-row button")
    draft = editor.path.partition("#")[0]
    write(editor, document)
    # One screen, one button; the page in between is the desk's own.
    editor.move("button[value=submit]")
    assert re.fullmatch(rf"{draft}/review", editor.path), editor.page.locator("#beside").inner_text()
    assert not editor.refused

    reviewer.go("/edit/")
    reviewer.move(reviewer.page.get_by_role("link", name=TITLE))
    reviewer.page.locator("#place").select_option("title.ar")
    reviewer.page.locator("#comment-words").fill("عنوان أقصر يكفي.")
    reviewer.move("#comment button[type=submit]")
    reviewer.page.locator("#words").fill("المطلوب عنوان أقصر.")
    reviewer.move("button[value=send-back]")
    expect(reviewer.page.locator("#done")).to_be_visible()

    editor.go("/edit/")
    editor.move(editor.page.get_by_role("link", name=TITLE))
    expect(editor.page.locator("main")).to_contain_text("المطلوب عنوان أقصر.")
    editor.page.locator("[name='title.ar']").fill("عنوان أقصر")
    editor.move("button[value=submit]")

    reviewer.go(f"{draft}/review")
    for field in reviewer.page.locator("[name^='reason:']").all():
        field.fill("نُظر فيه، ولا يدل على الإجابة.")
    reviewer.move("button[value=approve]")
    expect(reviewer.page.locator("#done")).to_be_visible()
    assert not reviewer.refused

    key = everything_about(server, reading, document)
    hire = walk(server.person(key))
    hire.begin(key)
    met = {slot.scenario.title.by_language["ar"]: slot.number for slot in hire.stored().attempt.slots}
    hire.go(f"/learn/attempts/{hire.attempt_id}/{met['عنوان أقصر']}")
    expect(hire.page.locator(".situation").first).to_contain_text(document["situation"]["ar"][:40])
    hire.answer()
    expect(hire.page.locator("#ruling")).to_be_visible()


def everything_about(server: Server, reading: Reading, document: dict[str, Any]) -> str:
    """Publish a module that draws every scenario of a bank with the topics of one, so that nobody can miss it."""
    shipped = next(source.document for source in reading.modules if source.document["key"] == MODULE)
    with server.works.reading(SYSTEM) as work:
        of_topics = [
            scenario
            for scenario, _ in list_scenarios(work)
            if scenario.bank == document["bank"]
            and {*scenario.topics} & {*document["topics"]}
            and not scenario.sensitive
        ]
    line = {"bank": document["bank"], "count": len(of_topics), "topics": document["topics"]}
    module = {**shipped, "key": "everything-about", "jurisdictions": [document["jurisdiction"]], "blueprint": [line]}
    with server.works.writing(SYSTEM) as work:
        install_release(work, Release((), (), (module,)))
    return "everything-about"


def test_files_become_drafts_with_a_bar_and_without_a_script(
    walk: Walk, server: Server, reading: Reading, tmp_path: Path
) -> None:
    sources = [source.document for source in reading.scenarios if source.document["bank"] == "ae-conduct"][:3]
    documents = [("scenario", {**document, "key": f"sent-{place}"}) for place, document in enumerate(sources)]
    broken = {**documents[0][1], "key": "sent-broken", "prompt": {}}
    file = tmp_path / "sent.zip"
    file.write_bytes(write_archive([*documents, ("scenario", broken)]))
    for scripts in (True, False):
        editor = walk(server.person(roles=[Role.EDITOR]), scripts=scripts, width=360)
        editor.go("/edit/files")
        editor.page.locator("#file").set_input_files(file)
        editor.move("main form button[type=submit]")
        if not scripts:
            editor.move("#progress button")
        expect(editor.page.locator("#entries")).to_be_visible()
        if not scripts:
            # What the first editor sent stands in drafts already.
            expect(editor.page.locator("main")).to_contain_text("قائم هكذا من قبل")
            continue
        editor.page.locator("summary", has_text="مانع").click()
        expect(editor.page.locator(".findings__one--error").first).to_be_visible()
        editor.move("main form button[type=submit]")
        expect(editor.page.locator(".notice--good")).to_contain_text("٤ مسودات")
        assert not editor.refused
