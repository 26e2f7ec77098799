"""What was verified where no cookie comes, handed to the next request of the same browser: sealed, and for minutes."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from quiz.services.identities import Vouched
from quiz.services.provider_faults import ENDED, Fault
from quiz.services.tools import Tools
from quiz.services.vault import Unopenable

LASTS = timedelta(minutes=2)
MOST_LETTERS = 6_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the provider said to one request of ours: whom it vouches for, or why it does not."""

    state: str
    vouched: Vouched | None = None
    signed_in_at: datetime | None = None
    why: str | None = None


def seal(tools: Tools, provider: str, ticket: Ticket) -> str:
    """Return a ticket as it may go through an address: nobody but us reads or writes one."""
    content = {
        "until": (tools.clock() + LASTS).isoformat(),
        "state": ticket.state,
        "vouched": asdict(ticket.vouched) if ticket.vouched else None,
        "signed_in_at": ticket.signed_in_at.isoformat() if ticket.signed_in_at else None,
        "why": ticket.why,
    }
    return tools.vault.seal(json.dumps(content).encode(), _whose(provider), tools.chance)


def unseal(tools: Tools, provider: str, sealed: str) -> Ticket:
    """Return a ticket; raise Fault for one that is too old, another provider's, or none of ours."""
    if not 0 < len(sealed) <= MOST_LETTERS:
        raise Fault(ENDED, "there is no ticket")
    try:
        found = json.loads(tools.vault.open(sealed, _whose(provider)))
    except (Unopenable, ValueError) as fault:
        raise Fault(ENDED, "the ticket is none of ours") from fault
    if datetime.fromisoformat(found["until"]) <= tools.clock():
        raise Fault(ENDED, "the ticket is too old")
    vouched, signed_in_at = found["vouched"], found["signed_in_at"]
    if vouched is not None:
        vouched = Vouched(**{**vouched, "found_by": tuple(vouched["found_by"]) if vouched["found_by"] else None})
    return Ticket(found["state"], vouched, datetime.fromisoformat(signed_in_at) if signed_in_at else None, found["why"])


def _whose(provider: str) -> str:
    return f"saml:{provider}"
