"""A joiner, told whole: made by HR's system, in through a provider, trained, moved, gone; and the trail tells of it."""

import json
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from quiz.access.actor import Role
from quiz.bank.reader import Reading
from quiz.engine.text import Text
from quiz.services import people
from quiz.services.loading import Release, install_release
from tests.e2e.provider import FederatedServer, RealProvider, node, sign_in
from tests.e2e.walking import Walker
from tests.fixtures.database import stock
from tests.fixtures.people import PASSWORD, SYSTEM, Someone
from tests.web.learning import SHORT, short_documents

Walk = Callable[..., Walker]
PHONE = 360
PROVIDER = "moj"
NUMBER, EMAIL, NAME = "20417", "salma@ministry.example", "سلمى عبد الحليم الشناوي"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
# What the page calls the deeds of the story, from the first to the last, with whom or what stands beside each.
TOLD = (
    ("Connecting another system", "connected", "HR system"),
    ("HR system", "added", NAME),
    ("HR system", "Assigning, and changing assignments"),
    ("Not signed in", "signed in", NAME),
    (NAME, "Beginning an attempt"),
    (NAME, "Signing the pledge, and the completion record"),
    ("HR system", "moved to another unit", NAME),
    ("HR system", "a last day of work", NAME),
    ("Signing in and out", NAME, "Refused", "They work here no more"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, reading: Reading) -> Iterator[FederatedServer]:
    """`quiz serve` on an organisation of two departments, with a provider of identities beside it."""
    node()
    folder = tmp_path_factory.mktemp("joined")
    running = FederatedServer(folder)
    running.providers = [RealProvider(PROVIDER, running.url, "وزارة العدل", "email", folder / "provider.log")]
    stock(running.works.database, reading)
    with running.works.writing(SYSTEM) as work:
        install_release(work, Release((), (), short_documents(reading)))
    with running.serving():
        yield running


@dataclass(frozen=True, slots=True)
class HrSystem:
    """What HR has: a program that knows an address and a token."""

    url: str
    token: str

    def ask(self, method: str, path: str, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send a document and return the status and the document that comes back."""
        kind = "application/scim+json" if path.startswith("/scim/") else "application/json"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        sent = urllib.request.Request(self.url + path, json.dumps(document).encode(), headers, method=method)
        try:
            with urllib.request.urlopen(sent, timeout=10) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refusal:
            return refusal.code, json.load(refusal)

    def change(self, person: str, path: str, value: object) -> dict[str, Any]:
        """Change one thing of a person by SCIM."""
        operations = [{"op": "replace", "path": path, "value": value}]
        document = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}
        status, found = self.ask("PATCH", f"/scim/v2/Users/{person}", document)
        assert status == 200, found
        return found


def department(server: FederatedServer, code: str, name: str) -> Someone:
    """Make a department with a code, and who manages it."""
    with server.works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": name, "en": code}), "EG", code=code)
        public_id = people.provision_person(work, f"M-{code}", f"{code.lower()}@ministry.example", f"مدير {name}", unit)
        people.set_first_password(work, public_id, PASSWORD)
        people.grant_role(work, public_id, Role.MANAGER, unit)
        actor = people.learner_actor(work, public_id)
    return Someone(public_id, f"{code.lower()}@ministry.example", f"مدير {name}", actor)


def connect(admin: Walker) -> HrSystem:
    """Open a connection in the browser, and read its token the one time it is shown."""
    admin.go("/admin/connections")
    admin.page.locator("input[name=name]").fill("HR system")
    for scope in ("people:provision", "assignments:write"):
        admin.page.locator(f"input[name=scopes][value='{scope}']").check()
    admin.move("section[aria-labelledby=another] form button[type=submit]")
    token = admin.page.locator("#ready .keep").inner_text().strip()
    admin.go("/admin/connections")
    assert token not in admin.page.content()
    return HrSystem(admin.server.url, token)


def sees(manager: Walker) -> bool:
    manager.go("/manage/people")
    return NAME in manager.page.locator("main").inner_text()


def train(joiner: Walker) -> str:
    """Find what is assigned, take it and pledge; return the public address of the record."""
    fits(joiner)
    joiner.move(joiner.page.locator(f"main a[href='/learn/modules/{SHORT}']").first)
    fits(joiner)
    joiner.move("main form button[type=submit]")
    for _ in joiner.stored().attempt.slots:
        joiner.answer()
        fits(joiner)
        joiner.move("main a.button--primary")
    expect(joiner.page.locator("h1")).to_have_text("تحقق حد الاجتياز")
    joiner.move("main a.button--primary")
    joiner.page.locator("main input[type=checkbox]").check()
    joiner.move("main form button[type=submit]")
    expect(joiner.page.locator(".record__holder")).to_have_text(NAME)
    fits(joiner)
    return str(joiner.page.locator("a[href^='/verify/']").first.get_attribute("href"))


def fits(walker: Walker) -> None:
    assert walker.page.evaluate("document.documentElement.scrollWidth") <= PHONE, walker.path


def lines(auditor: Walker) -> list[str]:
    """What the page lists, the oldest first, with what is folded away."""
    rows = auditor.page.locator("section[aria-labelledby=entries] tbody tr").all()
    return [" ".join(str(row.text_content()).split()) for row in reversed(rows)]


def told_in_order(found: list[str]) -> list[tuple[str, ...]]:
    """Return what of the story is missing after what came before it."""
    onward = iter(found)
    return [words for words in TOLD if not any(all(word in line for word in words) for line in onward)]


def test_a_joiner_from_the_first_day_to_the_last(walk: Walk, server: FederatedServer) -> None:
    before = department(server, "FIN", "إدارة الشؤون المالية")
    after = department(server, "LEG", "إدارة الشؤون القانونية")
    hr = connect(walk(server.person(roles=[Role.ADMIN])))

    status, made = hr.ask("POST", "/scim/v2/Users", {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": EMAIL, "displayName": NAME, "active": True,
        ENTERPRISE: {"employeeNumber": NUMBER, "department": "FIN"},
    })  # fmt: skip
    assert (status, made[ENTERPRISE]["manager"]["value"]) == (201, before.public_id), made
    status, assigned = hr.ask("POST", "/api/v1/assignments", {"person": made["id"], "module": SHORT})
    assert (status, assigned["hr_number"], assigned["state"]) == (201, NUMBER, "not_begun"), assigned

    joiner = walk(width=PHONE)
    # The provider's own pages would load fonts from elsewhere.
    joiner.context.route("https://**", lambda route: route.abort())
    with server.works.reading(SYSTEM) as work:
        joiner.someone = Someone(made["id"], EMAIL, NAME, people.learner_actor(work, made["id"]))
    sign_in(joiner.page, PROVIDER, EMAIL)
    assert joiner.path == "/learn/"
    record = train(joiner)

    old, new = walk(before), walk(after)
    assert (sees(old), sees(new)) == (True, False)
    moved = hr.change(made["id"], f"{ENTERPRISE}:department", "LEG")
    assert moved[ENTERPRISE]["manager"]["value"] == after.public_id
    assert (sees(old), sees(new)) == (False, True)
    joiner.go("/learn/")
    assert joiner.path == "/learn/"

    assert hr.change(made["id"], "active", False)["active"] is False
    joiner.go("/learn/")
    assert joiner.path.startswith("/sign-in")
    again = walk(width=PHONE)
    again.context.route("https://**", lambda route: route.abort())
    sign_in(again.page, PROVIDER, EMAIL)
    assert again.path == f"/oidc/{PROVIDER}/stopped/unknown"
    fits(again)
    again.go(record)
    expect(again.page.locator(".verdict--valid h1")).to_be_visible()
    expect(again.page.locator("main")).to_contain_text(NAME)

    read_the_trail(walk(server.person(roles=[Role.AUDITOR]), "en"), made["id"])
    assert joiner.refused == []


def read_the_trail(auditor: Walker, joiner: str) -> None:
    """Find the story whole and in order, then what the joiner did, then what was done to her."""
    auditor.go("/admin/audit")
    assert told_in_order(lines(auditor)) == []
    auditor.page.locator("#q").fill(NAME)
    auditor.move("form[role=search] button[type=submit]")
    by_her = lines(auditor)
    assert by_her
    assert not [line for line in by_her if "HR system" in line]
    auditor.go("/admin/audit")
    auditor.move(auditor.page.locator(f"a.audit-id[href$='target={joiner}']").first)
    about_her = lines(auditor)
    assert len([line for line in about_her if "HR system" in line]) == 3
    assert "They work here no more" in about_her[-1]


def test_the_trail_of_it_is_whole_until_somebody_changes_it(server: FederatedServer, tmp_path: Path) -> None:
    server.command("audit", "seal")
    whole = server.shell("audit", "verify")
    assert (whole.returncode, whole.stdout.splitlines()[-1].partition("; ")[2]) == (0, "nothing is broken")
    # On a copy, as somebody does who owns the database: the triggers go first, and it is two entries.
    copy = tmp_path / "amana.db"
    with closing(sqlite3.connect(server.folder / "amana.db")) as own, closing(sqlite3.connect(copy)) as other:
        own.backup(other)
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
        for (name,) in other.execute(guards).fetchall():
            other.execute(f"DROP TRIGGER {name}")
        linked = "SELECT number, entry_id FROM audit_link ORDER BY number DESC LIMIT 5"
        (_, last), *_, (number, first) = other.execute(linked).fetchall()
        other.execute("UPDATE audit_entry SET actor = 'system:import' WHERE id IN (?, ?)", (first, last))
        other.commit()
    broken = server.shell("audit", "verify", DATABASE_URL=f"sqlite:///{copy}")
    assert broken.returncode == 1
    assert broken.stdout.startswith(f"number {number}, entry {first}: entry-altered:")
