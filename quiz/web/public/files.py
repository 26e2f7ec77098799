"""Checking a file that a stranger brings: chosen, dropped or pasted; nothing of it is kept or logged."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.presentation import file_words
from quiz.presentation.guard import for_everybody, sends_up_to
from quiz.presentation.security import limited
from quiz.presentation.work import actor, works
from quiz.records import codes, file_kinds
from quiz.records.paper_verifying import LARGEST_BYTES
from quiz.services.errors import Unavailable
from quiz.services.file_checking import Verdict, check_brought
from quiz.web.public.issuer import blueprint as blueprint

# A paper, and what a form writes around it.
MOST_BYTES = LARGEST_BYTES + 64 * 1024
_WAIT_SECONDS = "15"


@blueprint.get("/verify/file")
@for_everybody
def file_form() -> BaseResponse:
    """Lead to the form: the answer about a file has no address that could be opened again."""
    return redirect(url_for("public.verify_form", _anchor="file-check"), 303)


@blueprint.post("/verify/file")
@for_everybody
@sends_up_to(MOST_BYTES, in_memory=True)
@limited("10 per minute")
def check_file() -> BaseResponse:
    """Say what a file is, and how its record stands now; an address or a code leads to the page of the record."""
    content = _brought()
    found = file_kinds.find_address(content)
    if found is not None:
        code, line = found
        # The signed line of the QR code is for the browser alone.
        return redirect(url_for("public.verify", code=code, _anchor=line or None), 303)
    try:
        checked = check_brought(works(), actor(), content)
    except Unavailable:
        response = _page(file_words.busy(), 503)
        response.headers["Retry-After"] = _WAIT_SECONDS
        return response
    shown = file_words.show(checked)
    return _page(shown, 422 if checked.verdict is Verdict.UNREADABLE else 200)


def _brought() -> bytes:
    """Return the file, or what was pasted where there is none."""
    sent = request.files.get("file")
    content = sent.read() if sent is not None and sent.filename else b""
    # A text holds U+0000 no more when it comes here, and lone surrogates never.
    return content or request.form.get("text", "").encode("utf-8", "replace")


def _page(shown: file_words.ShownFile, status: int) -> Response:
    words = codes.display(shown.record.code) if shown.record else None
    response = make_response(render_template("public/file.html", file=shown, code_words=words), status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
