"""Styles and scripts: one sheet in its order, addresses that change with what they name."""

import re

import pytest
from flask import Flask

from quiz.factory import create_app
from quiz.presentation import assets
from quiz.settings.operator import Settings, folder


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(database_url="sqlite://", secret_key="a key for tests only, 0123456789abcdef"))


def test_the_sheets_are_joined_in_their_order() -> None:
    css = assets.style_sheet()
    names = ("tokens", "base", "layout", "components/badge", "components/verdict", "print")
    # Each begins with a line that says what it is.
    firsts = [(folder("static") / "css" / f"{name}.css").read_text().splitlines()[0] for name in names]
    places = [css.index(line) for line in firsts]
    assert places == sorted(places)
    for path in (folder("static") / "css" / "components").glob("*.css"):
        assert path.read_text().strip() in css


def test_an_address_changes_with_what_it_names() -> None:
    first, second = assets.asset("app.css"), assets.asset("js/main.js")
    assert re.fullmatch(r"/assets/[0-9a-f]{12}/app\.css", first)
    assert first.split("/")[2] != second.split("/")[2]
    # Scripts import each other by plain names, so they are all new or all old.
    assert assets.asset("js/components/menu.js").split("/")[2] == second.split("/")[2]


def test_fonts_come_with_the_digest_of_their_content() -> None:
    urls = re.findall(r"url\([\"']?([^\"')]+)", assets.style_sheet())
    fonts = [url for url in urls if url.endswith(".woff2")]
    assert fonts
    assert all(re.fullmatch(r"/assets/[0-9a-f]{12}/fonts/[a-z-]+\.woff2", url) for url in fonts)


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert "http" not in re.sub(r"/\*.*?\*/", "", assets.style_sheet(), flags=re.DOTALL).replace('href^="http"', "")
    assert "@import" not in assets.style_sheet()


def test_what_is_served_is_what_was_asked_for(app: Flask) -> None:
    client = app.test_client()
    for path, kind in (
        ("app.css", "text/css"),
        ("js/main.js", "text/javascript"),
        ("images/mark.svg", "image/svg+xml"),
    ):
        with client.get(assets.asset(path)) as answer:
            assert (answer.status_code, answer.mimetype) == (200, kind)
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
