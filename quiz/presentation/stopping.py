"""Whether this process was told to stop: it still answers for a while, but wants no more requests."""

_was_told = False


def begin() -> None:
    """Note that this process was told to stop; called where signals are handled, so it takes no lock."""
    global _was_told
    _was_told = True


def is_stopping() -> bool:
    """Tell whether this process was told to stop."""
    return _was_told
