"""People at `/scim/v2/Users`."""

from flask import Response, request

from quiz.access.actor import Scope
from quiz.interop.scim.answering import answer, answer_resource, base, blueprint, body, check_version
from quiz.interop.scim.attributes import USER
from quiz.interop.scim.deciding import decided, taken, unnamed
from quiz.interop.scim.patching import patched
from quiz.interop.scim.resources import listed, projected, user_document
from quiz.interop.scim.searching import Search, condition, read_search
from quiz.presentation.guard import for_systems
from quiz.presentation.work import reading, writing
from quiz.services import taking_over
from quiz.services.provisioning import Provisioned, get_provisioned, list_provisioned
from quiz.services.taking_over import Decided


@blueprint.get("/Users")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def users() -> Response:
    """Tell of a page of people."""
    return _page(read_search(request.args))


@blueprint.post("/Users/.search")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def search_users() -> Response:
    """Tell of a page of people, asked for where no proxy writes addresses down."""
    sent = body()
    return _page(read_search(sent if isinstance(sent, dict) else {}))


def _page(search: Search) -> Response:
    with reading() as work:
        found = list_provisioned(work, condition(search.filter), search.first - 1, search.count)
    documents = [projected(user_document(one, base()), search.only, search.without) for one in found.people]
    return answer(listed(documents, found.total, search.first))


@blueprint.get("/Users/<public_id>")
@for_systems(Scope.PEOPLE_READ, Scope.PEOPLE_PROVISION)
def user(public_id: str) -> Response:
    """Tell of one person."""
    with reading() as work:
        found = get_provisioned(work, public_id)
    return _told(found)


@blueprint.post("/Users")
@for_systems(Scope.PEOPLE_PROVISION)
def add_user() -> Response:
    """Add a person, or take up again who left under the same number."""
    asked = decided(taken(body()))
    with writing() as work:
        found = get_provisioned(work, taking_over.take_over(work, asked))
    return _told(found, 201)


@blueprint.put("/Users/<public_id>")
@for_systems(Scope.PEOPLE_PROVISION)
def replace_user(public_id: str) -> Response:
    """Take a whole resource; what it does not name stays."""
    sent = body()

    def ask(standing: Provisioned) -> Decided:
        before = user_document(standing, base())
        check_version(before)
        return decided(taken(sent, before), before)

    with writing() as work:
        found = taking_over.decide(work, public_id, ask)
    return _told(found)


@blueprint.patch("/Users/<public_id>")
@for_systems(Scope.PEOPLE_PROVISION)
def change_user(public_id: str) -> Response:
    """Change some of a person, all of it or nothing."""
    sent = body()

    def ask(standing: Provisioned) -> Decided:
        before = user_document(standing, base())
        check_version(before)
        return decided(patched(unnamed(before), USER, sent), before)

    with writing() as work:
        found = taking_over.decide(work, public_id, ask)
    return _told(found)


@blueprint.delete("/Users/<public_id>")
@for_systems(Scope.PEOPLE_PROVISION)
def remove_user(public_id: str) -> Response:
    """Let a person work here no more; what they did here stays."""
    with writing() as work:
        taking_over.remove(work, public_id, lambda standing: check_version(user_document(standing, base())))
    return Response(status=204)


def _told(found: Provisioned, status: int = 200) -> Response:
    document = user_document(found, base())
    search = read_search(request.args)
    response = answer_resource(document, status)
    if response.status_code != 304 and (search.only or search.without):
        response.set_data(answer(projected(document, search.only, search.without)).get_data())
    return response
