"""Every attribute that is known here: what it stands for, and the schemas that say so (RFC 7643)."""

from dataclasses import dataclass
from typing import Any

from quiz.engine.scenario import AUDIENCES

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
OURS = "urn:ietf:params:scim:schemas:extension:amana:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
EXTENSIONS = (ENTERPRISE, OURS)
SCHEMAS = (USER, ENTERPRISE, OURS, GROUP)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as it is found in a schema."""

    name: str
    kind: str
    says: str
    mutability: str = "readWrite"
    required: bool = False
    many: bool = False
    exact: bool = False
    uniqueness: str = "none"
    returned: str = "default"
    parts: "tuple[Attribute, ...]" = ()
    values: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as a schema has it."""
        found: dict[str, Any] = {
            "name": self.name,
            "type": self.kind,
            "multiValued": self.many,
            "description": self.says,
            "required": self.required,
            "mutability": self.mutability,
            "returned": self.returned,
        }
        if self.kind in {"string", "reference"}:
            found |= {"caseExact": self.exact, "uniqueness": self.uniqueness}
        if self.values:
            found["canonicalValues"] = list(self.values)
        if self.refers:
            found["referenceTypes"] = list(self.refers)
        if self.parts:
            found["subAttributes"] = [part.document() for part in self.parts]
        return found


def _told(name: str, kind: str, says: str, **more: Any) -> Attribute:
    return Attribute(name, kind, says, mutability="readOnly", **more)


_ATTRIBUTES: dict[str, tuple[Attribute, ...]] = {
    USER: (
        Attribute(
            "userName",
            "string",
            "The e-mail address, in small letters: what a person signs in with.",
            required=True,
            uniqueness="server",
        ),
        Attribute("displayName", "string", "The name in one piece, as records say it.", required=True),
        Attribute(
            "name",
            "complex",
            "The same name; it is kept in one piece.",
            required=True,
            parts=(Attribute("formatted", "string", "The name in one piece.", required=True),),
        ),
        Attribute(
            "emails",
            "complex",
            "The address of userName, and no other.",
            required=True,
            many=True,
            parts=(
                Attribute("value", "string", "The address.", required=True),
                _told("type", "string", "Always work.", values=("work",)),
                _told("primary", "boolean", "Always true."),
            ),
        ),
        Attribute("active", "boolean", "Whether the person works here.", required=True),
        _told(
            "groups",
            "complex",
            "The roles held in the whole organisation.",
            many=True,
            parts=(
                _told("value", "string", "The id of the group.", exact=True),
                _told("$ref", "reference", "Its address.", exact=True, refers=("Group",)),
                _told("display", "string", "Its name."),
            ),
        ),
    ),
    ENTERPRISE: (
        Attribute(
            "employeeNumber",
            "string",
            "The HR number: what a person is known by. It never changes.",
            mutability="immutable",
            required=True,
            exact=True,
            uniqueness="server",
        ),
        Attribute("department", "string", "The code of the unit.", required=True, exact=True),
        _told(
            "manager",
            "complex",
            "Whom the person reports to: the manager of the nearest unit above.",
            parts=(
                _told("value", "string", "The id.", exact=True),
                _told("$ref", "reference", "The address.", exact=True, refers=("User",)),
                _told("displayName", "string", "The name."),
            ),
        ),
    ),
    OURS: (
        Attribute("latinName", "string", "The name in Latin letters, for records in English."),
        Attribute(
            "jobFamilies",
            "string",
            "What the work belongs to; training is chosen by it.",
            many=True,
            exact=True,
            values=tuple(AUDIENCES),
        ),
        _told("jurisdiction", "string", "The country whose rules hold, as the unit has it.", exact=True),
        _told("unitName", "string", "The name of the unit in Arabic."),
    ),
    GROUP: (
        _told("displayName", "string", "The role.", required=True, uniqueness="server"),
        Attribute(
            "members",
            "complex",
            "Who holds the role in the whole organisation.",
            many=True,
            parts=(
                Attribute("value", "string", "The id of a person.", mutability="immutable", required=True, exact=True),
                _told("$ref", "reference", "The address.", exact=True, refers=("User",)),
                _told("type", "string", "Always User.", values=("User",)),
                _told("display", "string", "The name."),
            ),
        ),
    ),
}
_NAMES = {
    USER: ("User", "People; extended by HR's number and unit, and by what is our own."),
    ENTERPRISE: ("EnterpriseUser", "HR number, unit and manager."),
    OURS: ("AmanaUser", "What only this product knows."),
    GROUP: ("Group", "The roles that may be given from outside, one group each; there are no others."),
}
# Attributes of the standard that are taken and not kept, so that a common mapping does not fail by them.
NOT_KEPT = frozenset(
    [
        "addresses",
        "costcenter",
        "division",
        "entitlements",
        "externalid",
        "ims",
        "locale",
        "nickname",
        "organization",
        "password",
        "phonenumbers",
        "photos",
        "preferredlanguage",
        "profileurl",
        "roles",
        "timezone",
        "title",
        "usertype",
        "x509certificates",
    ]
)
NAME_PARTS = frozenset(["familyname", "givenname", "middlename", "honorificprefix", "honorificsuffix"])
# Which every resource has.
COMMON = frozenset({"id", "meta", "schemas"})


def find(schema: str, name: str) -> Attribute | None:
    """Return an attribute of a schema, whatever the case of its letters."""
    if schema == USER and name.lower() == "externalid":
        return EXTERNAL_ID
    return next((one for one in _ATTRIBUTES[schema] if one.name.lower() == name.lower()), None)


EXTERNAL_ID = Attribute("externalId", "string", "What the other system calls a person; told to it alone.", exact=True)


def schema_document(schema: str, base: str) -> dict[str, Any]:
    """Return a schema as it is found at its address."""
    name, says = _NAMES[schema]
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": schema,
        "name": name,
        "description": says,
        "attributes": [one.document() for one in _ATTRIBUTES[schema]],
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{schema}"},
    }
