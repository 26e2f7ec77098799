"""The roles of the organisation at `/scim/v2/Groups`: their members are changed, and there are no others."""

from collections.abc import Callable, Collection

from flask import Response, request

from quiz.access.actor import Scope
from quiz.interop.scim.answering import answer, answer_resource, base, blueprint, body, check_version
from quiz.interop.scim.attributes import GROUP
from quiz.interop.scim.faults import Fault
from quiz.interop.scim.filters import holds
from quiz.interop.scim.patching import Document, merge, patched
from quiz.interop.scim.resources import group_document, listed, projected
from quiz.interop.scim.searching import Search, read_search
from quiz.presentation.guard import for_systems
from quiz.presentation.work import reading, writing
from quiz.services.provisioning import ROLES
from quiz.services.role_groups import RoleGroup, decide_members, get_role_group, list_role_groups

_FIXED = "The groups are the roles of this product: none is added, and none is removed."


@blueprint.get("/Groups")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def groups() -> Response:
    """Tell of the roles."""
    return _page(read_search(request.args))


@blueprint.post("/Groups/.search")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def search_groups() -> Response:
    """Tell of the roles that were asked for."""
    sent = body()
    return _page(read_search(sent if isinstance(sent, dict) else {}))


def _page(search: Search) -> Response:
    with reading() as work:
        found = [group_document(one, base()) for one in list_role_groups(work)]
    wanted = [one for one in found if search.filter is None or holds(search.filter, one)]
    shown = wanted[search.first - 1 : search.first - 1 + search.count]
    return answer(listed([projected(one, search.only, search.without) for one in shown], len(wanted), search.first))


@blueprint.get("/Groups/<role>")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def group(role: str) -> Response:
    """Tell of one role and who holds it."""
    with reading() as work:
        found = get_role_group(work, role)
    return _told(found)


@blueprint.patch("/Groups/<role>")
@for_systems(Scope.PEOPLE_PROVISION)
def change_group(role: str) -> Response:
    """Give the role to some, or take it from some."""
    sent = body()
    return _decided(role, lambda before: patched(before, GROUP, sent))


@blueprint.put("/Groups/<role>")
@for_systems(Scope.PEOPLE_PROVISION)
def replace_group(role: str) -> Response:
    """Let those hold the role who are named, and nobody else."""
    sent = body()
    if not isinstance(sent, dict):
        raise Fault("invalidSyntax", "An object is needed.")

    def change(before: Document) -> Document:
        after: Document = dict(before)
        merge(after, GROUP, sent)
        return after

    return _decided(role, change)


def _decided(role: str, change: Callable[[Document], Document]) -> Response:
    def ask(standing: RoleGroup) -> Collection[str]:
        before = group_document(standing, base())
        check_version(before)
        return {str(one["value"]) for one in change(before)["members"]}

    with writing() as work:
        found = decide_members(work, role, ask)
    return _told(found)


@blueprint.post("/Groups")
@for_systems(Scope.PEOPLE_PROVISION)
def add_group() -> Response:
    """Add no group: a role that there is, is told of as taken, so that a system looks for it."""
    sent = body()
    name = str(sent.get("displayName", "")).lower() if isinstance(sent, dict) else ""
    if name in set(ROLES):
        raise Fault("uniqueness", "This role is there already; find it by its displayName.", 409)
    raise Fault("invalidValue", _FIXED, 403)


@blueprint.delete("/Groups/<role>")
@for_systems(Scope.PEOPLE_PROVISION)
def remove_group(role: str) -> Response:
    """Remove no group."""
    with reading() as work:
        get_role_group(work, role)
    raise Fault("mutability", _FIXED, 403)


def _told(found: RoleGroup) -> Response:
    document = group_document(found, base())
    search = read_search(request.args)
    response = answer_resource(document)
    if response.status_code != 304 and (search.only or search.without):
        response.set_data(answer(projected(document, search.only, search.without)).get_data())
    return response
