"""Pages of an attempt rendered again, by the same templates, in the language and digits of that moment."""

from flask import Flask

from quiz.presentation.i18n import reading_as
from quiz.presentation.signed_in import recognise
from quiz.services.replaying import ShownPage
from quiz.services.taking import Given
from quiz.web.learner.views import slot_page


def render_again(app: Flask, page: ShownPage) -> str:
    """Return the HTML of a page as its learner had it, but for the tokens of its forms.

    The words of situations, options and rulings are those of the pinned versions; the words around them are those of
    the product as it is installed now.
    """
    address = f"/learn/attempts/{page.slot.attempt_id}/{page.slot.number}"
    with app.test_request_context(address, base_url=app.extensions["settings"].base_url):
        recognise()
        with reading_as(page.shown.language, page.shown.digits):
            return slot_page(page.slot, Given(), None)
