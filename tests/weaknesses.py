"""Answers that wait in units, put there without anybody who gave them, and the day that publishes them."""

from sqlalchemy import select

from quiz.db.models.people import UnitRow
from quiz.db.models.weaknesses import WaitingAnswersRow
from quiz.services import disclosing, turning
from quiz.services.unit_of_work import Works
from tests.fixtures.people import SYSTEM

PROVISION = "eg-cybercrime/law-175-2018/art-20"


def fill(works: Works, unit: str, answers: int, missed: int, provision: str = PROVISION, attempts: int = 0) -> None:
    """Let answers wait in a unit since today, each of an attempt of its own unless said otherwise."""
    today = works.tools.clock().date()
    with works.database.writes() as session:
        place = session.scalars(select(UnitRow.id).where(UnitRow.public_id == unit)).one()
        session.add(
            WaitingAnswersRow(
                unit_id=place,
                provision=provision,
                since=today,
                attempts=attempts or answers,
                answers=answers,
                sound=answers - missed,
            )
        )
        session.commit()


def turn(works: Works) -> None:
    """Do what the worker does once a day, in its order."""
    disclosing.count_all(works, SYSTEM)
    with works.writing(SYSTEM) as work:
        turning.turn_day(work)
