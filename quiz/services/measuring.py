"""What the answers say of the scenarios: item and test statistics of a module, from the marks of first attempts."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.models.mark_sheets import MarkSheetRow
from quiz.db.queries import catalogue
from quiz.db.queries import mark_sheets as queries
from quiz.engine.document import read_module, read_scenario
from quiz.engine.mark_sheets import (
    SURE,
    Gathered,
    MarkSheet,
    OptionShare,
    gather,
    mark_sheet_of,
    option_shares,
)
from quiz.engine.scenario import Scenario
from quiz.engine.statistics import (
    Column,
    DifferentialFunctioning,
    ItemStatistics,
    TestStatistics,
    differential_functioning,
    item_statistics,
    livingston,
    test_statistics,
)
from quiz.engine.text import Text
from quiz.services.belonging import own_banks, scenario_target
from quiz.services.errors import NotFound
from quiz.services.pinned import get_pinned
from quiz.services.published import list_scenarios
from quiz.services.stored_attempts import StoredAttempt
from quiz.services.unit_of_work import UnitOfWork

# Under the first nothing is shown: a figure would be noise, and might tell of a person. Under the second it is grey.
FEWEST, FEW = 10, 30
LANGUAGES = ("ar", "en")
# From here on a figure is a reason to look: a scenario most people get wrong; a quarter sure of what was not right; a
# large difference between groups, and chi-square with one degree of freedom at the 5 % level.
HARD, MANY_SURE, LARGE_DELTA, SIGNIFICANT = 0.35, Fraction(1, 4), 1.5, 3.84
# Of a path many turns are never reached, and a passage that is sound is marked by nobody.
_OFFERED_ALIKE = {"single_choice", "multiple_choice"}
ORDERS: Mapping[str, Callable[["ItemSummary"], tuple[object, ...]]] = {
    "doubts": lambda item: (-len(item.doubts), *_rising(item, "discrimination")),
    "discrimination": lambda item: _rising(item, "discrimination"),
    "facility": lambda item: _rising(item, "facility"),
    "answers": lambda item: (-item.count, item.key),
}


def keep_marks(work: UnitOfWork, stored: StoredAttempt) -> None:
    """Store the marks of a first attempt that has just ended; of later ones, and of practice, none are kept."""
    if stored.number != 1:
        return
    digests = {scenario.key: digest for digest, scenario in stored.pinned.scenarios.items()}
    items = {slot.number: stored.pinned.version_ids[digests[slot.scenario.key]] for slot in stored.attempt.slots}
    sheet = mark_sheet_of(stored.attempt, items)
    work.session.add(
        MarkSheetRow(
            attempt_id=stored.id,
            module_id=stored.pinned.module_id,
            unit=sheet.unit,
            language=sheet.language,
            entries=[list(sheet.items), list(sheet.marks), list(sheet.words)],
        )
    )


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module in the list of those that can be looked at."""

    key: str
    title: Text
    count: int


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """What the answers say of one version of a scenario; `figures` is None under ten attempts.

    `sure_and_wrong` is the share of those who said how certain they were, were sure, and did not earn everything.
    """

    key: str
    title: Text
    kind: str
    version: int
    is_standing: bool
    count: int
    figures: ItemStatistics | None
    options: tuple[tuple[Text, OptionShare], ...]
    # The options that earn everything, where options earn at all.
    best: frozenset[str]
    certainties: Mapping[tuple[str, bool], int]
    sure_and_wrong: Fraction | None
    by_language: DifferentialFunctioning | None

    @property
    def is_preliminary(self) -> bool:
        """Tell whether so few answered that the figures are only a hint."""
        return self.count < FEW

    @property
    def doubts(self) -> tuple[str, ...]:
        """Return what an editor should look at, as codes; of so few answers that they are a hint, nothing."""
        figures = self.figures
        if figures is None or self.is_preliminary:
            return ()
        found = {
            "against-the-whole": figures.discrimination is not None and figures.discrimination < 0,
            "very-hard": figures.facility is not None and figures.facility < HARD,
            "sure-and-wrong": self.sure_and_wrong is not None and self.sure_and_wrong >= MANY_SURE,
            "never-taken": self.kind in _OFFERED_ALIKE and any(share.count == 0 for _, share in self.options),
            "harder-in-arabic": self._is_harder(1),
            "harder-in-english": self._is_harder(-1),
        }
        return tuple(code for code, holds in found.items() if holds)

    def _is_harder(self, sign: int) -> bool:
        """Tell whether the item is harder for readers of Arabic (1) or English (-1): class C of ETS (Zieky 1993)."""
        found = self.by_language
        return bool(
            found is not None
            and found.delta is not None
            and found.delta * sign >= LARGE_DELTA
            and (found.chi_square or 0) >= SIGNIFICANT
        )


@dataclass(frozen=True, slots=True)
class ModuleStatistics:
    """What the answers say of a module; `whole` is None under ten attempts.

    `is_one_form`: everybody had the same scenarios. Only then are consistency, error and weights defined.
    """

    key: str
    title: Text
    count: int
    whole: TestStatistics | None
    is_one_form: bool
    pass_share: Fraction
    livingston: float | None
    certainties: Mapping[tuple[str, bool], int]
    items: tuple[ItemSummary, ...]

    @property
    def is_preliminary(self) -> bool:
        """Tell whether so few attempts ended that the figures are only a hint."""
        return self.count < FEW


def _rising(item: ItemSummary, name: str) -> tuple[object, ...]:
    """Return a place in rising order of a figure; what has none stands behind."""
    value = getattr(item.figures, name, None)
    return (value is None, value or 0.0, item.key, item.version)


def list_measured(work: UnitOfWork) -> tuple[ModuleLine, ...]:
    """Return every module with the number of first attempts that ended, most first."""
    work.require(Permission.BANK_STATISTICS_READ, Target("modules"))
    return _measured(work)


def _measured(work: UnitOfWork) -> tuple[ModuleLine, ...]:
    counts = queries.count_mark_sheets(work.session)
    lines = [
        ModuleLine(row.key, get_pinned(work, row.current_version_id).module.title, counts.get(row.id, (0, 0))[0])
        for row in catalogue.list_modules(work.session)
        if row.current_version_id is not None
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.key)))


def get_statistics(work: UnitOfWork, module_key: str) -> ModuleStatistics:
    """Return the statistics of a module over all its versions; raise NotFound.

    Sheets are only ever added: what was computed of the same sheets is kept.
    """
    work.require(Permission.BANK_STATISTICS_READ, Target("module", module_key))
    return _statistics(work, module_key)


def _statistics(work: UnitOfWork, module_key: str) -> ModuleStatistics:
    row = catalogue.find_module(work.session, module_key)
    if row is None or row.current_version_id is None:
        raise NotFound("module")
    counted = queries.count_mark_sheets(work.session).get(row.id, (0, 0))
    return work.tools.kept.statistics.get(
        (row.id, row.current_version_id, *counted), lambda: _computed(work, row.id, row.current_version_id or 0)
    )


def list_measured_scenario(work: UnitOfWork, key: str) -> tuple[tuple[ModuleLine, tuple[ItemSummary, ...]], ...]:
    """Return what the answers say of a scenario: each module that draws it now, with each version that was met.

    The newest version comes first; a module with answers to none of its versions is left out.
    """
    work.require(Permission.BANK_STATISTICS_READ, scenario_target(work, key))
    found = []
    for line in _measured(work):
        row = catalogue.find_module(work.session, line.key)
        if not line.count or row is None or row.current_version_id is None:
            continue
        if any(held.key == key for held in get_pinned(work, row.current_version_id).scenarios.values()):
            items = [item for item in _statistics(work, line.key).items if item.key == key]
            found.append((line, tuple(sorted(items, key=lambda item: -item.version))))
    return tuple((line, items) for line, items in found if items)


def stream_own_items(work: UnitOfWork, most: int) -> Iterator[tuple[str, ItemSummary]]:
    """Give every version that was met of a scenario of the actor's banks, with the module it was met in.

    Modules with more than `most` answers are left out.
    """
    work.require(Permission.BANK_STATISTICS_READ, Target("scenarios", is_in_part=True))
    own = own_banks(work, Permission.BANK_STATISTICS_READ)
    keys = None if own is None else {one.key for one, _ in list_scenarios(work) if one.bank in own}
    for line in _measured(work):
        if 0 < line.count <= most:
            yield from (
                (line.key, item) for item in _statistics(work, line.key).items if keys is None or item.key in keys
            )


def _computed(work: UnitOfWork, module_id: int, version_id: int) -> ModuleStatistics:
    version = catalogue.find_module_version(work.session, version_id)
    if version is None:
        raise NotFound("module-version")
    module = read_module(version.document)
    sheets = (
        MarkSheet(row.unit, row.language, *row.entries) for row in queries.stream_mark_sheets(work.session, module_id)
    )
    gathered = gather(sheets, queries.list_units(work.session, module_id))
    enough = len(gathered.totals) >= FEWEST
    whole = test_statistics(gathered.whole(), gathered.unit) if enough else None
    of_all: Counter[tuple[str, bool]] = Counter()
    for held in gathered.items.values():
        of_all.update(held.certainties(gathered.unit))
    cut = float(module.pass_rule.score) * whole.most if whole else 0.0
    return ModuleStatistics(
        key=module.key,
        title=module.title,
        count=len(gathered.totals),
        whole=whole,
        is_one_form=gathered.is_one_form,
        pass_share=module.pass_rule.score,
        livingston=livingston(whole, cut) if whole else None,
        certainties=of_all if enough else {},
        items=_items(work, gathered),
    )


def _items(work: UnitOfWork, gathered: Gathered) -> tuple[ItemSummary, ...]:
    columns = gathered.columns()
    figures = item_statistics(columns, gathered.unit)
    by_item = {int(figure.name): (column, figure) for column, figure in zip(columns, figures, strict=True)}
    standing = {found.id for found in catalogue.list_standing_scenarios(work.session)}
    summaries = []
    for found in catalogue.list_scenario_versions(work.session, list(by_item)):
        scenario: Scenario = work.tools.kept.documents.get(
            found.digest,
            lambda found=found: read_scenario(found.document),  # type: ignore[misc]
        )
        column, figure = by_item[found.id]
        one = _item(scenario, column, figure if figure.count >= FEWEST else None, gathered, found.id)
        summaries.append(replace(one, version=found.number, is_standing=found.id in standing))
    return tuple(summaries)


def _item(
    scenario: Scenario, column: Column, figures: ItemStatistics | None, gathered: Gathered, item: int
) -> ItemSummary:
    held = gathered.items[item]
    shares = option_shares(scenario, held, gathered) if figures else ()
    certainties = held.certainties(gathered.unit)
    said = sum(certainties.values())
    return ItemSummary(
        key=scenario.key,
        title=scenario.title,
        kind=scenario.kind,
        version=0,
        is_standing=False,
        count=len(held.marks),
        figures=figures,
        options=tuple((scenario.option(share.key).text, share) for share in shares),
        best=frozenset(option.key for option in scenario.options if option.credit == 1),
        certainties=certainties if said >= FEWEST else {},
        sure_and_wrong=Fraction(certainties[SURE, False], said) if said >= FEWEST else None,
        by_language=_by_language(column, [gathered.languages[one] for one in held.people]),
    )


def _by_language(column: Column, languages: list[str]) -> DifferentialFunctioning | None:
    """Return whether an item is harder in one language among people of equal totals: a text may be at fault."""
    groups = Counter(languages)
    if min(groups[language] for language in LANGUAGES) < FEWEST:
        return None
    return differential_functioning(column, languages, *LANGUAGES)
