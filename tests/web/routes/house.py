"""Two units with a person for each role and one of everything in the first; who asks leaves nothing behind."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event, select

from quiz.access.actor import Role, Scope
from quiz.bank.reader import Reading
from quiz.db.connection import Database
from quiz.db.models.exports import TeamExportPartRow, TeamExportRow
from quiz.db.models.factors import AuthenticatorRow, PasskeyRow
from quiz.db.models.identities import IdentityRow
from quiz.db.models.people import SignInRow, UnitRow
from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.services import (
    asking,
    connecting,
    delegating,
    managing,
    people,
    reviewing,
    revoking,
    settling,
    waiving,
    workforce,
)
from quiz.services.kept import Kept
from quiz.services.loading import Release, install_release
from quiz.services.tools import MemoryMailer, Tools
from quiz.services.unit_of_work import UnitOfWork, Works
from quiz.settings.operator import Settings
from tests.fixtures.people import PASSWORD, SYSTEM, Someone, person_maker
from tests.pages import HERE, RoleClient
from tests.web.learning import EXAM, SHORT, SHORT_EXAM, Learner, short_documents
from tests.web.routes.columns import ELSEWHERE, HALFWAY, TOKEN, TWIN
from tests.web.world import World, build_world, shared

TWINS_MODULE = "gifts-and-conflicts"
REASON = Text({"ar": "صدرت بخطأ", "en": "Issued by mistake"})
_CHANGES = {"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"}
# What looking and being refused may write: the refusal, and once an hour that a sign-in is used.
_TRACES = ("INSERT INTO audit_entry", "UPDATE sign_in SET used_at")


@dataclass(frozen=True)
class Things:
    """What one person has, beside what a world names."""

    sign_in: str
    disowning: str
    passkey: str
    identity: str
    export: str
    module: str
    # Who manages the unit, and to whom they delegate that.
    manager: str
    delegate: str
    absence: str
    assignment: str
    # A proposal to revoke the record, made by the one from human resources.
    proposal: str
    world: World


@dataclass(frozen=True)
class Answer:
    """What came back, and what was written meanwhile but for the trace."""

    status: int
    body: str
    location: str
    written: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()


class House:
    """Asks by a method for an address as somebody, in a savepoint that is rolled back."""

    def __init__(self, app: Flask, works: Works, connection: Connection) -> None:
        self.app = app
        self.works = works
        self._connection = connection
        self.clients: dict[str, RoleClient] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, str] = {}
        self.comment = ""
        self.owner: Things
        self.twin: Things

    def ask(
        self,
        who: str,
        method: str,
        address: str,
        sent: Mapping[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        host: str = HERE,
    ) -> Answer:
        """Ask once, with further headers; what it changes, in the database and in the browser, is taken back."""
        browser = self.clients[who].client
        if who not in self._tokens:
            self._tokens[who] = self.clients[who].token()
        data = None if method == "GET" else {"csrf_token": self._tokens[who], **(sent or {})}
        cookies = dict(browser._cookies)  # type: ignore[attr-defined]
        turn = self._connection.begin_nested()
        written: list[str] = []
        try:
            with _noting(self._connection, written):
                carried = {**self.headers.get(who, {}), **(headers or {})}
                response = browser.open(address, method=method, data=data, base_url=host, headers=carried)
                body = response.get_data(as_text=response.mimetype.startswith("text/html"))
                response.close()
        finally:
            turn.rollback()
            browser._cookies = cookies  # type: ignore[attr-defined]
        return Answer(
            response.status_code,
            body if isinstance(body, str) else body.hex(),
            response.headers.get("Location", ""),
            tuple(one for one in written if not one.startswith(_TRACES)),
            tuple(response.headers),
        )

    def address(self, rule: str, things: Things) -> str:
        """Return a real address for a rule, of things of one person."""
        for name, value in {
            "disowned/<public_id>": f"disowned/{things.disowning}",
            "sign-ins/<public_id>": f"sign-ins/{things.sign_in}",
            "passkeys/<public_id>": f"passkeys/{things.passkey}",
            "identities/<public_id>": f"identities/{things.identity}",
            "exports/<public_id>": f"exports/{things.export}",
            "comments/<comment_id>": f"comments/{self.comment}",
            "learn/modules/<key>": f"learn/modules/{things.module}",
        }.items():
            if not (name.startswith("learn/modules") and things is self.owner):
                rule = rule.replace(name, value)
        return things.world.address(rule)


@contextmanager
def _noting(connection: Connection, into: list[str]) -> Iterator[None]:
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().split(maxsplit=1)[0].upper() in _CHANGES:
            into.append(statement)

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)


def build(database: Database, connection: Connection, tools: Tools, settings: Settings, reading: Reading) -> House:
    """Build the house in a stocked database."""
    mailer = MemoryMailer()
    # What is rolled back is never to be met again on a shelf.
    tools = replace(tools, mailer=mailer, kept=Kept(documents=tools.kept.documents))
    works = Works(database, tools)
    app = create_app(settings, database, tools)
    app.config["RATELIMIT_ENABLED"] = False
    with works.writing(SYSTEM) as work:
        install_release(work, Release((), (), short_documents(reading)))
    with works.writing(SYSTEM) as work:
        here = people.add_unit(work, Text({"ar": "إدارة التجربة", "en": "Trial department"}), "EG")
        there = people.add_unit(work, Text({"ar": "إدارة أخرى", "en": "Other department"}), "EG")
    make = person_maker(works, here)
    whose: dict[int, Someone] = {}

    def browser(someone: Someone | None = None) -> RoleClient:
        client = RoleClient(app)
        if someone is None:
            return client
        whose[id(client)] = someone
        return client.sign_in(someone)

    house = House(app, works, connection)
    world = build_world(app, browser, make, works, reading, mailer, here)
    house.clients.update(world.clients)
    manager = whose[id(world.clients[str(Role.MANAGER)])]
    hr = whose[id(world.clients[str(Role.HR)])]
    house.owner = things_of(works, world, world.owner.someone, manager, SHORT_EXAM, hr, make())
    elsewhere = make(Role.MANAGER, place=there, name="سلمى فؤاد الجندي")
    house.clients[ELSEWHERE] = browser(elsewhere)
    twin = make(modules=(SHORT, SHORT_EXAM, EXAM, TWINS_MODULE), place=there, name="يحيى رأفت الشاذلي")
    house.clients[TWIN] = browser(twin)
    others = second_world(works, world, Learner(house.clients[TWIN], twin, works), there)
    house.twin = things_of(works, others, twin, elsewhere, TWINS_MODULE, hr, make(place=there))
    house.clients[HALFWAY] = halfway(app, works, make(name="نور الهدى صبري"))
    house.clients[TOKEN] = browser()
    with works.writing(make(Role.ADMIN).actor) as work:
        token = connecting.open_connection(work, "نظام شؤون العاملين", list(Scope), 30)
    house.headers[TOKEN] = {"Authorization": f"Bearer {token}"}
    with works.writing(make(Role.EDITOR).actor) as work:
        house.comment = reviewing.comment(work, world.draft, "", "هل يكفي هذا السند؟")
    return house


def second_world(works: Works, world: World, twin: Learner, unit: str) -> World:
    """Let somebody of another unit have what the owner has; all that is the organisation's stays the same."""
    record = (twin.take(SHORT), twin.sign(SHORT))[1]
    examined = twin.take(SHORT_EXAM, passes=False)
    share, ended_link = shared(works, twin.someone, record)
    with works.writing(twin.someone.actor) as work:
        asking.ask(work, "question", "gift-box", "هل تُقبل دعوة الغداء؟", with_name=True)
    with works.reading(twin.someone.actor) as work:
        question = asking.list_own(work)[0].public_id
    return replace(
        world,
        owner=twin,
        record=record,
        examined=examined,
        under_way=twin.begin(EXAM),
        share=share,
        ended_link=ended_link,
        question=question,
        # A correction is told to many: nothing of it is theirs who were not taught the old ruling.
        person=twin.someone.public_id,
        unit=unit,
    )


def waiting_for(work: UnitOfWork, person: str) -> str:
    """Return an open assignment of somebody."""
    modules = waiving.get_assignments_of(work, person).modules
    return next(cycle.public_id for module in modules for cycle in module.cycles if cycle.is_open)


def things_of(
    works: Works, world: World, someone: Someone, manager: Someone, module: str, hr: Someone, delegate: Someone
) -> Things:
    """Give somebody what stands beside a password, and their manager a table that was asked for."""
    at = works.tools.clock()
    person_id = someone.actor.person_id
    passkey, identity, export = (works.tools.chance(16).hex() for _ in range(3))
    with works.database.writes() as session:
        session.add(passkey_of(person_id, passkey, works))
        session.add(AuthenticatorRow(person_id=person_id, sealed="nothing", begun_at=at, confirmed_at=at))
        session.add(
            IdentityRow(
                public_id=identity, provider="ministry", issuer="https://id.example", subject=identity,
                person_id=person_id, linked_at=at,
            )
        )  # fmt: skip
        roots = session.scalars(select(UnitRow.id).where(UnitRow.public_id == world.unit)).all()
        asked = {"unit": None, "bucket": None, "module": None, "late": False, "roots": list(roots)}
        row = TeamExportRow(
            public_id=export, person_id=manager.actor.person_id, kind="csv", asked=asked, asked_digest=export * 2,
            asked_at=at, state="made", turn=1, total=1, done=1, size=3, parts=1, touched_at=at, made_at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(TeamExportPartRow(export_id=row.id, number=0, content=b"a,b"))
        session.commit()
        sign_in = session.scalars(select(SignInRow.public_id).where(SignInRow.person_id == person_id)).first()
    assert sign_in is not None
    with works.writing(replace(manager.actor, managed_units=frozenset(roots))) as work:
        managing.disown(work, world.person, "نُقل قبل شهر")
    person, today = world.person, at.date()
    with works.reading(SYSTEM) as work:
        disowning = next(one.public_id for one in settling.list_disowned(work) if one.person == person)
        held = waiting_for(work, person)
    with works.writing(SYSTEM) as work:
        absence = workforce.record_absence(work, person, today + timedelta(days=20), None)
    with works.writing(hr.actor) as work:
        proposal = revoking.propose_revocation(work, world.record, REASON, "محضر رقم 4")
    with works.writing(manager.actor) as work:
        delegating.delegate(work, delegate.email, today, today + timedelta(days=9))
    return Things(
        sign_in, disowning, passkey, identity, export, module, manager.public_id, delegate.public_id, absence, held,
        proposal, world,
    )  # fmt: skip


def passkey_of(person_id: int | None, public_id: str, works: Works) -> PasskeyRow:
    """Return a passkey that no device holds."""
    return PasskeyRow(
        public_id=public_id, person_id=person_id, credential_id=public_id, public_key="", sign_count=0, transports=[],
        name="مفتاح", made_at=works.tools.clock(),
    )  # fmt: skip


def halfway(app: Flask, works: Works, someone: Someone) -> RoleClient:
    """Let somebody with a passkey give the right password, and stop there."""
    with works.database.writes() as session:
        session.add(passkey_of(someone.actor.person_id, works.tools.chance(16).hex(), works))
        session.commit()
    client = RoleClient(app)
    page = client.get("/sign-in")
    away = client.submit(page, "/sign-in", {"email": someone.email, "password": PASSWORD})
    assert away.location == "/sign-in/second"
    return client
