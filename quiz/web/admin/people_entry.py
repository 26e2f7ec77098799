"""A link and a code that HR hands to somebody whom no mail reaches: made for one person, shown once."""

from flask import render_template, request
from markupsafe import Markup

from quiz.access.actor import Role
from quiz.presentation import signed_in
from quiz.presentation.guard import for_roles, proved_lately
from quiz.presentation.i18n import _
from quiz.presentation.people_words import blame
from quiz.presentation.work import reading, writing
from quiz.records import qr
from quiz.services import entry_links, staff_list
from quiz.services.errors import NotFound, Refused
from quiz.web.admin.people_forms import HandForm
from quiz.web.admin.views import blueprint


@blueprint.get("/people/<public_id>/link")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def offer_link(public_id: str) -> str:
    """Ask why somebody is to be handed a link."""
    with reading() as work:
        if not entry_links.may_hand(work, public_id):
            raise NotFound("page")
    return _page(public_id, HandForm())


@blueprint.post("/people/<public_id>/link")
@for_roles(Role.HR, Role.ADMIN)
@proved_lately()
def hand_link(public_id: str) -> str | tuple[str, int]:
    """Make a link and a code, and show them this once, to be printed or read out."""
    form = HandForm(request.form)
    if not form.validate():
        return _page(public_id, form), 422
    try:
        with writing() as work:
            handed = entry_links.hand_over(work, public_id, form.reason.data)
    except Refused as fault:
        blame(form, fault)
        return _page(public_id, form), 422
    base_url = signed_in.settings().base_url
    link = f"{base_url}/enter/{handed.token}"
    # A drawing of our own: what it holds stands in black squares alone.
    drawing = Markup(qr.svg(link, _("QR code of the link")))  # nosec B704 # noqa: S704 - our own drawing
    return render_template(
        "admin/people/handed.html", handed=handed, link=link, drawing=drawing, place=f"{base_url}/sign-in/code"
    )


def _page(public_id: str, form: HandForm) -> str:
    with reading() as work:
        person = staff_list.get_person(work, public_id)
    return render_template("admin/people/hand.html", person=person, form=form)
