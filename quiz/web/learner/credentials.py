"""What the holder of a record takes away for programs: the credential as JSON, and as a token for a wallet."""

from flask import Response, make_response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading
from quiz.records import codes
from quiz.services import issuing
from quiz.services.errors import NotReady
from quiz.web.learner.afterwards import blueprint as blueprint


@blueprint.get("/records/<public_id>.json")
@for_roles(Role.LEARNER)
def record_credential(public_id: str) -> BaseResponse:
    """Give the credential with its proof inside."""
    try:
        with reading() as work:
            content, code = issuing.make_credential(work, public_id)
    except NotReady:
        return redirect(url_for("learner.record", public_id=public_id), 303)
    return _file(content, code, "application/vc", "json")


@blueprint.get("/records/<public_id>.jwt")
@for_roles(Role.LEARNER)
def record_token(public_id: str) -> BaseResponse:
    """Give the same credential as a token."""
    try:
        with reading() as work:
            content, code = issuing.make_token(work, public_id)
    except NotReady:
        return redirect(url_for("learner.record", public_id=public_id), 303)
    return _file(content, code, "application/vc+jwt", "jwt")


def _file(content: bytes, code: str, media_type: str, ending: str) -> Response:
    response = make_response(content)
    response.content_type = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="amana-{codes.display(code)}.{ending}"'
    return response
