"""The states an attempt and its places can be in."""

from enum import StrEnum


class AttemptState(StrEnum):
    """Where an attempt stands."""

    UNDER_WAY = "under_way"
    FINISHED = "finished"
    EXPIRED = "expired"


class SlotState(StrEnum):
    """Where one place of an attempt stands."""

    OPEN = "open"
    HINTED = "hinted"
    ANSWERED = "answered"
    RULED = "ruled"
