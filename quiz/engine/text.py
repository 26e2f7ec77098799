"""One sentence in several languages, and the rule of which language a reader gets."""

from collections.abc import Mapping
from dataclasses import dataclass

SOURCE_LANGUAGE = "ar"
LANGUAGES = ("ar", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A text by language; Arabic is the source and the fallback of every reader."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> tuple[str, str]:
        """Return the text for a reader and the language it is really in: theirs, the source, or what there is."""
        for one in (language, SOURCE_LANGUAGE, *self.by_language):
            if self.by_language.get(one):
                return self.by_language[one], one
        return "", SOURCE_LANGUAGE

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.by_language.items())))

    def document(self) -> dict[str, str]:
        """Return the plain form that documents hold."""
        return {language: self.by_language[language] for language in sorted(self.by_language)}
