"""The desk of the integrity adviser: questions, teaching notes, incidents."""

from quiz.access.actor import Role
from tests.web.routes.columns import Rows, desk

ADVISER = Role.ADVISER

ROWS: Rows = {
    "GET /advise/": desk(ADVISER, gives=200),
    "GET /advise/incidents": desk(ADVISER, gives=200),
    "GET /advise/incidents/<public_id>": desk(ADVISER, gives=200),
    "POST /advise/incidents/<public_id>": desk(ADVISER, gives=422),
    "GET /advise/incidents/record": desk(ADVISER, gives=200),
    "POST /advise/incidents/record": desk(ADVISER, gives=422),
    "POST /advise/notes/<public_id>/withdraw": desk(ADVISER, gives=303),
    "GET /advise/questions/<public_id>": desk(ADVISER, gives=200),
    # The twin's question has no answer yet: whoever has seen one has seen another page.
    "POST /advise/questions/<public_id>": desk(ADVISER, gives=422, seen="1").of_others(409),
}
