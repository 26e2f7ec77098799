"""The document is of the code: every address in it and no other, valid, and nothing in it that tells of answers."""

import re
from pathlib import Path

from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from quiz.interop.api.document import describe
from quiz.interop.api.serving import KINDS, SAID
from quiz.presentation.connected import _SAID
from tests.pages import HERE

ROOT = Path(__file__).resolve().parents[3]
# What must never leave by the API, by the words it would be called.
NEVER = {"score", "attempt", "answer", "mark", "passed", "percent", "extra_time", "absence", "code_of_record", "salt"}


def test_the_document_names_every_address_and_no_other(app: Flask) -> None:
    document = describe(app)
    rules = {
        re.sub(r"<([^>]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
    }
    assert set(document["paths"]) == rules
    for path, item in document["paths"].items():
        assert set(item) == ({"get", "post"} if path == "/api/v1/assignments" else {"get"}), path


def test_the_document_is_valid_and_open_to_everybody(app: Flask) -> None:
    OpenAPIV31SpecValidator(describe(app)).validate()
    response = app.test_client().get("/api/v1/openapi.json", base_url=HERE)
    assert response.get_json() == describe(app)
    assert "تضارب المصالح" in response.text
    assert response.headers["Cache-Control"].startswith("public")


def test_every_view_says_which_scopes_open_it(app: Flask) -> None:
    for path, item in describe(app)["paths"].items():
        for way, kind in (("get", ":read"), ("post", ":write")):
            scopes = [scope for one in item.get(way, {}).get("security", []) for scope in one["token"]]
            assert bool(scopes) is (way in item), path
            assert all(scope.endswith(kind) for scope in scopes), path


def test_nothing_that_is_answered_tells_of_attempts(app: Flask) -> None:
    schemas = describe(app)["components"]["schemas"]
    named = {name for schema in schemas.values() for name in schema["properties"]}
    for name in named:
        assert not any(word in name.split("_") for word in NEVER), name
    # Evidence answers questions of regulators; what people answered is not among it.
    assert "answers" in schemas["Evidence"]["properties"]
    assert {"name", "latin_name", "email"} & {
        one for name, schema in schemas.items() if name not in {"Person", "Unit"} for one in schema["properties"]
    } == set()


def test_the_page_for_developers_tells_of_every_address_parameter_and_problem(app: Flask) -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    for path, item in describe(app)["paths"].items():
        assert f"`{path}`" in page, path
        for parameter in (one for operation in item.values() for one in operation["parameters"]):
            assert f"`{parameter['name']}`" in page, parameter["name"]
    kinds = {*SAID, "failed", *(code for code, _ in _SAID.values())}
    for kind in kinds:
        assert f"`{KINDS}{kind}`" in page, kind
    assert set(re.findall(rf"`{KINDS}([a-z-]+)`", page)) == kinds
