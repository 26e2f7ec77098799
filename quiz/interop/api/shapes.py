"""What the API is asked and what it answers; the document at `/api/v1/openapi.json` is made of these declarations."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from quiz.interop.api.declaring import Note, TwoTexts

_ID = {"pattern": "^[0-9a-f]{32}$", "maxLength": 32, "examples": ["5f0c7a3e9b1d4c6f8a2e0b7d9c3f1a64"]}
_KEY = {"pattern": "^[a-z0-9-]+$", "maxLength": 64, "examples": ["onboarding-social-media"]}
AssignmentState = Literal["not_begun", "under_way", "pledge_open", "completed", "excused"]
RecordState = Literal["valid", "expired", "replaced", "revoked", "altered"]
PersonId = Annotated[str, Note("Public id of the person, the same in every list.", _ID)]
HrNumber = Annotated[str, Note("The number by which HR knows the person.")]
UnitId = Annotated[str, Note("Public id of the unit to which the person belongs now.", _ID)]
ModuleKey = Annotated[str, Note("Key of the module.", _KEY)]
Next = Annotated[
    str | None, Note("Address of the next page; null on the last. A page may be short, or empty, before it.")
]


@dataclass(frozen=True, slots=True)
class NoQuery:
    """An address without parameters."""


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What every list takes."""

    limit: Annotated[int, Note("How many items a page has at most.", {"minimum": 1, "maximum": 200})] = 50
    cursor: Annotated[
        str | None,
        Note("Where a page begins: taken from `next`, with the same filters.", {"maxLength": 200}),
    ] = None


@dataclass(frozen=True, slots=True)
class PeopleQuery(PageQuery):
    """Filters of people."""

    unit: Annotated[str | None, Note("Of this unit itself, not of those below it.", _ID)] = None


@dataclass(frozen=True, slots=True)
class AssignmentsQuery(PageQuery):
    """Filters of assignments."""

    person: Annotated[str | None, Note("Of this person.", _ID)] = None
    unit: Annotated[str | None, Note("Of people who belong to this unit itself now.", _ID)] = None
    module: Annotated[str | None, Note("Of this module.", _KEY)] = None
    state: Annotated[AssignmentState | None, Note("In this state.")] = None
    due_from: Annotated[date | None, Note("Due on this day or later.")] = None
    due_until: Annotated[date | None, Note("Due on this day or earlier.")] = None
    is_late: Annotated[bool | None, Note("Open and past its day, or not.")] = None
    is_current: Annotated[bool | None, Note("The newest cycle of its module, or an earlier one.")] = None
    changed_since: Annotated[
        datetime | None,
        Note(
            "Given, came to another state, or decided of (more time, waived, restored, lapsed) from this moment on; in"
            " order of the changes, so that what changed twice may come twice."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class CompletionsQuery(PageQuery):
    """Filters of completions."""

    since: Annotated[datetime | None, Note("Completed at this moment or later.")] = None
    module: Annotated[str | None, Note("Of this module.", _KEY)] = None
    unit: Annotated[str | None, Note("Of people who belong to this unit itself now.", _ID)] = None


@dataclass(frozen=True, slots=True)
class RecordsQuery(PageQuery):
    """Filters of records."""

    person: Annotated[str | None, Note("Of this person.", _ID)] = None
    module: Annotated[str | None, Note("Of this module.", _KEY)] = None
    state: Annotated[RecordState | None, Note("In this state now.")] = None


@dataclass(frozen=True, slots=True)
class EvidenceQuery:
    """The period of evidence."""

    first: Annotated[date | None, Note("First day of the period; without it, 1 January of its last.")] = None
    last: Annotated[date | None, Note("Last day of the period; without it, or after today, today.")] = None


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """What is to be assigned to whom, by when."""

    person: Annotated[str, Note("Public id of the person.", _ID)]
    module: ModuleKey
    due_on: Annotated[
        date | None, Note("The last day, today or later; without it, what the module itself proposes.")
    ] = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person as HR names them."""

    id: PersonId
    hr_number: HrNumber
    name: Annotated[str, Note("In Arabic, in one piece.", {"examples": ["هناء عبد الله رضا"]})]
    latin_name: Annotated[str | None, Note("In Latin letters.")]
    email: Annotated[str, Note("The address at work.")]
    unit: UnitId
    jurisdiction: Annotated[str, Note("Whose law binds them: EG or AE.")]
    job_families: Annotated[tuple[str, ...], Note("The fields of their work.")]
    joined_on: Annotated[date | None, Note("The day they joined.")]
    leaves_on: Annotated[date | None, Note("Their last day here, to come or past; null while none is known.")]


@dataclass(frozen=True, slots=True)
class People:
    """A page of people."""

    items: tuple[Person, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation."""

    id: Annotated[str, Note("Public id of the unit.", _ID)]
    code: Annotated[str | None, Note("What HR calls it.")]
    name: TwoTexts
    parent: Annotated[str | None, Note("Public id of the unit above; null at the top.", _ID)]
    jurisdiction: Annotated[str, Note("Whose law binds its people.")]
    closed_on: Annotated[date | None, Note("The day it was closed.")]


@dataclass(frozen=True, slots=True)
class Units:
    """A page of units, closed ones too."""

    items: tuple[Unit, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Module:
    """A module as it is published now."""

    key: ModuleKey
    title: TwoTexts
    version: Annotated[int, Note("Number of the version that stands.")]
    published_at: Annotated[datetime, Note("When that version was published.")]


@dataclass(frozen=True, slots=True)
class Modules:
    """Every module; there are never so many that they came in pages."""

    items: tuple[Module, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A module that a person is to take, in one cycle."""

    id: Annotated[str, Note("Public id of the assignment.", _ID)]
    person: PersonId
    hr_number: HrNumber
    unit: UnitId
    module: ModuleKey
    cycle: Annotated[int, Note("Which time the person is asked to take the module, from 1 on.")]
    is_current: Annotated[bool, Note("Whether it is the newest cycle.")]
    assigned_at: Annotated[datetime, Note("When it was given.")]
    due_on: Annotated[date | None, Note("The last day for it.")]
    state: Annotated[
        AssignmentState, Note("Where it stands. An attempt that did not reach the pass mark is `under_way` as well.")
    ]
    since: Annotated[
        datetime | None, Note("Since when it stands there; null while under way, where it would tell of attempts.")
    ]
    is_late: Annotated[bool, Note("Whether it is open and past its day; marked as each day turns.")]


@dataclass(frozen=True, slots=True)
class Assignments:
    """A page of assignments."""

    items: tuple[Assignment, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Completion:
    """That a person completed a module."""

    id: Annotated[str, Note("Public id of the record it led to.", _ID)]
    person: PersonId
    hr_number: HrNumber
    unit: UnitId
    module: ModuleKey
    completed_at: Annotated[datetime, Note("The moment.")]
    completed_on: Annotated[date, Note("The day, by the clock of the organisation.")]
    valid_until: Annotated[date, Note("The last day on which its record is valid.")]
    is_revoked: Annotated[bool, Note("Whether its record was revoked.")]


@dataclass(frozen=True, slots=True)
class Completions:
    """A page of completions, in the order in which they happened."""

    items: tuple[Completion, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Record:
    """A completion record and how it stands now."""

    id: Annotated[str, Note("Public id of the record.", _ID)]
    person: PersonId
    hr_number: HrNumber
    module: ModuleKey
    title: Annotated[TwoTexts | None, Note("Title of the module as it was recorded; null where it was altered.")]
    state: Annotated[
        RecordState,
        Note("`replaced`: a newer record renews it. `altered`: it is not what was written, and must not be relied on."),
    ]
    completed_on: Annotated[date, Note("The day of completion.")]
    valid_until: Annotated[date, Note("The last day on which it is valid.")]
    revoked_at: Annotated[datetime | None, Note("When it was revoked.")]
    reason: Annotated[TwoTexts | None, Note("Why it was revoked, in words fit to publish.")]


@dataclass(frozen=True, slots=True)
class Records:
    """A page of records."""

    items: tuple[Record, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Period:
    """The civil days of evidence, both included."""

    first: Annotated[date, Note("First day.")]
    last: Annotated[date, Note("Last day.")]
    zone: Annotated[str, Note("By whose clock.")]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of regulators with its figures."""

    number: Annotated[int, Note("Its place.")]
    code: Annotated[str, Note("Its code.")]
    question: TwoTexts
    sources: Annotated[tuple[dict[str, Any], ...], Note("Who asks it, and how far that was compared.")]
    none: Annotated[bool, Note("Whether the answer is that there is nothing.")]
    why: Annotated[str, Note("Why there is nothing: `zero`, or `not-for-systems`; empty where there is something.")]
    figures: Annotated[
        tuple[dict[str, Any], ...],
        Note(
            "Each with `what` and one of `count`, `share` (number, of), `percent`, `minutes`, `word`, `text`, `none`"
            " (`zero`, `too-few`: withheld, for it would tell of few people)."
        ),
    ]
    tables: Annotated[tuple[dict[str, Any], ...], Note("Figures by something: `what`, `columns`, `rows`.")]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Answers to the questions of regulators: counts only, of the whole organisation."""

    organisation: TwoTexts
    period: Period
    made_at: Annotated[datetime, Note("The moment it is of.")]
    people: Annotated[int, Note("How many people work here.")]
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A parameter, or a member of what was sent, that could not be taken."""

    parameter: Annotated[str, Note("Its name.")]
    needed: Annotated[str, Note("What is needed there.")]


@dataclass(frozen=True, slots=True)
class Problem:
    """What stood in the way (RFC 9457)."""

    type: Annotated[str, Note("Which problem it is; never changes.", {"pattern": "^urn:amana:problem:[a-z-]+$"})]
    title: Annotated[str, Note("The problem in one sentence.")]
    status: Annotated[int, Note("The status of the answer.")]
    detail: Annotated[str, Note("What of this request it is about; may be empty.")]
    errors: Annotated[tuple[Fault, ...], Note("The parameters it is about.")]
