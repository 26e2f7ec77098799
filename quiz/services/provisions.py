"""Provisions that something may rest on, to be chosen from by those who write about them."""

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.engine.instrument import Citation, Library
from quiz.language.folding import fold
from quiz.services.citing import CitationSummary, summarise_citations
from quiz.services.errors import NotFound, Refused
from quiz.services.published import get_library
from quiz.services.unit_of_work import UnitOfWork


def list_citable(work: UnitOfWork) -> tuple[CitationSummary, ...]:
    """Return every provision that is verified well enough to be cited, in the order of the library."""
    work.require(Permission.REFERENCE_PROVISION_READ, Target("provisions"))
    library = get_library(work)
    return summarise_citations(library, map(Citation, _addresses(library)))


def find_citable(work: UnitOfWork, words: str) -> str:
    """Return the address of the provision that somebody means: by its address, or by its title in either language.

    Raise NotFound where there is none, Refused where several have this title.
    """
    work.require(Permission.REFERENCE_PROVISION_READ, Target("provisions"))
    library = get_library(work)
    addresses, wanted = _addresses(library), fold(words)
    if words.strip() in addresses:
        return words.strip()
    titled = [
        address
        for address in addresses
        if wanted and wanted in map(fold, library.provisions[address][2].title.by_language.values())
    ]
    if not titled:
        raise NotFound("provision")
    if len(titled) > 1:
        raise Refused("several-provisions", field="provision")
    return titled[0]


def _addresses(library: Library) -> list[str]:
    return [address for address, held in library.provisions.items() if held[2].verification.may_be_published]
