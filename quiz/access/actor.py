"""Who acts: a person, the product itself, another system, or nobody yet."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person may be beside a learner; several at once."""

    LEARNER = "learner"
    MANAGER = "manager"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADVISER = "adviser"
    HR = "hr"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a connected system may do by itself; named as its operator reads it."""

    ASSIGNMENTS_READ = "assignments:read"
    ASSIGNMENTS_WRITE = "assignments:write"
    EVIDENCE_READ = "evidence:read"
    PEOPLE_PROVISION = "people:provision"
    PEOPLE_READ = "people:read"
    RECORDS_READ = "records:read"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks, as the policy sees them; `name` is what an audit row keeps.

    `banks` names the scenario banks of every role that is bounded by banks, as (role, bank); a role of theirs that is
    not in it is held in all banks.
    """

    name: str
    person_id: int | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    managed_units: frozenset[int] = field(default_factory=frozenset)
    is_system: bool = False
    scopes: frozenset[Scope] = field(default_factory=frozenset)
    banks: frozenset[tuple[Role, str]] = field(default_factory=frozenset)
    # They came in by a link alone: enough for their own training, and not for how they sign in.
    is_narrow: bool = False

    def banks_of(self, *roles: Role) -> frozenset[str] | None:
        """Return the banks in which they hold one of some roles: None for every bank, empty where they hold none."""
        found: set[str] = set()
        for role in self.roles & set(roles):
            own = {bank for held, bank in self.banks if held == role}
            if not own:
                return None
            found |= own
        return frozenset(found)

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the product itself, acting from the shell or from a job of that name."""
        return cls(name=f"system:{name}", is_system=True)

    @classmethod
    def connection(cls, public_id: str, scopes: frozenset[Scope]) -> "Actor":
        """Return another system that signs in with a token and may do what its scopes say."""
        return cls(name=f"connection:{public_id}", scopes=scopes)

    @classmethod
    def nobody(cls) -> "Actor":
        """Return somebody who has not signed in."""
        return cls(name="nobody")
