"""The page that asks who it is once more; a form that came too late stands in it, and is sent again after that."""

import json
from collections.abc import Sequence

from flask import Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from quiz.presentation.errors import kept_fields
from quiz.presentation.forms import BaseForm
from quiz.presentation.i18n import _l
from quiz.presentation.requests import local_address
from quiz.presentation.signed_in import now, settings
from quiz.presentation.work import reading
from quiz.services import proving
from quiz.services.passwords import LONGEST_PASSWORD
from quiz.services.sign_ins import PASSWORD, SECOND_FACTOR


class ProveForm(BaseForm):
    """The password, with a code where there is a second factor; and what is to happen then."""

    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=LONGEST_PASSWORD)])
    passcode = StringField(_l("Code from the app, or a recovery code"), validators=[Length(max=60)])
    next = HiddenField()
    # Where a form that came too late goes, and what it holds, as pairs.
    onward = HiddenField()
    kept = HiddenField()

    def fields(self) -> list[tuple[str, str]]:
        """Return the fields of a form that came too late; none where they were not written by us."""
        try:
            return [(str(name), str(value)) for name, value in json.loads(self.kept.data or "[]")]
        except (ValueError, TypeError):
            return []


def late_page() -> Response:
    """Return the page for a form that came after the last proof was too old: nothing typed in it is lost."""
    form = ProveForm(onward=request.full_path.rstrip("?"), kept=_written(kept_fields()))
    files = [file.filename for file in request.files.values() if file.filename]
    return prove_page(form, 403, is_late=True, files=files)


def prove_page(
    form: ProveForm, status: int = 200, refusal: str | None = None, is_late: bool = False, files: Sequence[str] = ()
) -> Response:
    """Return the page that asks for a proof."""
    is_strong = g.signed_in.strength == SECOND_FACTOR
    with reading() as work:
        ways = proving.get_ways(work)
    asked = [one.key for one in settings().all_providers if one.strong_acr or not (is_strong or ways.has_second_factor)]
    page = render_template(
        "proving/prove.html",
        form=form,
        providers=[key for key in asked if key in ways.providers],
        has_form=ways.has_password or ways.has_second_factor,
        refusal=refusal,
        is_late=is_late,
        files=files,
        asks_code=is_strong,
    )
    return make_response(page, status)


def proved(form: ProveForm, is_late: bool) -> BaseResponse:
    """Return the way on after a proof: the form that waited, to be sent, or the page that was wanted."""
    if not is_late:
        return redirect(local_address(form.next.data), 303)
    onward = local_address(form.onward.data)
    return make_response(render_template("proving/onward.html", onward=onward, kept=form.fields()))


def needs_factor(is_by_now: bool) -> bool:
    """Tell whether the reader's roles need a second factor and there is none: now, or from a day that is set."""
    choices = g.choices
    if g.signed_in.strength != PASSWORD or not choices.second_factor & {str(role) for role in g.signed_in.actor.roles}:
        return False
    since = choices.second_factor_from
    return not is_by_now or since is None or choices.civil_day(now()) >= since


def _written(fields: Sequence[tuple[str, str]]) -> str:
    return json.dumps(fields, ensure_ascii=False)
