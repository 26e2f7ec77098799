"""What every process needs is made once, before it is divided: read by all of them, it is in memory once."""

import gc
import logging

from flask import Flask

from quiz.access.actor import Actor
from quiz.engine.text import LANGUAGES
from quiz.presentation.errors import OUTAGES
from quiz.presentation.i18n import LANGUAGE_COOKIE
from quiz.services import pinned
from quiz.services.unit_of_work import Works
from quiz.settings.operator import Settings

log = logging.getLogger(__name__)
# What most people ask for all day.
_TEMPLATES = ("learner/", "layouts/", "components/", "account/sign_in")


def warm(app: Flask) -> None:
    """Read texts, templates and published documents; where the database is away, its part is left to first need."""
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(_TEMPLATES)):
        app.jinja_env.get_template(name)
    works: Works = app.extensions["works"]
    settings: Settings = app.extensions["settings"]
    try:
        with works.reading(Actor.system("warming")) as work:
            pinned.read_all(work)
        for language in LANGUAGES:
            client = app.test_client()
            client.set_cookie(LANGUAGE_COOKIE, language, domain="127.0.0.1")
            client.get("/sign-in", base_url=settings.base_url)
    except OUTAGES as gone:
        log.warning("nothing was read ahead: %s", type(gone).__name__)
    finally:
        # A connection that was made before is no good to two processes.
        works.database.engine.dispose()
    gc.collect()
    gc.freeze()
