"""Every route by everybody, for their own things: what opens to whom; whoever looks or is refused changes nothing."""

from flask import Flask

from tests.web.routes.columns import COLUMNS
from tests.web.routes.house import House
from tests.web.routes.table import LOOKING_IS_KEPT, ROUTES, TRIED_BESIDE, where

WORDS = "tests/web/routes/columns.py"


def routes_of(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].for_roles != "systems"  # type: ignore[attr-defined]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    routes = routes_of(house.app)
    missing = [
        f'{where(rule)}: add a line like "{method} {rule}": desk(ADMIN, gives=200), in words of {WORDS}'
        for method, rule in sorted(routes - set(ROUTES))
    ]
    assert not missing, "routes that no row speaks of\n" + "\n".join(missing)
    left = [f"{where(rule)}: {method} {rule}" for method, rule in sorted(set(ROUTES) - routes)]
    assert not left, "rows of routes that are gone\n" + "\n".join(left)


def test_every_route_opens_to_those_it_is_for_and_to_nobody_else(house: House) -> None:
    assert set(house.clients) == COLUMNS
    faults = []
    for (method, rule), row in sorted(ROUTES.items()):
        if (method, rule) in TRIED_BESIDE:
            continue
        for who in sorted(COLUMNS):
            answer = house.ask(who, method, house.address(rule, house.owner), row.sent)
            wanted = row.expected(method, who)
            if answer.status != wanted:
                faults.append(f"{method} {rule} by {who}: {answer.status}, not {wanted} {answer.location}")
            is_refused = who not in row.to and who not in row.exceptions
            if answer.written and (is_refused or (method == "GET" and (method, rule) not in LOOKING_IS_KEPT)):
                faults.append(f"{method} {rule} by {who} wrote: {answer.written}")
    assert not faults, "\n".join(faults)
