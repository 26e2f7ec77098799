"""What goes wrong with a provider, by code; sentences are chosen by the page, details are for the log alone."""


class Fault(Exception):
    """A provider did not do what it must: `why` is one of the words below, `detail` a sentence of ours for the log."""

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why
        self.detail = detail


# No answer, or one that says to come again later.
AWAY = "away"
# The provider, or the person there, said no.
DECLINED = "declined"
# The way back is unknown here: used, too old, or begun in another browser.
ENDED = "ended"
# An answer that may be made up by somebody else, or is not what was asked for.
UNSURE = "unsure"
# The person signed in there in a weaker way than is needed here.
WEAK = "weak"
# Vouched for, and nobody here.
UNKNOWN = "unknown"
# Linked with another person here.
TAKEN = "taken"
