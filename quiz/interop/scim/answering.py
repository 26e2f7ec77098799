"""Asking and answering in SCIM: what is sent as JSON, versions that are asked for, and addresses."""

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import PreconditionFailed, UnsupportedMediaType

from quiz.interop.scim.faults import MIMETYPE, respond
from quiz.interop.scim.resources import Document
from quiz.presentation.connected import answer_faults, as_json, json_body
from quiz.presentation.signed_in import settings

blueprint = Blueprint("scim", __name__, url_prefix="/scim/v2")
answer_faults(blueprint, respond)
_TAKEN = frozenset({"", MIMETYPE, "application/json"})


def base() -> str:
    """Return the address of all of this, as the operator named it."""
    return f"{settings().base_url.rstrip('/')}/scim/v2"


def body() -> Any:
    """Return what was sent; raise UnsupportedMediaType where it says that it is no JSON, or BadRequest."""
    if request.mimetype not in _TAKEN:
        raise UnsupportedMediaType
    return json_body()


def answer(document: Document, status: int = 200) -> Response:
    """Answer with a document."""
    return as_json(document, status, MIMETYPE)


def answer_resource(document: Document, status: int = 200) -> Response:
    """Answer with one resource, its address and its version; nothing where the other side has this version."""
    version = document["meta"]["version"]
    if request.method == "GET" and _names(request.headers.get("If-None-Match"), version):
        response = Response(status=304)
    else:
        response = answer(document, status)
        response.headers["Location"] = document["meta"]["location"]
    response.headers["ETag"] = version
    return response


def check_version(document: Document) -> None:
    """Raise PreconditionFailed where a change is meant for another version than that which stands."""
    version = document["meta"]["version"]
    wanted = request.headers.get("If-Match")
    if wanted is not None and not _names(wanted, version):
        raise PreconditionFailed
    if _names(request.headers.get("If-None-Match"), version):
        raise PreconditionFailed


def _names(header: str | None, version: str) -> bool:
    """Tell whether a header names a version; weakly, since what is told depends on what was asked for."""
    if header is None:
        return False
    given = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in given or version.removeprefix("W/") in given
