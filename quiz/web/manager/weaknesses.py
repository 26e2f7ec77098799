"""What a manager's units get wrong, by provision: shares of ten answers and more, and nobody behind them."""

from flask import Response, request

from quiz.access.actor import Role
from quiz.presentation import weaknesses as shown
from quiz.presentation.guard import for_roles
from quiz.presentation.security import limited
from quiz.presentation.weaknesses import asked_for
from quiz.web.manager.views import blueprint


@blueprint.get("/weaknesses")
@for_roles(Role.MANAGER)
def weaknesses() -> str:
    """Show which provisions the own units miss most often, unit beside unit."""
    return shown.page(asked_for(request.args, of_all=False), "manager")


@blueprint.get("/weaknesses.xlsx")
@for_roles(Role.MANAGER)
@limited("20 per minute")
def weaknesses_workbook() -> Response:
    """Give the same as a workbook."""
    return shown.workbook(asked_for(request.args, of_all=False))


@blueprint.get("/weaknesses.csv")
@for_roles(Role.MANAGER)
@limited("20 per minute")
def weaknesses_table() -> Response:
    """Give the same as CSV."""
    return shown.table(asked_for(request.args, of_all=False))
