"""What a person would call the fields of a paper's facts and of a credential, where one of them differs."""

from enum import StrEnum


class Field(StrEnum):
    """One thing that a record says, however many places of a file say it."""

    NAME = "name"
    PROGRAMME = "programme"
    ORGANISATION = "organisation"
    COMPLETED = "completed"
    VALID_UNTIL = "valid-until"
    EDITIONS = "editions"
    CONDITIONS = "conditions"
    RESULT = "result"
    PLEDGE = "pledge"
    VERSION = "version"
    DESCRIPTION = "description"
    CODE = "code"
    SERIAL = "serial"
    ADDRESS = "address"
    STATES = "states"
    KIND = "kind"
    OTHER = "other"


_OF_FACTS = {
    "serial": Field.SERIAL,
    "organisation": Field.ORGANISATION,
    "module_key": Field.VERSION,
    "module_version": Field.VERSION,
    "module_title": Field.PROGRAMME,
    "module_digest": Field.VERSION,
    "editions": Field.EDITIONS,
    "pass_score": Field.CONDITIONS,
    "completed_at": Field.COMPLETED,
    "completed_on": Field.COMPLETED,
    "zone": Field.COMPLETED,
    "hijri": Field.COMPLETED,
    "valid_until": Field.VALID_UNTIL,
    "valid_until_hijri": Field.VALID_UNTIL,
    "attempt_digest": Field.RESULT,
    "outcome": Field.RESULT,
    "name_commitment": Field.NAME,
    "latin_name_commitment": Field.NAME,
    "pledge_digest": Field.PLEDGE,
    "pledge_editions": Field.PLEDGE,
    "pledged_at": Field.PLEDGE,
    "format": Field.KIND,
}
# By the beginning of a JSON pointer, the longer before the shorter.
_OF_CREDENTIAL = (
    ("/credentialSubject/identifier", Field.NAME),
    ("/credentialSubject/licenseNumber", Field.CODE),
    ("/credentialSubject/achievement/name", Field.PROGRAMME),
    ("/credentialSubject/achievement/description", Field.DESCRIPTION),
    ("/credentialSubject/achievement/criteria", Field.CONDITIONS),
    ("/credentialSubject/achievement/resultDescription", Field.RESULT),
    ("/credentialSubject/achievement/type", Field.KIND),
    ("/credentialSubject/achievement/achievementType", Field.KIND),
    ("/credentialSubject/achievement/id", Field.VERSION),
    ("/credentialSubject/achievement/humanCode", Field.VERSION),
    ("/credentialSubject/achievement/version", Field.VERSION),
    ("/credentialSubject/achievement/otherIdentifier", Field.VERSION),
    ("/credentialSubject/achievement", Field.OTHER),
    ("/credentialSubject/result", Field.RESULT),
    ("/credentialSubject/type", Field.KIND),
    ("/credentialStatus", Field.STATES),
    ("/evidence", Field.ADDRESS),
    ("/issuer", Field.ORGANISATION),
    ("/iss", Field.ORGANISATION),
    ("/name", Field.PROGRAMME),
    ("/description", Field.DESCRIPTION),
    ("/validFrom", Field.COMPLETED),
    ("/awardedDate", Field.COMPLETED),
    ("/nbf", Field.COMPLETED),
    ("/validUntil", Field.VALID_UNTIL),
    ("/exp", Field.VALID_UNTIL),
    ("/id", Field.SERIAL),
    ("/jti", Field.SERIAL),
    ("/type", Field.KIND),
    ("/@context", Field.KIND),
)


def field_of_fact(name: str) -> Field:
    """Return what a fact is called; one that facts never have is something else."""
    return _OF_FACTS.get(name, Field.OTHER)


def field_of_pointer(pointer: str) -> Field:
    """Return what the place that a JSON pointer (RFC 6901) names in a credential is called."""
    for beginning, field in _OF_CREDENTIAL:
        if pointer == beginning or pointer.startswith(f"{beginning}/"):
            return field
    return Field.OTHER
