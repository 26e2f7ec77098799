"""What happened, in the past tense: the consequences of a deed that others may want to know of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """How a person signs in changed, or somebody tries to guess it; they are told of it."""

    person_id: str
    what: str


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """An attempt came to its end."""

    attempt_id: str
    passed: bool


@dataclass(frozen=True, slots=True)
class EntryAsked:
    """Somebody asked for a link to come in by; the link is made when its mail is."""

    person_id: str
    lands_on: str


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


@dataclass(frozen=True, slots=True)
class RegradingDecided:
    """Answers to a scenario are to be marked again."""

    regrading_id: str


@dataclass(frozen=True, slots=True)
class AttemptRemarked:
    """An attempt was marked again, and with that it passes or no longer does."""

    attempt_id: str
    passed: bool


@dataclass(frozen=True, slots=True)
class CorrectionDecided:
    """Those who were taught a ruling that was corrected are to be told."""

    correction_id: str


@dataclass(frozen=True, slots=True)
class CorrectionReached:
    """A person is to be told of a correction."""

    correction_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class QuestionAnswered:
    """A question that was asked with a name has an answer; of a nameless one nobody can be told."""

    answer_id: str


@dataclass(frozen=True, slots=True)
class ModuleAssigned:
    """A module was assigned to somebody who is to be told of it."""

    assignment_id: str


@dataclass(frozen=True, slots=True)
class ReminderAsked:
    """A manager asks that somebody is reminded of all they are late with; what that is, is read when it is sent."""

    person_id: str


@dataclass(frozen=True, slots=True)
class AssignmentRuleMade:
    """A rule was made that is to give its first assignments."""

    rule_id: str


@dataclass(frozen=True, slots=True)
class ReminderDue:
    """A person is to be told what they reached of the ladder on a civil day, in one mail."""

    person_id: str
    day: str


@dataclass(frozen=True, slots=True)
class SuperiorDue:
    """A superior is to be told on a civil day, in one mail, who of their line is past due."""

    person_id: str
    day: str


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A manager is to be told on a civil day how the trainings of their units stand."""

    person_id: str
    day: str


@dataclass(frozen=True, slots=True)
class RecordRevoked:
    """A completion record was revoked, and its holder is to be told."""

    completion_id: str


Event = (
    AccountChanged
    | AssignmentRuleMade
    | AttemptFinished
    | AttemptRemarked
    | CorrectionDecided
    | CorrectionReached
    | DigestDue
    | EntryAsked
    | MailRequested
    | ModuleAssigned
    | ModuleCompleted
    | QuestionAnswered
    | RecordRevoked
    | RegradingDecided
    | ReminderAsked
    | ReminderDue
    | SuperiorDue
)
