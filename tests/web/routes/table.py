"""Every route for people, by method: the whole table, out of one file an area."""

from tests.web.routes import account, admin, adviser, editor, learner, manager, public
from tests.web.routes.columns import Row

FILES = {
    "/admin": "admin",
    "/advise": "adviser",
    "/edit": "editor",
    "/learn": "learner",
    "/manage": "manager",
    "/reference": "learner",
    "/account": "account",
    "/enter": "account",
    "/forgot": "account",
    "/link": "account",
    "/oidc": "account",
    "/prove": "account",
    "/sign": "account",
    "/saml": "account",
}
# Routes that other systems use have tables of their own: tests/web/test_system_routes.py, tests/interop/api.
ROUTES: dict[tuple[str, str], Row] = {
    (name.partition(" ")[0], name.partition(" ")[2]): row
    for area in (account, admin, adviser, editor, learner, manager, public)
    for name, row in area.ROWS.items()
}

# Needs a database with connections to spare; opens once, to whoever holds it. Both are tried beside.
TRIED_BESIDE = {("GET", "/readyz"), ("POST", "/enter/<token>")}
# Looking is written down itself, which is what they are for: the first opening of a day, a list taken away, the trail.
LOOKING_IS_KEPT = {
    ("GET", "/shared/<share>"),
    ("GET", "/admin/audit"),
    ("GET", "/manage/people.csv"),
    ("GET", "/manage/people.xlsx"),
}


def where(rule: str) -> str:
    """Return the file that a row for a rule belongs into."""
    name = next((name for prefix, name in FILES.items() if rule.startswith(prefix)), "public")
    return f"tests/web/routes/{name}.py"
