"""What verifiers of credentials fetch: who issues, its keys, and the lists of what was revoked."""

import json
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.presentation.guard import for_everybody
from quiz.presentation.security import limited
from quiz.presentation.work import reading
from quiz.records import issuer_documents
from quiz.services import distrusting, issuing
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


@blueprint.get("/issuer/keys")
@for_everybody
@limited(_RATE)
def signing_keys() -> str:
    """Show people what signs here, what signed before, and what is trusted no longer and why."""
    with reading() as work:
        keys, certificates = distrusting.list_keys(work), distrusting.list_certificates(work)
        name = get_choices(work).name
    return render_template("public/signing_keys.html", keys=keys, certificates=certificates, organisation=name)


@blueprint.get("/issuer")
@for_everybody
@limited(_RATE)
def profile() -> BaseResponse:
    """Give the issuer as a Profile of Open Badges; a browser is led to the page that says the same to people."""
    if request.accept_mimetypes.best_match(["application/ld+json", "application/json", "text/html"]) == "text/html":
        response = redirect(url_for("public.signing_keys"), 303)
        response.vary.add("Accept")
        return response
    with reading() as work:
        document = issuer_documents.profile(issuing.get_issuer(work), get_choices(work).name)
    given = _open(document, "application/ld+json", 300)
    given.vary.add("Accept")
    return given


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
