"""Where a browser goes once somebody has come in, by whatever way."""

from flask import g, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from quiz.presentation import signed_in
from quiz.presentation.proving import needs_factor
from quiz.presentation.work import reading
from quiz.services import sign_ins
from quiz.services.second_step import Halfway


def enter(entered: str | Halfway, lands_on: str) -> BaseResponse:
    """Go on with a sign-in: to the second factor, to setting one up where the roles need it, or to where it leads."""
    if isinstance(entered, Halfway):
        response = redirect(url_for("account.second"), 303)
        signed_in.remember_step(response, entered)
        return response
    with reading() as work:
        g.signed_in = sign_ins.find_signed_in(work, entered)
    if g.signed_in is not None and needs_factor(is_by_now=False):
        lands_on = url_for("account.factors", next=lands_on)
    response = redirect(lands_on, 303)
    signed_in.remember(response, entered)
    signed_in.forget_step(response)
    return response
