"""What happened, in the past tense: the consequences of a deed that others may want to know of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """An attempt came to its end."""

    attempt_id: str
    passed: bool


@dataclass(frozen=True, slots=True)
class ModuleCompleted:
    """A completion was recorded."""

    completion_id: str


@dataclass(frozen=True, slots=True)
class MailRequested:
    """A person is to get a mail; addresses and links are read when it is sent, never kept here."""

    template: str
    person_id: str
    link_id: str


Event = AttemptFinished | ModuleCompleted | MailRequested
