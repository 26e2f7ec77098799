"""Every route by everybody: what opens to whom, as one table; and no GET writes, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, text

from quiz.access.actor import Role
from quiz.services.unit_of_work import Works
from tests.fixtures.settings import Clock
from tests.web.learning import SHORT
from tests.web.world import NOBODY, OWNER, World

EVERYBODY = {NOBODY, OWNER, *Role}
SIGNED_IN = {OWNER, *Role}
ALONE = {OWNER}

# Rule and method → who is let in, what they get, what is sent. All others: sign in first, or nothing is there.
TABLE: dict[tuple[str, str], tuple[set[str], int, dict[str, str]]] = {
    ("GET", "/"): (SIGNED_IN, 303, {}),
    ("GET", "/.well-known/did.json"): (EVERYBODY, 200, {}),
    ("GET", "/.well-known/jwks.json"): (EVERYBODY, 200, {}),
    ("GET", "/accessibility"): (EVERYBODY, 200, {}),
    ("GET", "/account"): (SIGNED_IN, 200, {}),
    ("GET", "/account/authenticator"): (SIGNED_IN, 303, {}),
    ("POST", "/account/authenticator"): (SIGNED_IN, 303, {}),
    ("POST", "/account/authenticator/begin"): (SIGNED_IN, 303, {}),
    ("POST", "/account/authenticator/remove"): (set(), 404, {}),
    ("GET", "/account/factors"): (SIGNED_IN, 200, {}),
    ("POST", "/account/passkeys"): (SIGNED_IN, 422, {}),
    ("POST", "/account/passkeys/<public_id>/remove"): (set(), 404, {}),
    ("POST", "/account/passkeys/begin"): (SIGNED_IN, 200, {}),
    ("POST", "/account/identities/<public_id>/remove"): (set(), 404, {}),
    ("POST", "/account/password"): (SIGNED_IN, 422, {}),
    ("POST", "/account/recovery-codes"): (SIGNED_IN, 303, {}),
    ("POST", "/account/recovery-codes/file"): (SIGNED_IN, 200, {}),
    ("POST", "/account/sign-ins/<public_id>/end"): (set(), 404, {}),
    ("POST", "/account/sign-ins/end"): (SIGNED_IN, 303, {}),
    ("GET", "/prove"): (SIGNED_IN, 200, {}),
    ("POST", "/prove"): (SIGNED_IN, 422, {}),
    ("GET", "/sign-in/second"): (EVERYBODY, 303, {}),
    ("POST", "/sign-in/second"): (EVERYBODY, 303, {}),
    ("POST", "/sign-in/passkey"): (EVERYBODY, 200, {}),
    ("GET", "/admin/asked-again"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("GET", "/admin/asked-again/<key>"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/asked-again/<key>"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/people/<public_id>/assignments"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/people/<public_id>/assignments"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/connections"): ({Role.ADMIN}, 200, {}),
    ("POST", "/admin/connections"): ({Role.ADMIN}, 422, {}),
    ("POST", "/admin/connections/<public_id>"): ({Role.ADMIN}, 400, {}),
    ("GET", "/admin/disowned"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/disowned/<public_id>"): ({Role.HR, Role.ADMIN}, 303, {}),
    ("GET", "/admin/audit"): ({Role.AUDITOR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/audit"): ({Role.AUDITOR, Role.ADMIN}, 200, {}),
    ("GET", "/admin/evidence"): ({Role.HR, Role.AUDITOR}, 200, {}),
    ("POST", "/admin/evidence"): ({Role.HR, Role.AUDITOR}, 200, {}),
    ("GET", "/admin/imports"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/imports"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/imports/<public_id>"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/imports/<public_id>"): ({Role.HR, Role.ADMIN}, 303, {}),
    ("GET", "/api/v1/openapi.json"): (EVERYBODY, 200, {}),
    ("GET", "/admin/mails"): ({Role.HR, Role.AUDITOR, Role.ADMIN}, 200, {}),
    ("GET", "/admin/people"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("GET", "/admin/people/<public_id>"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/people/<public_id>"): ({Role.HR, Role.ADMIN}, 422, {"do": "move"}),
    ("GET", "/admin/people/new"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/people/new"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/units/new"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/units/new"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/units"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("GET", "/admin/units/<public_id>"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/units/<public_id>"): ({Role.HR, Role.ADMIN}, 422, {"do": "close"}),
    ("GET", "/admin/records"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("GET", "/admin/records/<public_id>"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/records/<public_id>"): ({Role.HR, Role.ADMIN}, 422, {"do": "propose"}),
    ("POST", "/admin/records/<public_id>/paper"): ({Role.HR, Role.ADMIN}, 404, {}),  # nobody signs here
    ("GET", "/admin/regrading"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/regrading"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/regrading/effect"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/rules"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/rules"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/rules/<public_id>"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/rules/<public_id>"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/rules/new"): ({Role.HR, Role.ADMIN}, 200, {}),
    ("POST", "/admin/rules/new"): ({Role.HR, Role.ADMIN}, 422, {}),
    ("GET", "/admin/weaknesses"): ({Role.HR, Role.AUDITOR}, 200, {}),
    ("GET", "/admin/weaknesses.csv"): ({Role.HR, Role.AUDITOR}, 200, {}),
    ("GET", "/admin/weaknesses.xlsx"): ({Role.HR, Role.AUDITOR}, 200, {}),
    ("GET", "/admin/settings"): ({Role.ADMIN}, 200, {}),
    ("POST", "/admin/settings"): ({Role.ADMIN}, 422, {}),
    ("GET", "/advise/"): ({Role.ADVISER}, 200, {}),
    ("GET", "/advise/incidents"): ({Role.ADVISER}, 200, {}),
    ("GET", "/advise/incidents/<public_id>"): ({Role.ADVISER}, 200, {}),
    ("POST", "/advise/incidents/<public_id>"): ({Role.ADVISER}, 422, {}),
    ("GET", "/advise/incidents/record"): ({Role.ADVISER}, 200, {}),
    ("POST", "/advise/incidents/record"): ({Role.ADVISER}, 422, {}),
    ("POST", "/advise/notes/<public_id>/withdraw"): ({Role.ADVISER}, 303, {}),
    ("GET", "/advise/questions/<public_id>"): ({Role.ADVISER}, 200, {}),
    ("POST", "/advise/questions/<public_id>"): ({Role.ADVISER}, 422, {"seen": "1"}),
    ("GET", "/assets/<version>/<path:path>"): (EVERYBODY, 200, {}),
    ("GET", "/components"): (EVERYBODY, 200, {}),
    ("GET", "/disclaimer"): (EVERYBODY, 200, {}),
    ("GET", "/edit/"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/banks"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/drafts"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/files"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/files"): ({Role.EDITOR}, 422, {}),
    ("GET", "/edit/files/<public_id>"): ({Role.EDITOR}, 200, {}),
    ("GET", "/edit/files/<public_id>/<int:place>"): ({Role.EDITOR}, 200, {}),
    ("POST", "/edit/files/<public_id>/drafts"): ({Role.EDITOR}, 303, {}),
    ("POST", "/edit/files/<public_id>/on"): ({Role.EDITOR}, 303, {}),
    ("GET", "/edit/files/template.xlsx"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/files/published.zip"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/scenarios/<key>/retire"): ({Role.REVIEWER}, 422, {}),
    ("GET", "/edit/translation"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/translation/amana.xlf"): (set(), 404, {}),
    ("POST", "/edit/drafts"): ({Role.EDITOR}, 303, {}),
    ("GET", "/edit/drafts/<public_id>"): ({Role.EDITOR}, 200, {}),
    ("POST", "/edit/drafts/<public_id>"): ({Role.EDITOR}, 303, {"seen": "1"}),
    ("POST", "/edit/drafts/<public_id>/comments"): ({Role.EDITOR, Role.REVIEWER}, 422, {}),
    ("POST", "/edit/drafts/<public_id>/comments/<comment_id>/settle"): (set(), 404, {}),
    ("POST", "/edit/drafts/<public_id>/discard"): ({Role.EDITOR}, 303, {}),
    ("GET", "/edit/drafts/<public_id>/preview"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/drafts/<public_id>/review"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/drafts/<public_id>/review"): ({Role.REVIEWER}, 409, {"do": "approve", "seen": "1"}),
    ("GET", "/edit/drafts/<public_id>/shown"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/drafts/<public_id>/take-back"): ({Role.EDITOR}, 409, {}),
    ("POST", "/edit/drafts/<public_id>/typing"): ({Role.EDITOR}, 200, {"seen": "1"}),
    ("GET", "/edit/history/<kind>/<key>"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/history/<kind>/<key>/restore"): ({Role.EDITOR}, 303, {"state": "v1"}),
    ("GET", "/edit/instrument-drafts/<public_id>"): ({Role.EDITOR}, 200, {}),
    ("POST", "/edit/instrument-drafts/<public_id>"): ({Role.EDITOR}, 303, {"seen": "1"}),
    ("POST", "/edit/instrument-drafts/<public_id>/typing"): ({Role.EDITOR}, 200, {"seen": "1"}),
    ("GET", "/edit/instruments"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/instruments"): ({Role.EDITOR}, 303, {}),
    ("GET", "/edit/instruments/<key>/asked-again"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/instruments/<key>/asked-again"): ({Role.EDITOR}, 409, {"version": "2", "do": "submit"}),
    ("GET", "/edit/module-drafts/<public_id>"): ({Role.EDITOR}, 200, {}),
    ("POST", "/edit/module-drafts/<public_id>"): ({Role.EDITOR}, 303, {"seen": "1"}),
    ("GET", "/edit/module-drafts/<public_id>/draw"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/module-drafts/<public_id>/typing"): ({Role.EDITOR}, 200, {"seen": "1"}),
    ("GET", "/edit/modules"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/modules"): ({Role.EDITOR}, 303, {}),
    ("GET", "/edit/modules/<key>/draw"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/provisions"): ({Role.EDITOR}, 200, {}),
    ("GET", "/edit/coverage"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/doubts"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/doubts/<public_id>"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/doubts/<public_id>"): ({Role.EDITOR, Role.REVIEWER}, 422, {"seen": "0"}),
    ("GET", "/edit/stale"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/statistics"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/statistics/<key>"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/scenarios/<key>"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/scenarios/<key>/confirm"): ({Role.EDITOR}, 409, {}),
    ("GET", "/edit/scenarios/<key>/preview"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/scenarios/<key>/shown"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/scenarios/<key>/correction"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/scenarios/<key>/correction"): ({Role.EDITOR, Role.REVIEWER}, 422, {}),
    ("GET", "/edit/scenarios/<key>/statistics"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/wishes"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("GET", "/edit/wishes/<public_id>"): ({Role.EDITOR, Role.REVIEWER}, 200, {}),
    ("POST", "/edit/wishes/<public_id>"): ({Role.EDITOR, Role.REVIEWER}, 422, {"seen": "0"}),
    ("GET", "/favicon.ico"): (EVERYBODY, 200, {}),
    ("GET", "/forgot"): (EVERYBODY, 200, {}),
    ("POST", "/forgot"): (EVERYBODY, 422, {}),
    ("GET", "/healthz"): (EVERYBODY, 200, {}),
    ("GET", "/issuer"): (EVERYBODY, 200, {}),
    ("GET", "/issuer/keys"): (EVERYBODY, 200, {}),
    ("POST", "/language"): (EVERYBODY, 303, {"language": "ar", "next": "/privacy"}),
    ("GET", "/learn/"): (SIGNED_IN, 200, {}),
    ("GET", "/learn/calendar.ics"): (SIGNED_IN, 200, {}),
    ("GET", "/learn/ask"): (SIGNED_IN, 200, {}),
    ("POST", "/learn/ask"): (SIGNED_IN, 422, {"kind": "question"}),
    ("GET", "/learn/attempts/<attempt_id>"): (ALONE, 303, {}),
    ("GET", "/learn/attempts/<attempt_id>/<int:number>"): (ALONE, 200, {}),
    ("POST", "/learn/attempts/<attempt_id>/<int:number>"): (ALONE, 422, {"standing": "0"}),
    ("GET", "/learn/attempts/<attempt_id>/check"): (ALONE, 200, {}),
    ("GET", "/learn/attempts/<attempt_id>/reread/<int:place>"): (ALONE, 200, {}),
    ("POST", "/learn/attempts/<attempt_id>/reread/<int:place>"): (ALONE, 303, {}),
    ("GET", "/learn/attempts/<attempt_id>/result"): (ALONE, 200, {}),
    ("POST", "/learn/attempts/<attempt_id>/finish"): (ALONE, 303, {}),
    ("GET", "/learn/corrections/<public_id>"): (ALONE, 200, {}),
    ("GET", "/learn/modules/<key>"): (ALONE, 200, {}),
    ("POST", "/learn/modules/<key>/begin"): (ALONE, 303, {}),
    ("GET", "/learn/modules/<key>/pledge"): (ALONE, 200, {}),
    ("POST", "/learn/modules/<key>/pledge"): (ALONE, 422, {}),
    ("GET", "/learn/questions/"): (SIGNED_IN, 200, {}),
    ("GET", "/learn/questions/<public_id>"): (ALONE, 200, {}),
    ("GET", "/learn/questions/reply"): (SIGNED_IN, 200, {}),
    ("POST", "/learn/questions/reply"): (SIGNED_IN, 422, {"code": "ABCD-EFGH-JKMNP"}),
    ("GET", "/learn/records/"): (SIGNED_IN, 200, {}),
    ("GET", "/learn/records/<public_id>"): (ALONE, 200, {}),
    ("GET", "/learn/records/<public_id>.pdf"): (ALONE, 200, {}),
    ("GET", "/learn/records/<public_id>.json"): (ALONE, 303, {}),  # without a key there is nothing to give
    ("GET", "/learn/records/<public_id>.jwt"): (ALONE, 303, {}),
    ("POST", "/learn/records/<public_id>/links/<link_id>/end"): (ALONE, 303, {}),
    ("GET", "/learn/records/<public_id>/pledge"): (ALONE, 200, {}),
    ("GET", "/learn/records/<public_id>/pledge.json"): (ALONE, 200, {}),
    ("GET", "/learn/records/<public_id>/share"): (ALONE, 200, {}),
    ("POST", "/learn/records/<public_id>/share"): (ALONE, 422, {}),
    ("GET", "/learn/visible"): (SIGNED_IN, 200, {}),
    ("GET", "/link/<token>"): (EVERYBODY, 200, {}),
    ("POST", "/link/<token>"): (EVERYBODY, 422, {}),
    ("GET", "/manage/"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/evidence"): ({Role.MANAGER}, 200, {}),
    ("POST", "/manage/evidence"): ({Role.MANAGER}, 200, {}),
    ("POST", "/manage/exports"): ({Role.MANAGER}, 303, {}),
    ("GET", "/manage/exports/<public_id>"): (set(), 404, {}),
    ("GET", "/manage/exports/<public_id>/file"): (set(), 404, {}),
    ("GET", "/manage/extend"): ({Role.MANAGER}, 200, {}),
    ("POST", "/manage/extend"): ({Role.MANAGER}, 422, {}),
    ("GET", "/manage/people"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/people.csv"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/people.xlsx"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/people/<public_id>"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/people/<public_id>/not-mine"): ({Role.MANAGER}, 200, {}),
    ("POST", "/manage/people/<public_id>/not-mine"): ({Role.MANAGER}, 422, {}),
    ("GET", "/manage/remind"): ({Role.MANAGER}, 200, {}),
    ("POST", "/manage/remind"): ({Role.MANAGER}, 409, {"seen": "0"}),
    ("GET", "/manage/weaknesses"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/weaknesses.csv"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/weaknesses.xlsx"): ({Role.MANAGER}, 200, {}),
    ("GET", "/manage/delegation"): ({Role.MANAGER}, 200, {}),
    ("POST", "/manage/delegation"): ({Role.MANAGER}, 422, {}),
    # Where the operator named no provider, none is there; with two of them: tests/interop/oidc.
    ("POST", "/oidc/<provider>/back-channel-logout"): (EVERYBODY, 404, {}),
    ("POST", "/oidc/<provider>/begin"): (EVERYBODY, 404, {}),
    ("GET", "/oidc/<provider>/callback"): (EVERYBODY, 404, {}),
    ("POST", "/oidc/<provider>/link"): (set(), 404, {}),
    ("GET", "/oidc/<provider>/sign-out"): (EVERYBODY, 404, {}),
    ("GET", "/oidc/<provider>/signed-out"): (EVERYBODY, 404, {}),
    ("GET", "/oidc/<provider>/stopped/<why>"): (EVERYBODY, 404, {}),
    ("GET", "/privacy"): (EVERYBODY, 200, {}),
    ("GET", "/readyz"): (EVERYBODY, 200, {}),  # tried beside, with a database that has connections to spare
    ("GET", "/reference/"): (SIGNED_IN, 200, {}),
    ("GET", "/reference/lessons/<key>"): (SIGNED_IN, 200, {}),
    ("GET", "/reference/<key>"): (SIGNED_IN, 200, {}),
    ("GET", "/shared/<share>"): (EVERYBODY, 200, {}),
    ("GET", "/sign-in"): ({NOBODY}, 200, {}),
    ("POST", "/sign-in"): (EVERYBODY, 422, {}),
    ("POST", "/sign-out"): (EVERYBODY, 303, {}),
    ("GET", "/status/<int:number>"): (EVERYBODY, 404, {}),
    ("GET", "/verify/"): (EVERYBODY, 200, {}),
    ("GET", "/verify/<code>"): (EVERYBODY, 200, {}),
    ("GET", "/verify/file"): (EVERYBODY, 303, {}),
    ("POST", "/verify/file"): (EVERYBODY, 422, {}),
}
HERE = "http://127.0.0.1"
TRIED_BESIDE = {("GET", "/readyz")}
# Opening a link notes the day, once a day: its holder is to see whether it is used. It is tried in its own tests.
NOTES_A_DAY = {("GET", "/shared/<share>")}
# Reading the trail, and taking people away as a table, are written down themselves; tried in their own tests.
IS_WRITTEN_DOWN = {("GET", "/admin/audit"), ("GET", "/manage/people.csv"), ("GET", "/manage/people.xlsx")}


def expected(method: str, rule: str, who: str) -> int:
    let_in, status, _ = TABLE[method, rule]
    if who in let_in:
        return status
    if (method, rule) == ("GET", "/sign-in"):
        return 303  # who is signed in already goes on to the first screen
    if who == NOBODY:
        return 403 if method == "POST" else 303
    return 404


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    # Those for systems have a table of their own: tests/web/test_system_routes.py.
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        # Those of other systems have tables of their own, beside their adapters.
        if getattr(app.view_functions[rule.endpoint], "for_roles", None) != "systems"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if app.view_functions[rule.endpoint].for_roles != "systems"
    }
    assert routes == set(TABLE)


def test_every_route_opens_to_those_it_is_for_and_to_nobody_else(world: World) -> None:
    faults = []
    # Signing out comes last, and what hands in or begins just before it.
    late = ("/discard", "/finish", "/begin", "/sign-out")
    for method, rule in sorted(TABLE.keys() - TRIED_BESIDE, key=lambda one: (one[1].endswith(late), one[1], one[0])):
        for who, client in world.clients.items():
            sent = {"csrf_token": client.token(), **TABLE[method, rule][2]} if method == "POST" else None
            response = client.client.open(world.address(rule), method=method, data=sent, base_url=HERE)
            wanted = expected(method, rule, who)
            if response.status_code != wanted:
                faults.append(f"{method} {rule} by {who}: {response.status_code}, not {wanted}")
            response.close()
    assert not faults, "\n".join(faults)


@contextmanager
def writing_statements(works: Works) -> Iterator[list[str]]:
    """Collect every statement that changes something."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"}:
            found.append(statement)

    event.listen(works.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(works.database.engine, "before_cursor_execute", note)


def rows(works: Works) -> dict[str, int]:
    with works.database.reads() as session:
        tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        return {table: session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables}


@pytest.mark.parametrize("is_overdue", [False, True], ids=["now", "when-the-time-is-over"])
def test_no_get_writes_whoever_asks(world: World, works: Works, clock: Clock, is_overdue: bool) -> None:
    if is_overdue:
        clock.forward(hours=1)
    before = rows(works)
    refused = 0
    with writing_statements(works) as written:
        for method, rule in sorted(TABLE.keys() - TRIED_BESIDE - NOTES_A_DAY - IS_WRITTEN_DOWN):
            for who, client in world.clients.items():
                if method != "GET":
                    continue
                written.clear()
                response = client.client.get(world.address(rule), base_url=HERE)
                response.close()
                # That a sign-in is used is noted once an hour, after the answer.
                written[:] = [one for one in written if not one.startswith("UPDATE sign_in SET used_at")]
                # A refusal leaves a trace, and nothing else is ever written by looking.
                if written and response.status_code == 404:
                    assert all(one.startswith("INSERT INTO audit_entry") for one in written), f"{rule} by {who}"
                    refused += len(written)
                    written.clear()
                assert written == [], f"GET {rule} by {who}"
    after = rows(works)
    # What waits to be sealed is the shadow of the trail.
    assert after.pop("audit_waiting") == before.pop("audit_waiting") + refused
    assert after.pop("audit_entry") == before.pop("audit_entry") + refused
    assert after == before
    with works.database.reads() as session:
        newest = session.execute(text(f"SELECT was_allowed FROM audit_entry ORDER BY id DESC LIMIT {refused}")).all()
    assert refused
    assert not any(row.was_allowed for row in newest)


def test_what_is_refused_to_all_is_traced_once(world: World, works: Works) -> None:
    stranger = world.clients[Role.EDITOR]
    before = rows(works)["audit_entry"]
    stranger.get(f"/learn/attempts/{world.under_way}/1", status=404)
    assert rows(works)["audit_entry"] == before + 1
    stranger.get("/manage/", status=404)  # a desk of another role: nothing was asked of the policy
    assert rows(works)["audit_entry"] == before + 1


def test_a_module_is_named_in_the_table_by_what_is_assigned(world: World) -> None:
    assert world.address("/learn/modules/<key>/pledge") == f"/learn/modules/{SHORT}/pledge"
    assert "<" not in world.address("/learn/attempts/<attempt_id>/reread/<int:place>")
