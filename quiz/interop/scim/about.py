"""What this service of SCIM can do, as it says itself, and answers for what it cannot."""

from typing import Any

from flask import Response, current_app, request
from werkzeug.exceptions import MethodNotAllowed

from quiz.access.actor import Scope
from quiz.interop.scim.answering import answer, base, blueprint
from quiz.interop.scim.attributes import EXTENSIONS, GROUP, SCHEMAS, USER, schema_document
from quiz.interop.scim.faults import Fault
from quiz.interop.scim.resources import Document, listed
from quiz.interop.scim.searching import MOST
from quiz.presentation.guard import for_systems
from quiz.services.errors import NotFound

_CORE = "urn:ietf:params:scim:schemas:core:2.0"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@blueprint.get("/ServiceProviderConfig")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def service_provider_config() -> Response:
    """Tell what can be asked for."""
    _refuse_filter()
    return answer(
        {
            "schemas": [f"{_CORE}:ServiceProviderConfig"],
            "patch": {"supported": True},
            "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": True, "maxResults": MOST},
            "changePassword": {"supported": False},
            "sort": {"supported": False},
            "etag": {"supported": True},
            "authenticationSchemes": [
                {
                    "type": "oauthbearertoken",
                    "name": "Token of a connection",
                    "description": "The administrator makes it under Connections; it is changed without a gap.",
                    "primary": True,
                }
            ],
            "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base()}/ServiceProviderConfig"},
        }
    )


def _resource_types() -> dict[str, Document]:
    def one(name: str, endpoint: str, schema: str, says: str, **more: Any) -> Document:
        return {
            "schemas": [f"{_CORE}:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "description": says,
            "schema": schema,
            **more,
            "meta": {"resourceType": "ResourceType", "location": f"{base()}/ResourceTypes/{name}"},
        }

    extensions = [{"schema": schema, "required": schema == EXTENSIONS[0]} for schema in EXTENSIONS]
    return {
        "User": one("User", "/Users", USER, "The people who work here.", schemaExtensions=extensions),
        "Group": one("Group", "/Groups", GROUP, "The roles that may be given from outside."),
    }


@blueprint.get("/ResourceTypes")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def resource_types() -> Response:
    """Tell which kinds of resources there are."""
    _refuse_filter()
    found = list(_resource_types().values())
    return answer(listed(found, len(found), 1))


@blueprint.get("/ResourceTypes/<name>")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def resource_type(name: str) -> Response:
    """Tell of one kind."""
    found = _resource_types().get(name)
    if found is None:
        raise NotFound("resource-type")
    return answer(found)


@blueprint.get("/Schemas")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def schemas() -> Response:
    """Tell what resources are made of."""
    _refuse_filter()
    return answer(listed([schema_document(one, base()) for one in SCHEMAS], len(SCHEMAS), 1))


@blueprint.get("/Schemas/<name>")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def schema(name: str) -> Response:
    """Tell of one schema."""
    if name not in SCHEMAS:
        raise NotFound("schema")
    return answer(schema_document(name, base()))


def _refuse_filter() -> None:
    # As the standard asks: nobody is to believe that what they did not find is not there.
    if request.args.get("filter"):
        raise Fault("invalidFilter", "What the service says of itself is not filtered.", 403)


@blueprint.route("/Me", methods=METHODS)
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def me() -> Response:
    """Say that a token is of a system, and nobody stands behind it."""
    raise Fault("notImplemented", "A token is of a system: nobody stands behind it.", 501)


@blueprint.post("/Bulk")
@blueprint.post("/.search", endpoint="search_all")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def bulk() -> Response:
    """Say that many deeds in one request, and looking through all kinds at once, are not offered."""
    raise Fault("notImplemented", "Ask for one kind of resource, and for one deed at a time.", 501)


@blueprint.route("/", defaults={"rest": ""}, methods=METHODS, strict_slashes=False)
@blueprint.route("/<path:rest>", methods=METHODS)
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def elsewhere(rest: str) -> Response:
    """Say that nothing is here, or that it is asked in another way; in the words of SCIM."""
    adapter = current_app.url_map.bind("")
    own = f"{blueprint.name}.{elsewhere.__name__}"
    allowed = [one for one in METHODS if adapter.match(request.path, one)[0] != own]
    if allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    raise NotFound("address")
