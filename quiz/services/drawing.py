"""The draw of an attempt: made once from what stood at that moment, kept so that it can be made and explained again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from quiz.db.models.people import PersonRow
from quiz.db.queries import attempts as queries
from quiz.db.queries import catalogue
from quiz.engine.attempt import Slot
from quiz.engine.errors import ImpossibleDraw
from quiz.engine.instrument import Verification
from quiz.engine.scenario import Scenario
from quiz.engine.selection import Choice, Standing, choose, draw, unscored_because
from quiz.services.errors import NotReady
from quiz.services.organisation import get_choices
from quiz.services.pinned import PinnedModule
from quiz.services.unit_of_work import UnitOfWork

FORMAT = 2


def draw_document(
    seed: str,
    pinned: PinnedModule,
    slots: tuple[Slot, ...],
    seen: Mapping[str, datetime],
    standing: Mapping[str, Any],
    left_out: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what is stored of a draw: everything needed to make it again and to explain it.

    Format 1 kept of `seen` only what was drawn and nothing of what was left out: it can be shown, not made again.
    """
    digests = {scenario.key: found for found, scenario in pinned.scenarios.items()}
    return {
        "format": FORMAT,
        "seed": seed,
        "module_digest": pinned.digest,
        "pool_digest": pinned.pool_digest,
        "standing": dict(standing),
        "seen": {key: moment.isoformat() for key, moment in sorted(seen.items())},
        "left_out": sorted(left_out),
        "slots": [
            {
                "key": slot.scenario.key,
                "digest": digests[slot.scenario.key],
                "options": list(slot.option_order),
                "scored": slot.scored,
                "because": slot.unscored_because,
            }
            for slot in slots
        ],
    }


def draw_assessed(work: UnitOfWork, pinned: PinnedModule, person: PersonRow) -> dict[str, Any]:
    """Return the draw of a person's next attempt; raise NotReady where too much was withdrawn since publishing."""
    seed = work.tools.chance(16).hex()
    adopted = catalogue.list_adopted(work.session)
    standing = Standing(person.jurisdiction, pinned.module.minimum_verification, adopted)
    pool = list_available(work, pinned)
    offered = {scenario.key for scenario in pool}
    last_seen = _last_seen(work, person.id)
    seen = {key: last_seen[key] for key in offered if key in last_seen}
    reasons = {scenario.key: unscored_because(scenario, pinned.library, standing) for scenario in pool}
    try:
        slots = draw(seed, pinned.module.lines_for(person.jurisdiction), pool, pinned.library, seen, reasons)
    except ImpossibleDraw as impossible:
        raise NotReady(impossible.code, **impossible.values) from impossible
    known = {"jurisdiction": standing.jurisdiction, "minimum": standing.minimum.value, "adopted": sorted(adopted)}
    left_out = [scenario.key for scenario in pinned.scenarios.values() if scenario.key not in offered]
    return draw_document(seed, pinned, slots, seen, known, left_out)


def explain_draw(pinned: PinnedModule, document: Mapping[str, Any]) -> tuple[Choice, ...] | None:
    """Return the draw made again from what is stored, each choice with its reasons.

    None for practice and for draws of format 1, which did not keep all that they were made from. Raise ImpossibleDraw
    where what is stored could not have led to a draw.
    """
    if document["format"] < FORMAT or not document["standing"]:
        return None
    known = document["standing"]
    standing = Standing(known["jurisdiction"], Verification(known["minimum"]), frozenset(known["adopted"]))
    pool = [scenario for scenario in pinned.scenarios.values() if scenario.key not in document["left_out"]]
    seen = {key: datetime.fromisoformat(moment) for key, moment in document["seen"].items()}
    reasons = {scenario.key: unscored_because(scenario, pinned.library, standing) for scenario in pool}
    lines = pinned.module.lines_for(standing.jurisdiction)
    return choose(document["seed"], lines, pool, pinned.library, seen, reasons)


def list_available(work: UnitOfWork, pinned: PinnedModule) -> Sequence[Scenario]:
    """Return what may be drawn now: not withdrawn, and sensitive only where the organisation turned that on."""
    withdrawn = catalogue.list_withdrawn(work.session)
    with_sensitive = get_choices(work).sensitive
    return [
        scenario
        for scenario in pinned.scenarios.values()
        if scenario.key not in withdrawn and (with_sensitive or not scenario.sensitive)
    ]


def _last_seen(work: UnitOfWork, person_id: int) -> Mapping[str, datetime]:
    seen: dict[str, datetime] = {}
    for row in queries.list_seen_draws(work.session, person_id):
        seen.update(dict.fromkeys((slot["key"] for slot in row.draw["slots"]), row.started_at))
    return seen
