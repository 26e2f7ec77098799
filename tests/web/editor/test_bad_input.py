"""The writing page under what is pasted, forged and forgotten: the work is kept, and what is wrong is said in words."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict

from quiz.bank.composing import empty_scenario
from quiz.bank.reader import Reading
from quiz.engine.question_types import registry as question_types
from tests.drafts import sound
from tests.pages import HERE, Page
from tests.web.editor.drafting import Form, Writer, value_of

OpenWriter = Callable[..., Writer]
KINDS = sorted(question_types.names())
LONG = "كلمة وأخرى " * 910
PASTED = {
    # What was pasted, and what is kept of it.
    "من Word": ("<!--[if gte mso 9]><xml>x</xml><![endif]-->نص<o:p></o:p>\u00a0آخر", "نص آخر"),
    "zero width": ("كل\u200bمة\ufeff وأ\u200cخرى", "كلمة وأخرى"),
    "direction": ("\u202eقبل\u202c \u200fبعد\u2066 هنا\u2069", "قبل بعد هنا"),
    "shapes": ("\ufedf\ufe98\ufe8e\ufe8f", "لتاب"),
    "persian": ("علی کتاب", "علي كتاب"),
    "tatweel": ("كـــتاب", "كتاب"),
    "digits": ("عام ٢٠١٩ و۵۰٪", "عام 2019 و50%"),
    "controls": ("قبل\x07\x1b بعد\x7f", "قبل بعد"),
    "lines": ("سطر\u2028آخر\r\n\r\n\r\n\r\nبعيد", "سطر\nآخر\n\nبعيد"),
}


def laws(page: Page, name: str) -> str:
    return str(page.soup.find(id=f"law-{name}").get_text(" ", strip=True))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_pasted_is_cleaned_and_the_writer_is_told(open_writer: OpenWriter, language: str) -> None:
    writer = open_writer(language=language)
    for pasted, (said, kept) in PASTED.items():
        pieces = writer.typed(None, situation__ar=said, options__0__ruling__ar=said)
        assert pieces.select("#beside > p.meta"), f"{pasted}: what was taken out is said"
        assert value_of(writer.page(), "situation.ar") == kept, pasted
        assert writer.document["options"][0]["ruling"]["ar"] == kept, pasted
        assert not writer.typed(None).select("#beside > p.meta"), f"{pasted}: cleaned once, it is clean"


def sent(writer: Writer, form: Form) -> Page:
    """Send a form whose words the linter would take for ours."""
    answer = writer.client.client.post(writer.where, data=form, base_url=HERE)
    # The client lays what is large into a file of its own, which nobody else closes.
    answer.request.environ["wsgi.input"].close()
    return Page(answer, BeautifulSoup(answer.get_data(as_text=True), "html5lib"))


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "html", ["<b>مهم</b>", "<script>alert(1)</script>", "<img src=x onerror=go()>", "</textarea><b>"]
)
def test_html_is_kept_as_it_was_written_and_refused_at_its_place(
    open_writer: OpenWriter, reading: Reading, html: str, language: str
) -> None:
    writer = open_writer(sound(reading), language=language)
    words = f"{writer.document['prompt']['ar']} {html}"
    refused = sent(writer, writer.form(None, do="submit", prompt__ar=words))
    assert (refused.status, writer.summary.state) == (422, "draft")
    assert value_of(refused, "prompt.ar") == words
    assert laws(refused, "prompt-ar")
    assert refused.links("^#at-prompt-ar$")
    assert not refused.soup.main.find_all(["b", "img", "script"])


def test_ten_thousand_signs_are_kept_and_said_to_be_too_many(open_writer: OpenWriter, reading: Reading) -> None:
    writer = open_writer(sound(reading))
    form = writer.form(None, do="submit")
    for name in form:
        if name.endswith((".ar", ".en")):
            form[name] = LONG
    refused = sent(writer, form)
    assert refused.status == 422
    for name in ("title.ar", "situation.en", "options.0.ruling.ar"):
        assert value_of(refused, name) == LONG.strip()
        assert laws(refused, name.replace(".", "-"))
    assert writer.client.client.get(f"{writer.where}/preview", base_url=HERE).status_code == 200
    assert writer.client.client.get(f"{writer.where}/review", base_url=HERE).status_code == 200


def test_the_largest_scenario_there_may_be_comes_whole(open_writer: OpenWriter, reading: Reading) -> None:
    addresses = [source.document["cites"][0] for source in reading.scenarios if source.document["bank"] == "eg-conduct"]
    cites = list(dict.fromkeys(one for one in addresses if isinstance(one, str)))[:6]
    choice = {"text": {"ar": "خيار"}, "ruling": {"ar": "تعليل"}, "cites": cites, "credit": 0, "next": None}
    nodes = [
        {
            "key": f"turn-{turn}",
            "situation": {"ar": "دور"},
            "choices": [{**choice, "key": f"{letter}{turn}"} for letter in "abcdef"],
        }
        for turn in range(12)
    ]
    writer = open_writer({**empty_scenario("eg-conduct", "branching"), "key": "a-large-one", "nodes": nodes})
    form = writer.form(None, do="save", title__ar="أكبر المواقف")
    assert writer.page().soup.find(id="writing").get("enctype") is None
    assert sent(writer, form).status == 303
    assert writer.document["title"]["ar"] == "أكبر المواقف"
    assert writer.document["nodes"] == nodes


def test_more_than_a_form_may_hold_is_refused_and_nothing_changes(writer: Writer) -> None:
    form = writer.form(None, do="save", title__ar="س" * (1024 * 1024 + 1))
    refused = writer.client.post(writer.where, form, 413)
    assert refused.main
    refused.response.request.environ["wsgi.input"].close()
    assert writer.summary.typed is None


@pytest.mark.parametrize("seen", ["", "0", "-1", "1.0", "1e9", "9" * 30, "٣", "x", "\x00", " 1"])
def test_a_form_that_was_shown_nothing_is_told_so(writer: Writer, seen: str) -> None:
    form = writer.form(None, do="save", title__ar="عنوان", seen=seen)
    answer = writer.client.client.post(writer.where, data=form, base_url=HERE)
    assert answer.status_code in {400, 409}
    assert writer.summary.revision == 1
    answer = writer.client.client.post(f"{writer.where}/typing", data=form, base_url=HERE)
    assert answer.status_code in {200, 400}


def forged(form: Form, kind: str) -> dict[str, Form]:
    """Return what no page of ours sends."""

    def without(*starts: str) -> Form:
        return MultiDict((name, value) for name, value in form.items(multi=True) if not name.startswith(starts))

    def with_values(**values: object) -> Form:
        made = MultiDict(form)
        for name, value in values.items():
            made.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
        return made

    return {
        "nothing": MultiDict({"seen": form["seen"], "csrf_token": form["csrf_token"]}),
        "no options": without("options", "nodes", "passages"),
        "no keys": MultiDict((name, value) for name, value in form.items(multi=True) if not name.endswith("key")),
        "every field twice": MultiDict([*form.items(multi=True), *form.items(multi=True)]),
        "one key for all": MultiDict(
            (name, "a" if name.endswith(".key") else value) for name, value in form.items(multi=True)
        ),
        "unknown keys": MultiDict(
            (name, f"zz-{value}" if name.endswith(".key") else value) for name, value in form.items(multi=True)
        ),
        "empty keys": MultiDict(
            (name, "" if name.endswith(".key") else value) for name, value in form.items(multi=True)
        ),
        "unknown kind": with_values(kind="novel", do="kind"),
        "another kind unsaid": with_values(kind="spot"),
        "unknown medium": with_values(medium="telex", do="medium"),
        "unknown bank": with_values(bank="../../etc", difficulty="9", sensitive=["", "maybe"]),
        "unknown picks": with_values(
            pick__most="zz", pick__least="zz", options__0__rating="fine", options__0__place="-4"
        ),
        "unknown places": with_values(options__0__credit="1/0", options__1__credit="a" * 400, options__40__key="x"),
        "unknown provisions": with_values(
            cites=["", "no/such/thing", "a" * 5000, "../..", "\u202e"], options__0__cites=["x y"]
        ),
        "comparisons": with_values(
            compare__0__edition="no/such",
            compare__0__cites="a، b ؛ c",
            compare__0__verdict="never",
            compare__0__note__ar="؟",
        ),
        "lists as texts": with_values(topics=["", "no-such", "no-such"], values=["", "\x1f"], audience=[""]),
        "files and turns": with_values(
            exhibit__turns__0__who__ar="أ", exhibit__turns__99__says__ar="ب", exhibit__body="ج"
        ),
        "nodes": with_values(nodes__0__key="x", nodes__0__choices__0__next="nowhere", nodes__0__choices__0__key=""),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_no_forged_form_takes_the_page_or_the_work_away(open_writer: OpenWriter, reading: Reading, kind: str) -> None:
    writer = open_writer(sound(reading, "a-forged-one", kind))
    title = writer.document["title"]["ar"]
    broken = []
    for what, form in forged(writer.form(), kind).items():
        for do in (form.get("do", "keep"), "save"):
            sent = MultiDict(form)
            sent.setlist("do", [do])
            sent.setlist("seen", [str(writer.summary.revision)])
            for where in ("", "/typing"):
                answer = writer.client.client.post(f"{writer.where}{where}", data=sent, base_url=HERE)
                if answer.status_code not in {200, 303, 422}:
                    broken.append(f"{what} {do} {where}: {answer.status_code}")
        for page in ("", "/review", "/preview", "/shown", "/shown?answered=sound"):
            answer = writer.client.client.get(f"{writer.where}{page}", base_url=HERE)
            if answer.status_code != 200:
                broken.append(f"{what} {page}: {answer.status_code}")
        assert writer.document["title"]["ar"] == title, what
    assert not broken, "\n".join(broken)


NO_BUTTONS = (
    "",
    "up",
    "up:",
    "up:options",
    "up:options.99",
    "down:options.-1",
    "remove:options.0.text.ar",
    "remove:title",
    "remove:0.0",
    "add:title",
    "add:options.0",
    "add:exhibit.turns",
    "add:nodes",
    "add:nodes.7.choices",
    "remove:nodes.0.choices.1",
    f"up:options.{'9' * 30}",
    "cite:",
    "cite:../../etc",
    f"cite:{'a' * 5000}",
    "add:" + "options." * 500,
    "nonsense:x",
)


def test_no_button_that_is_not_there_does_anything_bad(writer: Writer) -> None:
    before = writer.document
    for do in NO_BUTTONS:
        away = writer.press(do)
        writer.client.get(away.location.partition("#")[0])
        after = writer.document
        assert [after.get(name) for name in ("title", "options", "kind")] == [
            before.get(name) for name in ("title", "options", "kind")
        ], do
