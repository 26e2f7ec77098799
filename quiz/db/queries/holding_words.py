"""What people are found by: words anywhere within their folded names, along an index where PostgreSQL has one.

The index holds every piece of three letters of a name. It asks for no extension, which not every server lets one
have, and knows Arabic in every locale.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

LETTERS = 3


def holding_words(session: Session, column: Any, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that every one of some folded words stands somewhere in a column of folded names."""
    found: list[ColumnElement[bool]] = [column.contains(word, autoescape=True) for word in words]
    pieces = sorted({word[at : at + LETTERS] for word in words for at in range(len(word) - LETTERS + 1)})
    if pieces and session.get_bind().dialect.name == "postgresql":
        found.append(func.folded_pieces(column, type_=ARRAY(Text())).contains(pieces))
    return found
