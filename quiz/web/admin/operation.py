"""How the service fares, for whoever runs it and has no shell: what is well, what is not, and what is to be done."""

from flask import current_app, render_template

from quiz.access.actor import Role
from quiz.presentation.guard import for_roles
from quiz.presentation.signed_in import settings
from quiz.presentation.work import reading, works
from quiz.services import mail_health, operating
from quiz.web.admin import chore_words, operation_words
from quiz.web.admin.views import blueprint as blueprint


@blueprint.get("/operation")
@for_roles(Role.ADMIN)
def operation() -> str:
    """Show everything that is watched, the worst first to be seen."""
    with reading() as work:
        state, health = operating.get_state(work), mail_health.get_mail_health(work)
    metrics, door = current_app.extensions["metrics"], works()
    replica = door.replica_state()
    rows = operation_words.rows(
        state,
        "SQLite" if door.database.is_sqlite else "PostgreSQL",
        replica.is_read if replica is not None else None,
        metrics.count_slow() if metrics is not None and settings().operation.slow_statement_ms is not None else None,
    )
    return render_template(
        "admin/operation.html",
        rows=rows,
        troubles=[row for row in rows if row.tone in ("bad", "care")],
        health=health,
        chores=chore_words.rows(state),
        now=state.now,
    )
