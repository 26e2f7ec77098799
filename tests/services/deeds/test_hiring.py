"""People and units that HR adds by hand: tidied as files are, and refused with a reason."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from quiz.db.models.people import PersonRow, PostingRow, UnitRow
from quiz.engine.text import Text
from quiz.services import hiring, people, units
from quiz.services.errors import QuizError
from quiz.services.hiring import Newcomer
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM, MakePerson

NAME = Text({"ar": " إدارة  الشؤون القانونية ", "en": "Legal affairs"})


@pytest.fixture
def newcomer(unit: str) -> Newcomer:
    return Newcomer("٠٠٧٣١", " آمال عبد الله  السيد حسن علي محمود ", " Amal@Amana.example ", unit)


def hire(works: Works, newcomer: Newcomer) -> str:
    with works.writing(SYSTEM) as work:
        return hiring.hire(work, newcomer)


def test_what_was_typed_is_kept_as_a_file_would_bring_it(works: Works, newcomer: Newcomer) -> None:
    joined = date(2026, 11, 1)
    person = hire(works, replace(newcomer, latin_name=" Amal  Hassan ", joined_on=joined, job_families=["it", "hr"]))
    with works.database.reads() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.public_id == person)).one()
        posting = session.scalars(select(PostingRow).where(PostingRow.person_id == row.id)).one()
    assert (row.hr_number, row.email) == ("00731", "amal@amana.example")
    assert (row.name, row.latin_name) == ("آمال عبد الله السيد حسن علي محمود", "Amal Hassan")
    assert (row.joined_on, row.job_families, posting.unit_id) == (joined, ["it", "hr"], row.unit_id)
    assert "00731" in row.folded


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"hr_number": " "}, "number-missing", "hr_number"),
        ({"hr_number": "=1+1"}, "bad-number", "hr_number"),
        ({"hr_number": "1" * 65}, "bad-number", "hr_number"),
        ({"name": "\u200f "}, "name-missing", "name"),
        ({"email": "nobody"}, "bad-email", "email"),
        ({"job_families": ["kings"]}, "job-family-unknown", "job_families"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    works: Works,
    newcomer: Newcomer,
    wrong: dict[str, str],
    code: str,
    field: str,
    changes_nothing: Callable[[], AbstractContextManager[None]],
) -> None:
    with changes_nothing(), pytest.raises(QuizError) as refused:
        hire(works, replace(newcomer, **wrong))  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.values["field"]) == (code, field)


def test_a_number_is_never_given_again_and_an_address_not_twice(
    works: Works, newcomer: Newcomer, make_person: MakePerson
) -> None:
    other = make_person()
    hire(works, newcomer)
    with pytest.raises(QuizError, match="number-taken"):
        hire(works, replace(newcomer, hr_number="00731", email="another@amana.example"))
    with pytest.raises(QuizError, match="taken") as refused:
        hire(works, replace(newcomer, hr_number="732", email=other.email))
    assert refused.value.values["field"] == "email"


def test_units_are_established_and_named_anew(works: Works, unit: str) -> None:
    with works.writing(SYSTEM) as work:
        made = hiring.establish_unit(work, NAME, "EG", unit, " ق ٧ ")
    with works.reading(SYSTEM) as work:
        one = next(one for one in units.list_tree(work) if one.public_id == made)
    assert (one.name.by_language["ar"], one.code, one.above) == ("إدارة الشؤون القانونية", "ق 7", unit)
    with pytest.raises(QuizError, match="code-taken"), works.writing(SYSTEM) as work:
        hiring.establish_unit(work, NAME, "EG", None, "ق 7")
    with works.writing(SYSTEM) as work:
        other = people.add_unit(work, NAME, "EG")
    with pytest.raises(QuizError, match="code-taken"), works.writing(SYSTEM) as work:
        hiring.rename_unit(work, other, NAME, "ق 7")
    with pytest.raises(QuizError, match="name-missing"), works.writing(SYSTEM) as work:
        hiring.rename_unit(work, made, Text({"ar": "قسم", "en": " "}), "")
    with works.writing(SYSTEM) as work:
        hiring.rename_unit(work, made, Text({"ar": "قسم القضايا", "en": "Cases"}), "")
    with works.database.reads() as session:
        row = session.scalars(select(UnitRow).where(UnitRow.public_id == made)).one()
    assert (row.name, row.code) == ({"ar": "قسم القضايا", "en": "Cases"}, None)


def test_nothing_goes_into_a_closed_unit(works: Works, newcomer: Newcomer) -> None:
    with works.writing(SYSTEM) as work:
        closed = people.add_unit(work, NAME, "EG")
        units.close_unit(work, closed)
    with pytest.raises(QuizError, match="unit-closed"):
        hire(works, replace(newcomer, unit=closed))
    with pytest.raises(QuizError, match="unit-closed"), works.writing(SYSTEM) as work:
        hiring.establish_unit(work, NAME, "EG", closed, "")
    with pytest.raises(QuizError, match="unit"):
        hire(works, replace(newcomer, unit="nowhere"))
