"""People of the tests who were taught the law before it was amended."""

from quiz.services import completing, people
from quiz.services.unit_of_work import Works
from tests import sums
from tests.amendments import EDITION, LAW
from tests.fixtures.people import SYSTEM, Someone

PLEDGE = {
    "confirm": {"ar": "أقرّ", "en": "I confirm"},
    "undertake": {"ar": "أتعهد", "en": "I undertake"},
    "editions": [f"{LAW}/{EDITION}"],
    "required": True,
}
DEFAULTS = {"assigned_to": "everyone", "due": "P30D"}
# What the scenarios of the sums cite as a whole.
ARTICLE = "art-20"


def publish(works: Works, **changes: object) -> None:
    """Publish the sums with a pledge on the law."""
    documents = map(sums.document, sums.KEYS)
    sums.publish(works, *documents, **{"pledge": PLEDGE, "defaults": DEFAULTS, **changes})


def complete(works: Works, someone: Someone, again: bool = False) -> str:
    """Let somebody take the sums and sign; return the record."""
    if again:
        with works.writing(SYSTEM) as work:
            people.assign_module(work, someone.public_id, sums.MODULE)
    sums.take(works, someone)
    return sign(works, someone, sums.MODULE)


def sign(works: Works, someone: Someone, module: str) -> str:
    """Let somebody sign the pledge of a module; return the record."""
    with works.reading(someone.actor) as work:
        pledge = completing.get_pledge(work, module)
    with works.writing(someone.actor) as work:
        return completing.sign_pledge(work, module, pledge.digest, {})
