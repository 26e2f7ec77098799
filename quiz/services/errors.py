"""What can stand in the way of a deed, by code; sentences are chosen at the edge, in the reader's language."""

from quiz.access.policy import Decision


class QuizError(Exception):
    """Base of the errors that a person can be told of: a code and the values its sentence needs."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


class NotFound(QuizError):
    """There is no such thing, or none that this person may know of."""


class Stale(QuizError):
    """Somebody, perhaps the same person in another window, was quicker."""


class NotReady(QuizError):
    """The deed has to wait for something; the code says for what."""


class Duplicate(QuizError):
    """A value that must be unique is taken; `values['field']` names it."""


class Refused(QuizError):
    """The input cannot be taken as it is; the code says why."""


class Unavailable(QuizError):
    """Something outside that the deed needs does not answer; later it may."""


class NotAllowed(QuizError):
    """The policy says no; `decision` holds its reason, for the log."""

    def __init__(self, permission: str, decision: Decision) -> None:
        super().__init__("not-allowed", permission=permission, because=decision.because)
        self.decision = decision


class Unasked(Exception):
    """A deed wrote without asking the policy: a defect of ours, and nothing was written."""
