"""Words within names are found alike by both databases, by an index or without one, and exactly where they stand."""

import pytest

from quiz.db.connection import Database
from quiz.db.models.people import PersonRow
from quiz.db.queries.holding_words import LETTERS, holding_words
from quiz.language.folding import fold
from quiz.services.unit_of_work import Works
from tests.fixtures.people import MakePerson

NAMES = ("هناء عبد الله رضا", "عبد اللطيف الهواري", "Zoë 100% O'Brien_Smith", "لي", "مريم \U0001f393 السيد")
WORDS = (
    "عبد",
    "الله",
    "الل",
    "عبد الل",
    "ري",
    "هواري رضا",
    "100%",
    "n_s",
    "o'b",
    "zoë",
    "لي",
    "\U0001f393",
    "س",
    "xyz",
    "",
    "%",
    "___",
)


@pytest.mark.parametrize("words", WORDS)
def test_a_word_is_found_where_it_stands_and_nowhere_else(
    database: Database, works: Works, make_person: MakePerson, words: str
) -> None:
    for name in NAMES:
        make_person(name=name)
    wanted = fold(words).split()
    with database.reads() as session:
        found = set(session.query(PersonRow.folded).filter(*holding_words(session, PersonRow.folded, wanted)))
        everybody = set(session.query(PersonRow.folded))
    assert found == {row for row in everybody if all(word in row.folded for word in wanted)}
    assert len(found) > 0 or words in {"هواري رضا", "xyz", "___"}


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_pieces_are_those_of_the_index(database: Database) -> None:
    from sqlalchemy import func, select

    with database.reads() as session:
        for name in (*NAMES, "", "اب", "ابت"):
            pieces = {name[at : at + LETTERS] for at in range(len(name) - LETTERS + 1)}
            assert set(session.scalars(select(func.unnest(func.folded_pieces(name))))) == pieces
