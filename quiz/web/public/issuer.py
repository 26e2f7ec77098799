"""What verifiers of credentials fetch: who issues, its keys, and the lists of what was revoked."""

import json
from typing import Any

from flask import Response, request

from quiz.presentation.guard import for_everybody
from quiz.presentation.security import limited
from quiz.presentation.work import reading
from quiz.records import issuer_documents
from quiz.services import issuing
from quiz.services.errors import NotFound, NotReady
from quiz.services.organisation import get_choices
from quiz.web.public.views import blueprint as blueprint

_RATE = "240 per minute"


@blueprint.get("/.well-known/did.json")
@for_everybody
@limited(_RATE)
def identifier() -> Response:
    """Give the document of the issuer's identifier, with every key that ever signed."""
    with reading() as work:
        document = issuer_documents.identifier_document(issuing.get_issuer(work), issuing.list_keys(work))
    return _open(document, "application/did+json", 300)


@blueprint.get("/.well-known/jwks.json")
@for_everybody
@limited(_RATE)
def key_set() -> Response:
    """Give the same keys as JSON Web Keys."""
    with reading() as work:
        document = issuer_documents.key_set(issuing.get_issuer(work), issuing.list_keys(work))
    return _open(document, "application/jwk-set+json", 300)


@blueprint.get("/issuer")
@for_everybody
@limited(_RATE)
def profile() -> Response:
    """Give the issuer as a Profile of Open Badges."""
    with reading() as work:
        document = issuer_documents.profile(issuing.get_issuer(work), get_choices(work).name)
    return _open(document, "application/ld+json", 300)


@blueprint.get("/status/<int:number>")
@for_everybody
@limited(_RATE)
def status(number: int) -> Response:
    """Give a list of states, signed; it changes when a record is revoked."""
    try:
        with reading() as work:
            found = issuing.get_status_list(work, number)
    except (NotFound, NotReady):
        return _open({"error": "There is no such list."}, "application/json", 0, 404)
    response = _open(found.document, "application/vc", 60)
    response.set_etag(found.tag)
    response.make_conditional(request)
    return response


def _open(document: dict[str, Any], media_type: str, seconds: int, code: int = 200) -> Response:
    """Return a document that programs of any site may read: it is the same for everybody."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    response = Response(body, code, content_type=media_type)
    response.headers["Access-Control-Allow-Origin"] = "*"
    if seconds:
        response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response
