"""Published documents as engine objects, parsed once a process and kept by what can never change."""

from collections.abc import Mapping
from dataclasses import dataclass

from quiz.db.queries import catalogue as queries
from quiz.engine.document import read_instrument, read_module, read_scenario
from quiz.engine.instrument import Instrument, Library
from quiz.engine.module import Module
from quiz.engine.scenario import Scenario
from quiz.engine.selection import Standing, matches, unscored_because
from quiz.services.errors import NotFound
from quiz.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PinnedModule:
    """A module version with the very versions of scenarios and instruments it was published with."""

    module_id: int
    version_id: int
    number: int
    digest: str
    pool_digest: str
    module: Module
    scenarios: Mapping[str, Scenario]
    library: Library
    # The key of each scenario version in the tables, by the digest of its document.
    version_ids: Mapping[str, int]

    def digest_of(self, scenario_key: str) -> str:
        """Return the digest of the version of a scenario that this module was published with."""
        return next(digest for digest, scenario in self.scenarios.items() if scenario.key == scenario_key)

    def version_of(self, scenario_key: str) -> int:
        """Return the key in the tables of the version of a scenario that this module was published with."""
        return self.version_ids[self.digest_of(scenario_key)]

    def pledged_editions(self, jurisdiction: str) -> tuple[str, ...]:
        """Return the addresses of the editions that people of a country pledge on: those of their own country."""
        pledge = self.module.pledge
        found = ((address, self.library.find_edition(address)) for address in (pledge.editions if pledge else ()))
        return tuple(address for address, held in found if held and held[0].jurisdiction == jurisdiction)

    def may_count(self, standing: Standing) -> bool:
        """Tell whether anything that an attempt could draw would count for somebody."""
        counting = [
            scenario
            for scenario in self.scenarios.values()
            if unscored_because(scenario, self.library, standing) is None
        ]
        lines = [line for line in self.module.lines_for(standing.jurisdiction) if line.scored]
        return any(matches(scenario, line, self.library) for line in lines for scenario in counting)


def get_pinned(work: UnitOfWork, version_id: int) -> PinnedModule:
    """Return a module version with its pool; scenarios stand by the digest of their documents."""
    return work.tools.kept.modules.get(version_id, lambda: _read(work, version_id))


def _read(work: UnitOfWork, version_id: int) -> PinnedModule:
    row = queries.find_module_version(work.session, version_id)
    if row is None:
        raise NotFound("module-version")
    documents = work.tools.kept.documents
    scenarios, version_ids = {}, {}
    for found in queries.list_scenario_documents(work.session, row.pool["scenarios"]):
        version_ids[found.digest] = found.id
        scenarios[found.digest] = documents.get(
            found.digest,
            lambda found=found: read_scenario(found.document),  # type: ignore[misc]
        )
    instruments: tuple[Instrument, ...] = tuple(
        documents.get(found.digest, lambda found=found: read_instrument(found.document))  # type: ignore[misc]
        for found in queries.list_instrument_documents(work.session, row.pool["instruments"])
    )
    return PinnedModule(
        module_id=row.module_id,
        version_id=version_id,
        number=row.number,
        digest=row.digest,
        pool_digest=row.pool_digest,
        module=read_module(row.document),
        scenarios=scenarios,
        library=Library.of(instruments),
        version_ids=version_ids,
    )


def read_all(work: UnitOfWork) -> None:
    """Read what every module that can be taken was published with, so that nobody waits for it."""
    for module in queries.list_modules(work.session):
        if module.current_version_id is not None:
            get_pinned(work, module.current_version_id)
