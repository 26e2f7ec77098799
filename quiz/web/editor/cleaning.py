"""What is taken out of pasted words on their way into a draft, counted so that it can be said."""

from collections import Counter

from quiz.language.cleaning import clean


class Cleaning:
    """Cleans texts one after another and remembers what was changed in all of them."""

    def __init__(self) -> None:
        self.changes: Counter[str] = Counter()

    def __call__(self, text: str) -> str:
        """Return a text as it is kept."""
        cleaned = clean(text)
        self.changes.update(cleaned.changes)
        return cleaned.text
