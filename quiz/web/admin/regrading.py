"""The desk for marking again: what was decided, what a decision would do, and the deed."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.engine.regrading import Policy
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import _
from quiz.presentation.work import reading, writing
from quiz.services import regrading as deeds
from quiz.services import regrading_desk
from quiz.services.errors import NotFound, Refused, Stale
from quiz.services.regrading import RegradingPreview
from quiz.web.admin.forms import ChoiceForm, DecisionForm
from quiz.web.admin.views import blueprint as blueprint

# A list of names can be as long as an organisation; it is there to be looked over, not read out.
MOST_NAMES = 50


@blueprint.get("/regrading")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def regrading() -> str:
    """Show every decision so far, and ask for the next."""
    return _desk(ChoiceForm(request.args))


@blueprint.get("/regrading/effect")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def preview_regrading() -> str | tuple[str, int]:
    """Show what a decision would do; nothing is written."""
    choice = ChoiceForm(request.args)
    found = _found(choice)
    return _effect(found, choice, DecisionForm()) if found else (_desk(choice), 422)


@blueprint.post("/regrading")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def decide_regrading() -> Response | tuple[str, int]:
    """Decide; what was published anew since its effect was shown is shown again first."""
    choice, form = ChoiceForm(request.form), DecisionForm(request.form)
    found = _found(choice)
    if found is None:
        return _desk(choice), 422
    is_stale = form.previewed != found.version
    if form.agrees(found) and not is_stale:
        try:
            with writing() as work:
                deeds.decide_regrading(
                    work, found.scenario_key, choice.withdraws, found.policy, form.reason, form.previewed
                )
            return redirect(url_for("admin.regrading", notice="decided", _anchor="decided"), 303)
        except Stale:
            found, is_stale = _found(choice) or found, True
    if is_stale:
        form.sure.data = False
    return _effect(found, choice, form, is_stale), 409 if is_stale else 422


def _desk(form: ChoiceForm) -> str:
    with reading() as work:
        decisions = regrading_desk.list_regradings(work)
        titles = regrading_desk.list_titles(work)
        mended = regrading_desk.list_mended(work)
    return render_template(
        "admin/regrading.html",
        form=form,
        decisions=decisions,
        titles=titles,
        mended=mended,
        notice_code=request.args.get("notice"),
    )


def _effect(found: RegradingPreview, choice: ChoiceForm, form: DecisionForm, is_stale: bool = False) -> str:
    return render_template(
        "admin/regrading_effect.html", found=found, choice=choice, form=form, is_stale=is_stale, most=MOST_NAMES
    )


def _found(choice: ChoiceForm) -> RegradingPreview | None:
    """Return what the choice would do, or None where the form now says what is wrong with it."""
    if not choice.validate():
        return None
    try:
        with reading() as work:
            key = regrading_desk.find_key(work, choice.scenario.data)
            return deeds.preview_regrading(work, key, choice.withdraws, Policy(choice.policy.data))
    except NotFound:
        choice.scenario.errors = [_("No scenario has this title or identifier.")]
    except Refused:
        choice.scenario.errors = [_("Several scenarios have this title; the identifier says which.")]
    return None
