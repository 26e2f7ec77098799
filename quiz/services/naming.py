"""Scenarios as people name them: by their key, or by a title in either language."""

import re

from quiz.db.queries import regrading as queries
from quiz.engine.text import Text
from quiz.language.folding import fold
from quiz.services.errors import NotFound, Refused
from quiz.services.published import list_scenarios
from quiz.services.unit_of_work import UnitOfWork

KEY = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")


def list_titles(work: UnitOfWork) -> tuple[tuple[str, Text], ...]:
    """Return key and title of every scenario that is not withdrawn, in order of keys."""
    return tuple((scenario.key, scenario.title) for scenario, _ in list_scenarios(work))


def find_key(work: UnitOfWork, words: str) -> str:
    """Return the scenario that somebody means by its key, or by its title in either language.

    Raise NotFound where there is none, Refused where several have this title. One withdrawn is found by its key.
    """
    key, wanted = words.strip().lower(), fold(words)
    if KEY.fullmatch(key) and queries.find_scenario(work.session, key):
        return key
    titled = [
        scenario.key for scenario, _ in list_scenarios(work) if wanted in map(fold, scenario.title.by_language.values())
    ]
    if not titled:
        raise NotFound("scenario")
    if len(titled) > 1:
        raise Refused("several-scenarios", field="scenario")
    return titled[0]
