"""Who acts: a person, the system itself, or nobody yet."""

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


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks, as the policy sees them; `name` is what an audit row keeps."""

    name: str
    person_id: int | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    managed_units: frozenset[int] = field(default_factory=frozenset)
    is_system: bool = False

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the product itself, acting from the shell or from a job of that name."""
        return cls(name=f"system:{name}", is_system=True)

    @classmethod
    def nobody(cls) -> "Actor":
        """Return somebody who has not signed in."""
        return cls(name="nobody")
