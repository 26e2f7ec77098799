"""HR's pages of assignment rules: how each stands, what one would do before it is made, and ending one."""

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.work import reading, writing
from quiz.services import assignment_rules as services
from quiz.services.assignment_rules import RuleDraft, RulePreview
from quiz.services.errors import Refused
from quiz.web.admin.assigning_forms import EndRuleForm, RuleForm
from quiz.web.admin.assigning_words import AUDIENCE_NAMES, ROLE_NAMES, left_out_words, period_words
from quiz.web.admin.views import blueprint as blueprint

_WORDS = {
    "audiences": AUDIENCE_NAMES,
    "roles": ROLE_NAMES,
    "period_words": period_words,
    "left_out_words": left_out_words,
}


@blueprint.get("/rules")
@for_roles(Role.HR, Role.ADMIN)
def rules() -> str:
    """Show every rule with its figures."""
    with reading() as work:
        lines = services.list_rules(work)
    return render_template("admin/assigning/rules.html", lines=lines, is_made="made" in request.args, **_WORDS)


@blueprint.get("/rules/new")
@for_roles(Role.HR, Role.ADMIN)
def new_rule() -> str:
    """Show an empty form of a rule."""
    with reading() as work:
        today = g.choices.civil_day(work.now)
    return _form(RuleForm(starts_on=today))


@blueprint.post("/rules/new")
@for_roles(Role.HR, Role.ADMIN)
def preview_rule() -> str | tuple[str, int]:
    """Show exactly what a rule would do today; nothing is written."""
    form = RuleForm(request.form)
    found = _previewed(form)
    # Whoever comes back from the preview to change something finds what they typed.
    if found is None or "change" in request.form:
        return _form(form), 200 if found else 422
    sent = [(name, value) for name, value in request.form.items() if name in form]
    return render_template("admin/assigning/preview.html", form=form, found=found, sent=sent, **_WORDS)


@blueprint.post("/rules")
@for_roles(Role.HR, Role.ADMIN)
def make_rule() -> Response | tuple[str, int]:
    """Make a rule whose effect was shown."""
    form = RuleForm(request.form)
    draft = _draft(form)
    if draft is not None:
        try:
            with writing() as work:
                services.make_rule(work, draft)
            return redirect(url_for("admin.rules", made=1, _anchor="made"), 303)
        except Refused as fault:
            form.blame(fault.code, str(fault.values["field"]))
    return _form(form), 422


@blueprint.get("/rules/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
def rule(public_id: str) -> str:
    """Show one rule, and a form to end it."""
    return _rule(public_id, EndRuleForm())


@blueprint.post("/rules/<public_id>")
@for_roles(Role.HR, Role.ADMIN)
def end_rule(public_id: str) -> Response | tuple[str, int]:
    """End a rule, with the reason."""
    form = EndRuleForm(request.form)
    if not form.validate():
        return _rule(public_id, form), 422
    with writing() as work:
        services.end_rule(work, public_id, form.reason.data, form.lapse.data)
    return redirect(url_for("admin.rule", public_id=public_id), 303)


def _rule(public_id: str, form: EndRuleForm) -> str:
    with reading() as work:
        line, not_begun = services.get_rule(work, public_id)
    return render_template("admin/assigning/rule.html", line=line, not_begun=not_begun, form=form, **_WORDS)


def _form(form: RuleForm) -> str:
    with reading() as work:
        form.offer(services.list_choices(work))
    return render_template("admin/assigning/new.html", form=form)


def _draft(form: RuleForm) -> RuleDraft | None:
    """Return the rule that was typed, or None where the form now says what is wrong with it."""
    with reading() as work:
        form.offer(services.list_choices(work))
        if not form.validate():
            return None
        found, nobody = services.find_people(work, form.addresses)
    if nobody:
        form.blame_addresses(nobody)
        return None
    return form.draft(found)


def _previewed(form: RuleForm) -> RulePreview | None:
    draft = _draft(form)
    if draft is None:
        return None
    try:
        with reading() as work:
            return services.preview_rule(work, draft)
    except Refused as fault:
        form.blame(fault.code, str(fault.values["field"]))
        return None
