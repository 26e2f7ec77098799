"""Files in and out: what is sent is gone through and made into drafts; what stands is taken away."""

from itertools import islice

from flask import Response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from quiz.access.actor import Role
from quiz.bank.archive import write_archive
from quiz.bank.table.template import write_template
from quiz.bank.table.to_cells import is_held
from quiz.bank.table.words import KINDS
from quiz.bank.xliff import read_xliff
from quiz.engine.scenario import BANKS
from quiz.presentation.guard import for_roles, sends_up_to
from quiz.presentation.i18n import reader_locale
from quiz.presentation.security import limited
from quiz.presentation.work import reading, writing
from quiz.services import exporting, translating, uploading
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.receiving import receive
from quiz.services.uploading import Sent
from quiz.web.editor.views import blueprint

MOST_BYTES = 16 * 1024 * 1024
# How many of each kind stand in the table as examples.
EXAMPLES = 2
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/files")
@for_roles(Role.EDITOR, Role.REVIEWER)
def files() -> str:
    """Show what can be taken away, and to editors the form for what is sent."""
    return _files()


def _files(fault: str | None = None) -> str:
    with reading() as work:
        sent = uploading.list_uploads(work) if Role.EDITOR in work.actor.roles else ()
    most = MOST_BYTES // 1024 // 1024
    return render_template("editor/files.html", uploads=sent, banks=BANKS, fault=fault, most=most)


@blueprint.post("/files")
@for_roles(Role.EDITOR)
@sends_up_to(MOST_BYTES)
@limited("30 per minute")
def send_file() -> BaseResponse | tuple[str, int]:
    """Take a file: a zip of content files, one of them, or a table of scenarios."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _files("no-file"), 422
    found = _read(sent)
    try:
        with writing() as work:
            public_id = uploading.keep_upload(work, found)
    except Refused as fault:
        return _files(fault.code), 422
    return redirect(url_for("editor.upload", public_id=public_id), 303)


def _read(sent: FileStorage) -> Sent:
    name, content = str(sent.filename), sent.read()
    return _translation(name, content) if name.lower().endswith((".xlf", ".xliff")) else receive(name, content)


def _translation(name: str, content: bytes) -> Sent:
    translated, findings = read_xliff(content, name)
    with reading() as work:
        applied = translating.apply_translated(work, translated)
    return Sent(name, "translated", applied.documents, (*findings, *applied.findings), applied.based_on)


@blueprint.get("/files/<public_id>")
@for_roles(Role.EDITOR)
def upload(public_id: str) -> str:
    """Show how far a file has been gone through, and then what was found in it."""
    with reading() as work:
        found = uploading.get_upload(work, public_id)
    return render_template("editor/upload.html", upload=found)


@blueprint.post("/files/<public_id>/on")
@for_roles(Role.EDITOR)
def go_on(public_id: str) -> BaseResponse | str:
    """Go through the next part of a file; a script asks again by itself, all others press the button again."""
    with writing() as work:
        more = uploading.go_on(work, public_id)
    if more and request.headers.get("HX-Request"):
        with reading() as work:
            return render_template("editor/upload_progress.html", upload=uploading.get_upload(work, public_id))
    there = url_for("editor.upload", public_id=public_id)
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": there})
    return redirect(there, 303)


@blueprint.post("/files/<public_id>/drafts")
@for_roles(Role.EDITOR)
def make_drafts(public_id: str) -> BaseResponse:
    """Begin to make drafts of what is new or changed in a file."""
    try:
        with writing() as work:
            uploading.make_drafts(work, public_id)
    except Stale:
        pass  # pressed twice: the page shows how far it is
    return redirect(url_for("editor.upload", public_id=public_id), 303)


@blueprint.get("/files/<public_id>/<int:place>")
@for_roles(Role.EDITOR)
def upload_entry(public_id: str, place: int) -> str:
    """Show what one entry of a file would change."""
    with reading() as work:
        compared = uploading.compare_entry(work, public_id, place)
    return render_template("editor/upload_entry.html", compared=compared, entry=compared.entry, upload_id=public_id)


@blueprint.get("/files/published.zip")
@for_roles(Role.EDITOR, Role.REVIEWER)
def published() -> Response:
    """Give everything that is published, or one bank, as files in a zip."""
    bank = request.args.get("bank") or None
    with reading() as work:
        documents = exporting.list_published(work, bank)
    return _attachment(write_archive(documents), f"amana-{bank or 'content'}.zip", "application/zip")


@blueprint.get("/files/template.xlsx")
@for_roles(Role.EDITOR, Role.REVIEWER)
def template() -> Response:
    """Give the table for new scenarios, made from some that stand, in the reader's language."""
    with reading() as work:
        documents = exporting.list_published(work, BANKS[0])
    examples = [
        document
        for kind in KINDS.said
        # What a row cannot hold is no example of one.
        for document in islice((one for _, one in documents if one["kind"] == kind and is_held(one)), EXAMPLES)
    ]
    content = write_template(examples, reader_locale().language)
    return _attachment(content, "amana-scenarios.xlsx", _WORKBOOK)


@blueprint.get("/translation")
@for_roles(Role.EDITOR, Role.REVIEWER)
def translation() -> str:
    """Show everything whose English is missing or stale."""
    with reading() as work:
        lines = translating.list_untranslated(work)
    return render_template("editor/translation.html", lines=lines)


@blueprint.get("/translation/amana.xlf")
@for_roles(Role.EDITOR, Role.REVIEWER)
def translation_file() -> Response:
    """Give what is to be translated as XLIFF: all that is missing or stale, or every text of one thing."""
    kind, key = request.args.get("kind") or None, request.args.get("key") or None
    with reading() as work:
        content = translating.export_translation(work, kind, key)
    if not content:
        raise NotFound("translation")
    return _attachment(content, f"amana-{key or 'translation'}.xlf", "application/xliff+xml")


def _attachment(content: bytes, name: str, kind: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
