"""What stands in the way, as the error schema of SCIM says it (RFC 7644, 3.12)."""

from flask import Response

from quiz.presentation.connected import as_json
from quiz.services.errors import QuizError, Refused

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MIMETYPE = "application/scim+json"


class Fault(Refused):
    """A request that SCIM itself has a word for: `code` is the scimType, `detail` a sentence for who reads a log."""

    def __init__(self, code: str, detail: str, status: int = 400) -> None:
        super().__init__(code, detail=detail)
        self.detail = detail
        self.status = status


# The attribute that each of our own names stands for, as the other side knows it.
_ATTRIBUTES = {
    "hr_number": "employeeNumber",
    "email": "userName",
    "name": "displayName",
    "latin_name": "latinName",
    "job_families": "jobFamilies",
    "unit": "department",
    "external_id": "externalId",
    "members": "members",
}
# Our codes that SCIM has a word for, with a sentence; `{value}` is what was sent where that names no person.
_CODES: dict[str, tuple[str, str]] = {
    "taken": ("uniqueness", "Somebody else has this userName."),
    "number-taken": ("uniqueness", "Somebody works here under this employeeNumber; find them by it and change them."),
    "number-missing": ("invalidValue", "employeeNumber is needed: people are known by it."),
    "number-fixed": ("mutability", "employeeNumber never changes: it is what a person is known by."),
    "bad-number": ("invalidValue", "employeeNumber is longer than 64 signs, or holds what no number does."),
    "name-missing": ("invalidValue", "displayName or name.formatted is needed."),
    "bad-email": ("invalidValue", "userName is no e-mail address: it is the address that letters go to."),
    "administers": ("mutability", "The address of an administrator is changed on the pages alone."),
    "job-family-unknown": ("invalidValue", "jobFamilies holds a word that is not one of the canonical values."),
    "unit-missing": ("invalidValue", "department is needed: the code of a unit."),
    "unit-unknown": ("invalidValue", "department: there is no unit of the code «{value}»."),
    "unit-closed": ("invalidValue", "department: this unit is closed."),
    "person-unknown": ("invalidValue", "members: nobody of the id «{value}» works here."),
    "too-long": ("invalidValue", "{attribute} is longer than {most} signs."),
}
_BY_STATUS = {400: "invalidSyntax", 409: "uniqueness"}


def respond(status: int, code: str, words: str, error: QuizError | None) -> Response:
    """Answer with an error of SCIM; what we call refused is a bad request there."""
    status, kind, detail = _told(400 if status == 422 else status, words, error)
    document = {"schemas": [ERROR], "status": str(status), "scimType": kind, "detail": detail}
    return as_json({name: value for name, value in document.items() if value}, status, MIMETYPE)


def _told(status: int, words: str, error: QuizError | None) -> tuple[int, str | None, str]:
    if isinstance(error, Fault):
        return error.status, error.code if error.status in {400, 409} else None, error.detail
    if error is not None and error.code in _CODES:
        kind, sentence = _CODES[error.code]
        values = {"attribute": _ATTRIBUTES.get(str(error.values.get("field")), ""), **error.values}
        values["value"] = str(values.get("value", ""))[:64]
        return status, kind, sentence.format_map(values)
    return status, _BY_STATUS.get(status), words
