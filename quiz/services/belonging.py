"""Which bank something belongs to, as the policy asks: a scenario to its own, a draft also to the one it leaves."""

from collections.abc import Mapping
from typing import Any

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.drafts import DraftRow
from quiz.db.queries import catalogue
from quiz.db.queries import drafts as queries
from quiz.engine.instrument import Citation
from quiz.engine.scenario import BANKS
from quiz.services.published import get_library
from quiz.services.unit_of_work import UnitOfWork

Document = Mapping[str, Any]
NONE: frozenset[str] = frozenset()


def banks_of(work: UnitOfWork, kind: str, key: str, document: Document | None = None) -> frozenset[str]:
    """Return the banks of what stands under a key and of what is to stand there; of no scenario, there is none.

    A document without a bank belongs to none, so that nobody who is bounded to a bank writes it.
    """
    if kind != "scenario":
        return NONE
    row = catalogue.find_scenario(work.session, key)
    standing = {row.bank} if row is not None else NONE
    if document is None:
        return frozenset(standing)
    return together(document.get("bank"), standing)


def together(written: object, standing: frozenset[str] | set[str]) -> frozenset[str]:
    """Return the bank that is written and those that stand; none where nothing written is a bank."""
    return frozenset({written, *standing}) if isinstance(written, str) and written in BANKS else NONE


def scenario_target(work: UnitOfWork, key: str) -> Target:
    """Return a scenario by its key as what is asked about; one that is not there belongs to no bank."""
    return Target("scenario", key, banks=banks_of(work, "scenario", key))


def key_target(work: UnitOfWork, kind: str, key: str) -> Target:
    """Return everything under a key, published and written, as what is asked about."""
    banks = banks_of(work, kind, key)
    if kind == "scenario" and not banks:
        drafts = queries.list_drafts_of(work.session, kind, key)
        found = [draft_banks(work, row) for row in drafts]
        banks = frozenset().union(*found) if found and all(found) else NONE
    return Target(kind, key, banks=banks)


def draft_banks(work: UnitOfWork, row: DraftRow) -> frozenset[str]:
    """Return the banks of a draft: the one it was last saved with, and the one of what is published under its key."""
    if row.kind != "scenario":
        return NONE
    written, standing = queries.find_banks(work.session, row)
    return together(written, {standing} if standing else NONE)


def list_draft_banks(work: UnitOfWork) -> dict[int, frozenset[str]]:
    """Return the banks of every open draft, by its key in the tables."""
    return {
        row.id: together(row.written, {row.standing} if row.standing else NONE) if row.kind == "scenario" else NONE
        for row in queries.list_banks(work.session)
    }


def list_own_drafts(work: UnitOfWork, permission: Permission) -> list[DraftRow]:
    """Return the open drafts of which the actor may do something, the one changed last first."""
    banks = list_draft_banks(work)
    return [
        row
        for row in queries.list_open_drafts(work.session)
        if work.allows(permission, Target("draft", row.public_id, banks=banks.get(row.id, NONE)))
    ]


def draft_target(work: UnitOfWork, row: DraftRow, authors: frozenset[int] = frozenset()) -> Target:
    """Return a draft as what is asked about."""
    return Target("draft", row.public_id, author_ids=authors, banks=draft_banks(work, row))


def bank_of_provision(work: UnitOfWork, address: str) -> str:
    """Return the bank a scenario about a provision belongs to: its instrument's own, else the first of its country."""
    cited = get_library(work).find(Citation(address))
    return bank_of_instrument(address.partition("/")[0], cited.instrument.jurisdiction if cited else "")


def bank_of_wish(work: UnitOfWork, address: str) -> frozenset[str]:
    """Return the bank of a wish about a provision; of an instrument that is gone, none."""
    key = address.partition("/")[0]
    found = next((one for one in get_library(work).instruments if one.key == key), None)
    return frozenset({bank_of_instrument(key, found.jurisdiction)}) if found else NONE


def bank_of_instrument(key: str, jurisdiction: str) -> str:
    """Return the bank of an instrument: the one that is called as it is, else the first of its country."""
    if key in BANKS:
        return key
    country = jurisdiction.lower()
    of_country = [bank for bank in BANKS if bank.startswith(f"{country}-")]
    return next((bank for bank in of_country if key.startswith(bank)), of_country[0] if of_country else BANKS[0])


def own_banks(work: UnitOfWork, permission: Permission) -> frozenset[str] | None:
    """Return the banks of which the actor may do something; None where they may in all and across them."""
    if work.allows(permission, Target("banks")):
        return None
    return frozenset(bank for bank in BANKS if work.allows(permission, Target("bank", bank, banks=frozenset({bank}))))
