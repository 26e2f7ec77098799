"""What every unit gets wrong, by provision, for HR and auditors: shares of ten answers and more, nobody behind."""

from flask import Response, request

from quiz.access.actor import Role
from quiz.presentation import weaknesses as shown
from quiz.presentation.guard import for_roles
from quiz.presentation.security import limited
from quiz.presentation.weaknesses import asked_for
from quiz.web.admin.views import blueprint


@blueprint.get("/weaknesses")
@for_roles(Role.HR, Role.AUDITOR)
def weaknesses() -> str:
    """Show which provisions are missed most often, unit beside unit."""
    return shown.page(asked_for(request.args, of_all=True), "admin")


@blueprint.get("/weaknesses.xlsx")
@for_roles(Role.HR, Role.AUDITOR)
@limited("20 per minute")
def weaknesses_workbook() -> Response:
    """Give the same as a workbook."""
    return shown.workbook(asked_for(request.args, of_all=True))


@blueprint.get("/weaknesses.csv")
@for_roles(Role.HR, Role.AUDITOR)
@limited("20 per minute")
def weaknesses_table() -> Response:
    """Give the same as CSV."""
    return shown.table(asked_for(request.args, of_all=True))
