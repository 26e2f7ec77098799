"""Telling those who were taught a ruling that was corrected: how many they are, then the deed."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import correcting
from quiz.web.editor.correction_forms import TellForm, VersionsForm
from quiz.web.editor.doubts import blueprint as blueprint


@blueprint.get("/scenarios/<key>/correction")
@for_roles(Role.EDITOR, Role.REVIEWER)
def correction(key: str) -> str | tuple[str, int]:
    """Show how many people were taught by earlier versions of a scenario; nothing is written."""
    return _page(key, VersionsForm(request.args), TellForm())


@blueprint.post("/scenarios/<key>/correction")
@for_roles(Role.EDITOR, Role.REVIEWER)
def tell_taught(key: str) -> Response | str | tuple[str, int]:
    """Decide to tell them; the worker sends the mails."""
    choice, form = VersionsForm(request.form), TellForm(request.form)
    with reading() as work:
        versions = correcting.list_versions(work, key)
    if len(versions) > 1:
        choice.offer(versions)
        if choice.agrees() and form.validate():
            with writing() as work:
                correcting.tell_taught(work, key, *choice.numbers, form.what_changed)
            since, mended = choice.numbers
            there = url_for(
                "editor.correction", key=key, since=since, mended=mended, notice="decided", _anchor="decided"
            )
            return redirect(there, 303)
    return _page(key, choice, form)


def _page(key: str, choice: VersionsForm, form: TellForm) -> str | tuple[str, int]:
    """Return the page; 422 where something that was sent will not do."""
    found = None
    with reading() as work:
        versions = correcting.list_versions(work, key)
        if len(versions) > 1:
            choice.offer(versions)
            if choice.agrees():
                found = correcting.preview_telling(work, key, *choice.numbers)
    page = render_template(
        "editor/correction.html",
        key=key,
        versions=versions,
        choice=choice,
        form=form,
        found=found,
        notice_code=request.args.get("notice"),
    )
    return (page, 422) if choice.errors or form.errors else page
