"""The due days of the one who is signed in, for a calendar."""

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import reminding as queries
from quiz.engine.text import Text
from quiz.services.reminder_mails import DueModule
from quiz.services.unit_of_work import UnitOfWork


def list_due_days(work: UnitOfWork) -> tuple[DueModule, ...]:
    """Return what the actor still has to complete by a day, the soonest first."""
    person_id = work.actor.person_id
    work.require(Permission.LEARNING_MODULE_READ, Target("modules", owner_id=person_id))
    rows = queries.list_open(work.session, person_id or 0)
    titles = queries.list_titles(work.session, {row.module_id for row in rows})
    extensions = queries.count_extensions(work.session, {row.id for row in rows})
    return tuple(
        DueModule(
            row.public_id,
            titles[row.module_id].key,
            Text(titles[row.module_id].title),
            row.due_on,
            extensions=extensions.get(row.id, 0),
        )
        for row in rows
        if row.module_id in titles
    )
