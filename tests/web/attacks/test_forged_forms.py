"""Forms that a page elsewhere sends in somebody's name: without the token of their session none changes anything."""

from urllib.parse import urlencode

from quiz.presentation import guard
from quiz.presentation.forms import csrf
from tests.web.routes.columns import COLUMNS, HALFWAY, TOKEN, Row
from tests.web.routes.house import House
from tests.web.routes.table import ROUTES, TRIED_BESIDE
from tests.web.world import NOBODY, OWNER

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# Excused: what other systems send, by a token in a header that no browser adds by itself; and a provider, whose
# message is signed. That they read no cookie is tried in tests/web/test_system_routes.py and tests/interop.
EXCUSED = {"oidc.end_by_provider", "saml.receive"}
EXCUSED_ADDRESSES = {"/oidc/<provider>/back-channel-logout", "/saml/<provider>/receive"}


def who_may(row: Row) -> str:
    """Return one of those whom a route lets in, best one who is signed in."""
    if row.to == COLUMNS:
        return next((who for who, status in row.exceptions.items() if who == HALFWAY and status != 303), OWNER)
    return OWNER if OWNER in row.to else min(row.to - {NOBODY, TOKEN})


def test_every_view_that_changes_something_asks_for_the_token(house: House) -> None:
    app = house.app
    excused = EXCUSED | {name for name, view in app.view_functions.items() if view.for_roles == "systems"}  # type: ignore[attr-defined]
    assert EXCUSED == guard.CSRF_EXEMPT
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if (rule.methods or set()) & UNSAFE:
            is_exempt = f"{view.__module__}.{view.__name__}" in csrf._exempt_views
            assert is_exempt == (rule.endpoint in excused), rule
            walked = rule.endpoint in excused or ("POST", rule.rule) in ROUTES
            assert walked, f"{rule} is neither excused nor in the table of routes"


def test_no_form_counts_without_the_token_of_its_own_session(house: House) -> None:
    strangers = house.clients[NOBODY].token()
    faults = []
    tried = 0
    for (method, rule), row in sorted(ROUTES.items()):
        if method not in UNSAFE or (method, rule) in TRIED_BESIDE or rule in EXCUSED_ADDRESSES:
            continue
        who, address = who_may(row), house.address(rule, house.owner)
        own = house.clients[who].token()
        carried = f"{address}?{urlencode({'csrf_token': own})}"
        for what, where, token in (
            ("without a token", address, ""),
            ("with the token of another session", address, strangers),
            ("with a token in the address", carried, ""),
            ("with half a token", address, own[: len(own) // 2]),
        ):
            answer = house.ask(who, method, where, {**row.sent, "csrf_token": token})
            tried += 1
            if answer.status != 400 or answer.written:
                faults.append(f"{method} {rule} {what} by {who}: {answer.status} {answer.location} {answer.written}")
    assert tried > 300
    assert not faults, "\n".join(faults)
