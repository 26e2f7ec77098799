"""Pages open to the world: verifying a record, privacy, accessibility, the disclaimer; probes for operators."""

from hmac import compare_digest

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.presentation import stopping
from quiz.presentation.connected import as_json
from quiz.presentation.gallery import samples
from quiz.presentation.guard import bare, for_everybody
from quiz.presentation.keeping_words import frame_words, list_kept
from quiz.presentation.security import limited, shared_counts
from quiz.presentation.signed_in import settings
from quiz.presentation.work import reading, watch, writing
from quiz.records import codes
from quiz.records.file_kinds import find_address
from quiz.records.paper_verifying import LARGEST_BYTES
from quiz.services import completing, sharing
from quiz.services.errors import NotFound
from quiz.web.public.forms import VerifyForm

# What cannot be a code is shown as it was typed, but not by the page.
LONGEST_ECHO = 60

blueprint = Blueprint("public", __name__, template_folder="templates")


@blueprint.get("/verify/")
@for_everybody
def verify_form() -> BaseResponse | tuple[str, int]:
    """Ask for a code; a code in the query goes to its own address."""
    if "code" not in request.args:
        return _form(VerifyForm(), False), 200
    form = VerifyForm(request.args)
    is_misread = False
    if form.validate():
        # Whoever scanned the QR code may have pasted the whole of its address.
        found = find_address(form.code.data.encode("utf-8", "replace"))
        typed = codes.normalise(found[0]) if found else None
        if found and typed:
            return redirect(url_for("public.verify", code=codes.display(typed), _anchor=found[1] or None), 303)
        is_misread = True
    return _form(form, is_misread), 422


def _form(form: VerifyForm, is_misread: bool) -> str:
    return render_template("public/verify_form.html", form=form, is_misread=is_misread, most_bytes=LARGEST_BYTES)


@blueprint.get("/verify/<code>")
@for_everybody
@limited("30 per minute")
def verify(code: str) -> Response:
    """Show the state of a record and what it vouches for; no score, unit or number."""
    with reading() as work:
        summary = completing.verify(work, code)
    status = 404 if summary.state in {"unknown", "misread"} else 200
    words = codes.display(summary.code) if summary.code else code[:LONGEST_ECHO]
    return _unindexed(render_template("public/verify.html", record=summary, code_words=words), status)


@blueprint.get("/shared/<share>")
@for_everybody
@limited("30 per minute")
def shared(share: str) -> Response:
    """Show a record by a link that its holder made; the day of the opening is noted, and nothing of the reader."""
    try:
        with reading() as work:
            found = sharing.open_shared(work, share)
            is_first = sharing.is_first_opening(work, share)
        if is_first and request.method == "GET":
            with writing() as work:
                sharing.note_opening(work, share)
    except NotFound:
        return _unindexed(render_template("public/shared.html", shared=None), 404)
    words = codes.display(found.record.code) if found.record.code else None
    return _unindexed(render_template("public/shared.html", shared=found, code_words=words), 200)


def _unindexed(page: str, status: int) -> Response:
    """Answer with a page that no search engine keeps; no cache does either, as for every page."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/privacy")
@for_everybody
def privacy() -> str:
    """Say what is kept, why, for how long and who sees it."""
    return render_template(
        "public/privacy.html",
        groups=list_kept(g.choices.keeping),
        frame=frame_words(),
        has_replica=bool(settings().reach.replica_url),
    )


@blueprint.get("/accessibility")
@for_everybody
def accessibility() -> str:
    """Say what is accessible, what is not, and whom to tell."""
    return render_template("public/accessibility.html")


@blueprint.get("/disclaimer")
@for_everybody
def disclaimer() -> str:
    """Say what this is and is not: training, not legal advice."""
    return render_template("public/disclaimer.html")


@blueprint.get("/components")
@for_everybody
def components() -> str:
    """Show every component in every state; for those who build pages, in a demonstration only."""
    if not settings().demo:
        raise NotFound("page")
    return render_template("components/gallery.html", samples=samples())


@blueprint.get("/healthz")
@bare
def healthz() -> Response:
    """Tell that the process is alive."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@bare
def readyz() -> Response:
    """Tell whether this process may be sent requests, with its checks as codes and nothing more for strangers."""
    found = watch().look(stopping.is_stopping())
    checks = {
        "database": "ok" if found.answers else "silent",
        "process": "stopping" if found.is_stopping else "ok",
        "schema": found.standing or "unknown",
    }
    shared = shared_counts()
    if shared is not None:
        # Without it requests are answered all the same: nobody is sent elsewhere for that.
        checks["redis"] = "ok" if shared.is_there() else "degraded"
    said = {"status": "ready" if found.is_ready else "unready", "checks": checks}
    return as_json(said, 200 if found.is_ready else 503)


@blueprint.get("/metrics")
@bare
def metrics() -> Response:
    """Tell the figures to whoever shows the operator's token; to everybody else there is no such page."""
    token, found = settings().operation.metrics_token, current_app.extensions["metrics"]
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    if not token or kind.lower() != "bearer" or not compare_digest(shown.strip().encode(), token.encode()):
        raise NotFound("page")
    return Response(found.told(), content_type="text/plain; version=0.0.4; charset=utf-8")
