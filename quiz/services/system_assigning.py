"""Assignments that another system gives: one at a time, and safe to ask for twice."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import assigning
from quiz.db.queries import people as queries
from quiz.services import people
from quiz.services.errors import Duplicate, NotFound, Refused
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork
from quiz.services.workforce import has_left

# Whatever else it is, somebody is to take the module still.
_OVER = ("completed", "excused")


def assign(work: UnitOfWork, person: str, module_key: str, due_on: date | None) -> str:
    """Assign a module to a person and return the public id of the assignment; after a completed cycle a new one begins.

    Raises NotFound for a person or a module, Refused (`has-left`, `due-passed`, and those of `people.assign_module`),
    and Duplicate where the module is assigned already and open: whoever asks again after a lost answer changes nothing.
    """
    work.require(Permission.PEOPLE_ASSIGNMENT_WRITE, Target("person", person))
    row = queries.find_person_by_public_id(work.session, person)
    if row is None:
        raise NotFound("person", field="person")
    if has_left(row, work.now):
        raise Refused("has-left", field="person")
    if due_on is not None and due_on < get_choices(work).civil_day(work.now):
        raise Refused("due-passed", field="due_on")
    standing = assigning.find_assignment(work.session, row.id, module_key)
    if standing is not None and standing.state not in _OVER:
        raise Duplicate("assigned-already", field="module")
    try:
        with work.session.begin_nested():
            return people.assign_module(work, person, module_key, due_on)
    except IntegrityError as clash:
        # Asked twice in one moment: the other was quicker.
        raise Duplicate("assigned-already", field="module") from clash
