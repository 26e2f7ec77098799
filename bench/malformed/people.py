"""Who asks: a stranger, somebody of each role who is signed in, and other systems with a token of each scope."""

import secrets
from dataclasses import dataclass, field

from werkzeug.routing import Map

from bench.browser import SocketBrowser, Unexpected, follow, get, post
from bench.malformed.exploring import Explored, explore
from bench.stage import MODULE, PASSWORD, Stage
from quiz.access.actor import Actor, Role, Scope
from quiz.services import connecting, organisation, people
from quiz.services.unit_of_work import Works

NOBODY = "nobody"
SYSTEM = Actor.system("bench")
_SETTLED = "/privacy"


@dataclass
class Person:
    """Somebody of a role, with the cookies of their browser and a token that their forms are good with."""

    role: str
    email: str
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""


@dataclass
class Cast:
    """Everybody who asks, and what they found there."""

    works: Works
    port: int
    routes: Map
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    found: Explored = field(default_factory=Explored)
    # Sign-in tokens that were ever given to somebody: none of them may be told.
    sign_ins: set[str] = field(default_factory=set)
    _choices: organisation.Choices | None = None
    _made: int = 0
    _unit: str = ""

    def rules(self, method: str) -> list[str]:
        """Return the rules of the map that take a method."""
        return sorted(rule.rule for rule in self.routes.iter_rules() if method in (rule.methods or ()))

    def secrets(self) -> frozenset[bytes]:
        """Return what no answer and no log may hold."""
        return frozenset(one.encode() for one in [*self.tokens.values(), *self.sign_ins] if len(one) > 20)

    def emails(self) -> frozenset[bytes]:
        """Return the addresses of those who ask."""
        return frozenset(one.email.encode() for one in self.people.values() if one.email)

    def gather(self, unit: str) -> None:
        """Connect the systems and let everybody in for the first time."""
        self._unit = unit
        self.tokens["unknown"] = connecting.PREFIX + secrets.token_hex(connecting.TOKEN_BYTES)
        with self.works.reading(SYSTEM) as work:
            self._choices = organisation.get_choices(work)
        self.refresh()

    def connect(self) -> None:
        """Connect a system for each scope, and one for all, where none is connected or it was ended."""
        admin = Actor("person:bench", 1, frozenset({Role.ADMIN}))
        for scopes in [list(Scope), *([one] for one in Scope)]:
            name = "all" if len(scopes) > 1 else str(scopes[0])
            with self.works.writing(admin) as work:
                if connecting.find_connected(work, self.tokens.get(name, "")) is None:
                    self.tokens[name] = connecting.open_connection(work, name, scopes, 30)

    def refresh(self, anew: bool = True) -> None:
        """See that the organisation is as it was, that everybody is signed in, and (anew) what there is to be asked.

        Requests that are allowed may have changed the choices, ended sign-ins or taken roles away.
        """
        with self.works.writing(SYSTEM) as work:
            if self._choices is not None and organisation.get_choices(work) != self._choices:
                organisation.change_choices(work, self._choices)
        self.connect()
        for place, who in enumerate([NOBODY, *Role]):
            self.people[who], browser = self._let_in(who, f"127.9.0.{place + 2}")
            if anew or not self.found.forms[who]:
                explore(self.found, self.routes, who, browser)
            self._keep(self.people[who], browser)
            browser.close()

    def _let_in(self, role: str, address: str) -> tuple[Person, SocketBrowser]:
        if role == NOBODY:
            return Person(NOBODY, ""), SocketBrowser(self.port, address)
        for make in (self.people.get, self._recruit):
            person = make(role)
            browser = SocketBrowser(self.port, address)
            if person is not None and _signs_in(browser, person):
                return person, browser
            browser.close()
        raise Unexpected(f"nobody new can sign in as {role}")

    def _keep(self, person: Person, browser: SocketBrowser) -> None:
        person.csrf = dict(get(browser, _SETTLED).hidden("/language")).get("csrf_token", "")
        person.cookies = dict(browser.cookies)
        self.sign_ins |= {held for name, held in person.cookies.items() if name.endswith("amana")}

    def _recruit(self, role: str) -> Person:
        """Make somebody new of a role, with a training under way where they learn."""
        self._made += 1
        email = f"malformed{self._made}@bench.example"
        with self.works.writing(SYSTEM) as work:
            public_id = people.provision_person(
                work, f"M-{self._made}", email, "هناء عبد الله رضا", self._unit, "Hanaa Abdallah Reda"
            )
            people.set_first_password(work, public_id, PASSWORD)
            people.assign_module(work, public_id, MODULE)
            if role != Role.LEARNER:
                people.grant_role(work, public_id, Role(role), self._unit if role == Role.MANAGER else None)
        return Person(role, email)


def _signs_in(browser: SocketBrowser, person: Person) -> bool:
    """Tell whether somebody comes in by their password and has their role; learners begin what they may begin."""
    try:
        page = get(browser, "/sign-in")
        reply = browser.request(
            "POST", "/sign-in", [*page.hidden("/sign-in"), ("email", person.email), ("password", PASSWORD)]
        )
        if reply.status != 303:
            return False
        home = follow(browser, reply)
        if person.role == Role.LEARNER:
            module = f"/learn/modules/{MODULE}"
            opened = get(browser, module)
            if f'action="{module}/begin"'.encode() in opened.body:
                post(browser, opened, f"{module}/begin")
            return True
        return home.path.startswith(_DESKS[person.role]) or get(browser, _DESKS[person.role]).status == 200
    except Unexpected:
        return False


_DESKS = {
    Role.MANAGER: "/manage/",
    Role.EDITOR: "/edit/",
    Role.REVIEWER: "/edit/",
    Role.ADVISER: "/advise/",
    Role.HR: "/admin/people",
    Role.AUDITOR: "/admin/audit",
    Role.ADMIN: "/admin/settings",
}


def cast_of(stage: Stage, port: int, routes: Map, unit: str) -> Cast:
    """Return everybody who asks a server on a stage, signed in."""
    cast = Cast(stage.works, port, routes)
    cast.gather(unit)
    return cast
