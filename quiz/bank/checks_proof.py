"""Whether a verification that is stronger than before was proved: what was compared with what, and on which day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from quiz.bank.amending import NOT_COMPARED
from quiz.bank.findings import Finding
from quiz.bank.reader import Source
from quiz.engine.instrument import Edition, Instrument, Provision, Verification
from quiz.engine.text import LANGUAGES, Text


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a provision says it was compared with, and when."""

    against: Text
    on: date

    @classmethod
    def of(cls, provision: Provision) -> "_Evidence":
        return cls(provision.verified_against, provision.verified_on)

    def is_new_beside(self, other: "_Evidence") -> bool:
        """Tell whether the comparison is another one: its words in every language, and its day."""
        words = ((self.against.by_language.get(one), other.against.by_language.get(one)) for one in LANGUAGES)
        return self.on != other.on and all(now and now != then for now, then in words)


def check_proof(source: Source, before: Instrument | None, after: Instrument, today: date) -> Iterator[Finding]:
    """Return every verification of an instrument that grew without proof since the version that stands.

    To lower one is free. A provision of a new edition was compared with nothing so far: what proves the earlier
    edition does not prove it.
    """
    stood = {edition.key: edition for edition in before.editions} if before else {}
    for place, edition in enumerate(after.editions):
        held = {one.key: one for one in stood[edition.key].provisions} if edition.key in stood else {}
        for number, provision in enumerate(edition.provisions):
            path = ("editions", place, "provisions", number)
            was = held.get(provision.key)
            if not (_is_proved(provision, was) if was else _is_own(provision, stood.get(edition.key), before)):
                said = provision.verification.value
                yield source.error("verification-unproven", (*path, "verification"), verification=said)
            if provision.verified_on > today and (was is None or was.verified_on != provision.verified_on):
                day = provision.verified_on.isoformat()
                yield source.error("verified-in-future", (*path, "verified_on"), value=day)


def _is_proved(provision: Provision, was: Provision) -> bool:
    is_stronger = provision.verification.strength > was.verification.strength
    return not is_stronger or _Evidence.of(provision).is_new_beside(_Evidence.of(was))


def _is_own(provision: Provision, stood: Edition | None, before: Instrument | None) -> bool:
    """Tell whether the proof of a provision that is new is not that of another one which does not bear it.

    In an edition that stands its sisters were compared with the same text, and prove it as far as themselves.
    """
    if provision.verification.strength <= Verification.RECALL.strength:
        return True
    if stood is not None:
        others = [one for one in stood.provisions if one.verification.strength < provision.verification.strength]
    else:
        others = [one for edition in (before.editions if before else ()) for one in edition.provisions]
    is_borrowed = any(_Evidence.of(one) == _Evidence.of(provision) for one in others)
    return not is_borrowed and dict(provision.verified_against.by_language) != NOT_COMPARED
