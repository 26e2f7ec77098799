"""The document of the API (OpenAPI 3.1), made of what the views declare; open to everybody, for it tells of nobody."""

import re
from typing import Any

from flask import Flask, Response, current_app

from quiz.interop.api import shapes
from quiz.interop.api.declaring import body_schema, named_in, object_schema, parameters_of
from quiz.interop.api.serving import MIMETYPE, PROBLEM, Declared, blueprint, dumped
from quiz.presentation.guard import bare

VERSION = "1.1.0"
_ABOUT = (
    "People, units, modules, assignments, completions, records and evidence for other systems of the organisation."
    " Nothing here tells scores, answers or attempts. See docs/api.md."
)
_STATUSES = {
    "304": "Nothing changed since the ETag that was sent.",
    "400": "A parameter or a member is unknown, repeated or cannot be read.",
    "401": "A token is missing, unknown or has ended.",
    "403": "The token has none of the scopes that are needed.",
    "404": "It is not there, or something that a filter names is not.",
    "406": "Something else than JSON is asked for.",
    "422": "What was asked cannot be, such as a period that ends before it begins.",
    "429": "Too much was asked; `Retry-After` says when to ask again.",
    "500": "Something went wrong on our side.",
    "503": "The database does not answer; `Retry-After` says when to ask again.",
}
# What only an address can answer at which something is made.
_OF_DEEDS = {
    "409": "It is there already.",
    "413": "Too much was sent.",
    "415": "Something else than JSON was sent.",
}


@blueprint.get("/openapi.json")
@bare
def openapi() -> Response:
    """Show the document."""
    held = current_app.extensions
    if "api-document" not in held:
        held["api-document"] = dumped(describe(current_app))
    response = Response(held["api-document"], mimetype=MIMETYPE)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def describe(app: Flask) -> dict[str, Any]:
    """Return the document of the views of an app."""
    paths: dict[str, dict[str, Any]] = {}
    declared: list[Declared] = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        if hasattr(view, "declared"):
            declared.append(view.declared)
            way = "get" if view.declared.body is None else "post"
            item = paths.setdefault(re.sub(r"<([^>]+)>", r"{\1}", rule.rule), {})
            item[way] = _operation(rule.rule, rule.endpoint, view)
    told = set().union(*(named_in(one.answer) for one in declared), named_in(shapes.Problem))
    schemas = {one.__name__: object_schema(one) for one in told}
    schemas |= {one.body.__name__: body_schema(one.body) for one in declared if one.body is not None}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Amana", "version": VERSION, "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by an administrator at /admin/connections, with the scopes a system needs.",
                }
            },
        },
    }


def _operation(rule: str, endpoint: str, view: Any) -> dict[str, Any]:
    declared: Declared = view.declared
    places = re.findall(r"<([^>]+)>", rule)
    return {
        "operationId": endpoint.rpartition(".")[2],
        "summary": declared.words,
        "security": [{"token": [scope.value]} for scope in sorted(view.for_scopes)],
        "parameters": [
            *({"name": one, "in": "path", "required": True, "schema": _ID} for one in places),
            *(
                {"name": one.name, "in": "query", "required": False, "schema": one.schema, "description": one.words}
                for one in parameters_of(declared.query)
            ),
        ],
        **_sent_and_answered(declared),
    }


def _sent_and_answered(declared: Declared) -> dict[str, Any]:
    refusals = {status: _refusal(words) for status, words in _STATUSES.items() if status != "304"}
    told = {MIMETYPE: {"schema": {"$ref": f"#/components/schemas/{declared.answer.__name__}"}}}
    if declared.body is not None:
        schema = {"$ref": f"#/components/schemas/{declared.body.__name__}"}
        where = {"description": "Where it is found.", "required": True, "schema": {"type": "string"}}
        made = {"description": "What was made.", "headers": {"Location": where}, "content": told}
        return {
            "requestBody": {"required": True, "content": {MIMETYPE: {"schema": schema}}},
            "responses": {"201": made, **refusals, **{status: _refusal(words) for status, words in _OF_DEEDS.items()}},
        }
    found = {
        "description": "What was asked for.",
        "headers": _headers("next" in getattr(declared.answer, "__dataclass_fields__", {})),
        "content": told,
    }
    return {"responses": {"200": found, "304": {"description": _STATUSES["304"]}, **refusals}}


_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}


def _headers(is_page: bool) -> dict[str, Any]:
    etag = {"ETag": {"description": "For `If-None-Match`.", "required": True, "schema": {"type": "string"}}}
    link = {"Link": {"description": 'The next page, `rel="next"`.', "schema": {"type": "string"}}}
    return {**etag, **link} if is_page else etag


def _refusal(words: str) -> dict[str, Any]:
    return {"description": words, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
