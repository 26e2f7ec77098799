"""The turn of a chore: nobody but the product itself takes, keeps or gives one back."""

from quiz.access.permissions import Permission
from quiz.services import leasing
from quiz.services.unit_of_work import Works
from tests.fixtures.people import Someone
from tests.services.deeds.test_delivering import IsRefused


def test_only_the_product_itself_takes_chores(works: Works, learner: Someone, is_refused: IsRefused) -> None:
    for deed in (leasing.take, leasing.keep, leasing.give_back):
        with is_refused(Permission.OPERATION_CHORE_DO), works.writing(learner.actor) as work:
            deed(work, "tidy", "a")
