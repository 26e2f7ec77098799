"""Who holds a valid record of the text before an amendment: for editors a number, for HR the names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.bank.impact import ProvisionChange, edition_of
from quiz.db.queries import holding as queries
from quiz.engine.instrument import Instrument, Library
from quiz.engine.text import Text
from quiz.services.organisation import get_choices
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Somebody who holds a record on the text before: who, where, which record of what, and until when it holds."""

    person_id: int
    person: str
    name: str
    unit: Text
    record: str
    module_title: Text
    module_version_id: int
    editions: tuple[Text, ...]
    valid_until: date


@dataclass(frozen=True, slots=True)
class Before:
    """What people were taught before an amendment: its editions, and the number of the version that changed it."""

    instrument: Instrument
    editions: frozenset[str]
    number: int

    @classmethod
    def of(cls, changes: Sequence[ProvisionChange], number: int, library: Library) -> "Before":
        """Return what stood before some changes of an instrument: the editions they touch, and what these replaced."""
        instrument = changes[0].held[0]
        editions = {
            f"{one.key}/{edition.key}": edition
            for one in (*library.instruments, instrument)
            for edition in one.editions
        }
        touched = {edition_of(change) for change in changes}
        while True:
            earlier = {address for address, edition in editions.items() if edition.replaced_by in touched}
            if earlier <= touched:
                return cls(instrument, frozenset(touched), number)
            touched |= earlier


def count_holders(work: UnitOfWork, before: Before) -> int:
    """Return how many people would be asked again; nobody learns who."""
    work.require(Permission.BANK_SCENARIO_READ, Target("instrument", before.instrument.key))
    return sum(1 for _ in _holders(work, before))


def count_modules(work: UnitOfWork, before: Before) -> dict[int, int]:
    """Return how many of them hold a record of each module, by the key of the module in the tables."""
    work.require(Permission.BANK_SCENARIO_READ, Target("instrument", before.instrument.key))
    versions: dict[int, int] = {}
    for one in _holders(work, before):
        versions[one.module_version_id] = versions.get(one.module_version_id, 0) + 1
    modules: dict[int, int] = {}
    for version_id, module_id in queries.list_modules_of(work.session, versions).items():
        modules[module_id] = modules.get(module_id, 0) + versions[version_id]
    return modules


def list_holders(work: UnitOfWork, before: Before) -> tuple[HolderLine, ...]:
    """Return exactly who would be asked again, by name."""
    work.require(Permission.PEOPLE_PERSON_READ, Target("instrument", before.instrument.key))
    return tuple(sorted(_holders(work, before), key=lambda one: (one.name, one.person)))


def _holders(work: UnitOfWork, before: Before) -> Iterator[HolderLine]:
    """Give each person once, by their newest record, but for who completed something on the new text since."""
    numbers = queries.list_pinned_numbers(work.session, before.instrument.key)
    today = get_choices(work).civil_day(work.now)
    rows = queries.list_holdings(work.session, sorted(before.editions), before.instrument.jurisdiction, today, work.now)
    newest: dict[int, HolderLine | None] = {}
    for row in rows:
        named = [one for one in row.editions if one["address"] in before.editions]
        if not named or newest.get(row.person_id, row) is None:
            continue
        if numbers.get(row.module_version_id, 0) >= before.number:
            newest[row.person_id] = None
        elif row.person_id not in newest:
            newest[row.person_id] = HolderLine(
                person_id=row.person_id,
                person=row.person,
                name=row.name,
                unit=Text(row.unit),
                record=row.public_id,
                module_title=Text(row.module_title),
                module_version_id=row.module_version_id,
                editions=tuple(Text(one["label"]) for one in named),
                valid_until=row.valid_until,
            )
    yield from filter(None, newest.values())
