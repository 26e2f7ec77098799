"""The addresses of the API: all but one only read, each for systems with one of its scopes."""

from datetime import UTC, datetime
from typing import Any

from flask import url_for

from quiz.access.actor import Scope
from quiz.access.permissions import Permission
from quiz.interop.api import shapes
from quiz.interop.api.declaring import TwoTexts, made_of
from quiz.interop.api.serving import Asked, answers, blueprint, makes
from quiz.presentation.guard import for_systems
from quiz.records.evidence import Answer
from quiz.services import evidencing, system_assigning, system_reading, system_records
from quiz.services.system_reading import AssignmentFilter
from quiz.services.unit_of_work import UnitOfWork

_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_MAP = (Scope.ASSIGNMENTS_READ, Scope.EVIDENCE_READ, Scope.PEOPLE_READ, Scope.RECORDS_READ)


@blueprint.get("/people")
@for_systems(Scope.PEOPLE_READ)
@answers(
    shapes.People, shapes.PeopleQuery, Permission.PEOPLE_PERSON_READ, "People, those who left too.", is_report=True
)
def people(work: UnitOfWork, asked: Asked[shapes.PeopleQuery]) -> shapes.People:
    """List people."""
    found = system_reading.list_people(work, asked.query.unit, asked.after, asked.query.limit)
    return asked.page(shapes.People, shapes.Person, found)


@blueprint.get("/people/<public_id>")
@for_systems(Scope.PEOPLE_READ)
@answers(shapes.Person, shapes.NoQuery, Permission.PEOPLE_PERSON_READ, "One person.")
def person(work: UnitOfWork, asked: Asked[shapes.NoQuery], public_id: str) -> shapes.Person:
    """Show a person."""
    return made_of(shapes.Person, system_reading.get_person(work, public_id))


@blueprint.get("/units")
@for_systems(*_MAP)
@answers(
    shapes.Units,
    shapes.PageQuery,
    Permission.ORGANISATION_MAP_READ,
    "Units of the organisation, closed ones too.",
    is_report=True,
)
def units(work: UnitOfWork, asked: Asked[shapes.PageQuery]) -> shapes.Units:
    """List units."""
    found = system_reading.list_units(work, asked.after, asked.query.limit)
    return asked.page(shapes.Units, shapes.Unit, found)


@blueprint.get("/modules")
@for_systems(*_MAP)
@answers(shapes.Modules, shapes.NoQuery, Permission.ORGANISATION_MAP_READ, "Every module that was published.")
def modules(work: UnitOfWork, asked: Asked[shapes.NoQuery]) -> shapes.Modules:
    """List modules."""
    return shapes.Modules(tuple(made_of(shapes.Module, line) for line in system_reading.list_modules(work)))


@blueprint.get("/assignments")
@for_systems(Scope.ASSIGNMENTS_READ)
@answers(
    shapes.Assignments,
    shapes.AssignmentsQuery,
    Permission.PEOPLE_ASSIGNMENT_READ,
    "Assignments of every cycle, by person; with `changed_since` in order of their changes.",
    is_report=True,
)
def assignments(work: UnitOfWork, asked: Asked[shapes.AssignmentsQuery]) -> shapes.Assignments:
    """List assignments."""
    query = asked.query
    narrowing = AssignmentFilter(
        query.person,
        query.unit,
        query.module,
        query.state,
        query.due_from,
        query.due_until,
        query.is_late,
        query.is_current,
        query.changed_since,
    )
    found = system_reading.list_assignments(work, narrowing, asked.after, query.limit)
    return asked.page(shapes.Assignments, shapes.Assignment, found)


@blueprint.post("/assignments")
@for_systems(Scope.ASSIGNMENTS_WRITE)
@makes(
    shapes.Assignment,
    shapes.NewAssignment,
    Permission.PEOPLE_ASSIGNMENT_WRITE,
    "Assign a module to a person; 409 where it is assigned already and open, so asking again is safe.",
)
def assign(work: UnitOfWork, sent: shapes.NewAssignment) -> tuple[shapes.Assignment, str]:
    """Assign a module."""
    made = system_assigning.assign(work, sent.person, sent.module, sent.due_on)
    found = made_of(shapes.Assignment, system_reading.get_assignment(work, made))
    return found, url_for("api.assignment", public_id=made)


@blueprint.get("/assignments/<public_id>")
@for_systems(Scope.ASSIGNMENTS_READ)
@answers(shapes.Assignment, shapes.NoQuery, Permission.PEOPLE_ASSIGNMENT_READ, "One assignment.")
def assignment(work: UnitOfWork, asked: Asked[shapes.NoQuery], public_id: str) -> shapes.Assignment:
    """Show an assignment."""
    return made_of(shapes.Assignment, system_reading.get_assignment(work, public_id))


@blueprint.get("/completions")
@for_systems(Scope.ASSIGNMENTS_READ)
@answers(
    shapes.Completions,
    shapes.CompletionsQuery,
    Permission.PEOPLE_ASSIGNMENT_READ,
    "Completions in the order in which they happened.",
    is_report=True,
)
def completions(work: UnitOfWork, asked: Asked[shapes.CompletionsQuery]) -> shapes.Completions:
    """List completions."""
    query = asked.query
    found = system_records.list_completions(
        work, query.since or _EVER, query.module, query.unit, asked.after, query.limit
    )
    return asked.page(shapes.Completions, shapes.Completion, found)


@blueprint.get("/records")
@for_systems(Scope.RECORDS_READ)
@answers(
    shapes.Records,
    shapes.RecordsQuery,
    Permission.RECORDS_REGISTER_READ,
    "Completion records in the order in which they were issued, with how each stands now.",
    is_report=True,
)
def records(work: UnitOfWork, asked: Asked[shapes.RecordsQuery]) -> shapes.Records:
    """List records."""
    query = asked.query
    found = system_records.list_records(work, query.person, query.module, query.state, asked.after, query.limit)
    return asked.page(shapes.Records, shapes.Record, found)


@blueprint.get("/records/<public_id>")
@for_systems(Scope.RECORDS_READ)
@answers(shapes.Record, shapes.NoQuery, Permission.RECORDS_REGISTER_READ, "One record.")
def record(work: UnitOfWork, asked: Asked[shapes.NoQuery], public_id: str) -> shapes.Record:
    """Show a record."""
    return made_of(shapes.Record, system_records.get_record(work, public_id))


@blueprint.get("/evidence")
@for_systems(Scope.EVIDENCE_READ)
@answers(
    shapes.Evidence,
    shapes.EvidenceQuery,
    Permission.REPORTING_EVIDENCE_TAKE,
    "Questions of regulators with their figures, for the whole organisation; none of answers or of questions asked.",
    is_report=True,
)
def evidence(work: UnitOfWork, asked: Asked[shapes.EvidenceQuery]) -> shapes.Evidence:
    """Show evidence."""
    found = evidencing.get_counts(work, asked.query.first, asked.query.last)
    return shapes.Evidence(
        TwoTexts.of(found.organisation),
        shapes.Period(found.span.first, found.span.last, found.zone),
        found.made_at,
        found.people,
        tuple(_answered(number, one) for number, one in enumerate(found.answers, 1)),
    )


def _answered(number: int, answer: Answer) -> shapes.Answered:
    held: dict[str, Any] = answer.document()
    return shapes.Answered(
        number,
        held["code"],
        TwoTexts(held["question"]["ar"], held["question"].get("en")),
        tuple(held["sources"]),
        held["none"],
        answer.why if held["none"] else "",
        tuple(held["figures"]),
        tuple(held["tables"]),
    )
