"""gettext without a request: for PDFs, mail and the shell."""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from quiz.engine.text import LANGUAGES
from quiz.settings.operator import folder

DOMAIN = "messages"


def translations_folder() -> Path:
    """Return the folder of the catalogues, in a work tree or in an installed package."""
    return folder("translations")


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the compiled catalogue of a language, or one of bare msgids where none is compiled."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for language {language!r}")
    return translation(DOMAIN, translations_folder(), languages=[language], fallback=True)
