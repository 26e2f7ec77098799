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
    EVIDENCE_READ = "evidence:read"
    PEOPLE_PROVISION = "people:provision"
    PEOPLE_READ = "people:read"
    RECORDS_READ = "records:read"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks, as the policy sees them; `name` is what an audit row keeps."""

    name: str
    person_id: int | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    managed_units: frozenset[int] = field(default_factory=frozenset)
    is_system: bool = False
    scopes: frozenset[Scope] = field(default_factory=frozenset)

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
