"""Walking along the chain of the audit trail and naming what is broken, in memory that does not grow."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from quiz.records.audit_chain import BEGINNING, Entry, KeyRing, Link, entry_digest, link_of

# After so many, more say nothing new; the walk goes on, and counts.
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What is broken, as a code, and where: the number in the chain, and the entry, where there is one.

    `entry-altered`, `entry-missing`; `link-altered`; `gap`: links are missing from this number on; `forked`: a number
    or an entry stands twice; `key-unknown`; `unsealed`: entries wait for more than a quarter of an hour; `cut`: the
    chain ends before a tip; `tip-not-in-chain`: at its number stands another link; `tip-forged`: nobody of ours signed
    it; `tip-unreadable`.
    """

    code: str
    number: int | None = None
    entry_id: int | None = None
    said: str = ""


@dataclass(slots=True)
class Walk:
    """How far a walk has come, and what it found."""

    ring: KeyRing
    number: int = 0
    link: str = BEGINNING
    # What the last link should have been, where it is another: the next may well follow this one.
    should_be: str | None = None
    faults: list[Fault] = field(default_factory=list)
    broken: int = 0

    def blame(self, fault: Fault) -> None:
        """Keep a fault, and count it where there are too many."""
        self.broken += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def go_on(self, links: Iterable[tuple[Link, Entry | None]]) -> None:
        """Look at links in the order of their numbers, each with its entry."""
        for link, entry in links:
            self._look(link, entry)

    def _look(self, link: Link, entry: Entry | None) -> None:
        is_after_gap = False
        if link.number <= self.number:
            self.blame(Fault("forked", link.number, link.entry_id))
            return
        if link.number != self.number + 1:
            self.blame(Fault("gap", self.number + 1, None, f"{link.number - self.number - 1}"))
            is_after_gap = True
        is_whole = self._check_link(link, is_after_gap)
        if entry is None:
            self.blame(Fault("entry-missing", link.number, link.entry_id))
        elif is_whole and entry_digest(entry) != link.entry_digest:
            self.blame(Fault("entry-altered", link.number, link.entry_id))
        self.number, self.link = link.number, link.link

    def _check_link(self, link: Link, is_after_gap: bool) -> bool:
        """Tell whether the link is the one that follows; what it follows is lost after a gap."""
        key = self.ring.keys.get(link.key_id)
        if key is None:
            self.blame(Fault("key-unknown", link.number, link.entry_id, link.key_id))
            self.should_be = None
            return False
        previous = [one for one in (self.link, self.should_be) if one is not None]
        self.should_be = None
        if is_after_gap:
            return True
        for one in previous:
            due = link_of(key, one, link.number, link.entry_id, link.entry_digest, link.sealed_at)
            if hmac.compare_digest(due, link.link):
                return True
        self.should_be = link_of(key, previous[0], link.number, link.entry_id, link.entry_digest, link.sealed_at)
        self.blame(Fault("link-altered", link.number, link.entry_id))
        return False
