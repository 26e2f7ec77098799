"""One run: an organisation, a server, good requests, malformed ones, good ones again."""

import subprocess  # nosec B404 # started by lists of words, never through a shell
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import loads, servers, stage
from bench.journeys import answer_all, begin, sign_in
from bench.malformed.asking import Asking
from bench.malformed.fitness import Held, Times, good_times, held, verify_address
from bench.malformed.judging import Judge, judge_of
from bench.malformed.people import SYSTEM, Cast, cast_of
from bench.malformed.sending import send_all
from quiz.cli.demo_records import SHARED
from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.services import completing, people

_BATCH = 2_000
_SENDERS = 6
_MEASURED = 3


@dataclass
class Found:
    """What a run found: the judge, and how the server did before and after."""

    judge: Judge
    requests: int
    seconds: float = 0.0
    before: dict[str, Times] = field(default_factory=dict)
    after: dict[str, Times] = field(default_factory=dict)
    # At the start, after a tenth, and at the end.
    held: list[Held] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is sent, by which chance, on which database, and whether the demonstration stands there too."""

    requests: int
    seed: int
    postgresql: str | None = None
    demo: bool = True
    measured: bool = True


def run(plan: Plan, where: Path, say: Callable[[str], None]) -> Found:
    """Carry a plan out in a folder."""
    with ExitStack() as stack:
        url = stack.enter_context(stage.database_url(where, plan.postgresql, "malformed"))
        if plan.demo:
            say("making the demonstration")
            _demonstrate(url, where)
        say("making people")
        stood = stack.enter_context(stage.stage(url, where, 2 * _MEASURED + 1))
        port = servers.free_port()
        environ = {**stood.environ(port), **_keys(url, where)}
        log = where / "malformed.log"
        server = stack.enter_context(servers.running(servers.command_of("gunicorn", port), environ, port, log))
        servers.seconds_until(server, "/sign-in", time.perf_counter())
        code = _record(server, stood)
        cast = _cast(stood, port, code, plan.demo)
        own = {role: person.email.encode() for role, person in cast.people.items() if person.email}
        known = frozenset({environ["SECRET_KEY"].encode()})
        judge = judge_of(cast.secrets() | known, own, frozenset(one.encode() for one in stood.emails), where)
        found = Found(judge, plan.requests)
        learners = loads.learners(server, stood.emails[1:])
        with _measured(plan, found, server, stood, learners, code, say):
            began = time.perf_counter()
            _send(plan, found, server, stood, cast, known, say)
            found.seconds = time.perf_counter() - began
        judge.read_log(log.read_bytes())
        return found


def _demonstrate(url: str, where: Path) -> None:
    """Let the demonstration be made as its command does, with keys in the folder."""
    subprocess.run(  # nosec B603 # our own interpreter
        [sys.executable, "-m", "quiz.cli", "demo"],
        cwd=where,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(servers.ROOT), "DEMO": "1", "DATABASE_URL": url,
             "MAIL_URL": f"file:{where / 'mail'}"},
        check=True,
        capture_output=True,
    )  # fmt: skip


def _keys(url: str, where: Path) -> dict[str, str]:
    """Return the settings of the keys that the demonstration made, so that papers and credentials are tried too."""
    folder = where if url.startswith("sqlite") else where / "instance"
    if not (folder / "demo-signing-key.p12").exists():
        return {}
    return {
        "CREDENTIAL_KEY_FILE": str(folder / "demo-credential-key.pem"),
        "SIGNING_KEY_FILE": str(folder / "demo-signing-key.p12"),
    }


def _record(server: servers.Server, stood: stage.Stage) -> str:
    """Let the first learner complete the module and return where their record is verified."""
    (learner,) = loads.learners(server, stood.emails[:1])
    sign_in(learner.browser, learner.email)
    sitting = begin(learner.browser, stood)
    answer_all(sitting)
    sitting.hand_in()
    with stood.works.reading(SYSTEM) as work:
        actor = people.person_actor(work, learner.email)
    with stood.works.reading(actor) as work:
        pledge = completing.get_pledge(work, stage.MODULE)
    with stood.works.writing(actor) as work:
        completing.sign_pledge(work, stage.MODULE, pledge.digest, {"language": "ar", "digits": "arab", "way": "bench"})
    code = verify_address(learner.browser)
    learner.browser.close()
    return code


def _cast(stood: stage.Stage, port: int, code: str, demo: bool) -> Cast:
    settings = stage.settings_of(stood.url, port)
    app = create_app(settings, stood.works.database, stage.tools_of(settings, stood.folder))
    with stood.works.writing(SYSTEM) as work:
        unit = people.add_unit(work, Text({"ar": "إدارة التجربة", "en": "Trial department"}), "EG")
    cast = cast_of(stood, port, app.url_map, unit)
    cast.found.addresses["/verify/<code>"].add(code)
    if demo:
        cast.found.addresses["/shared/<share>"].add(f"/shared/{SHARED}")
    return cast


@contextmanager
def _measured(
    plan: Plan, found: Found, server: servers.Server, stood: stage.Stage, learners: list[loads.Learner], code: str,
    say: Callable[[str], None],
) -> Iterator[None]:  # fmt: skip
    """Measure good requests before and after, by other people."""
    found.held.append(held(server, stood.url))
    if not plan.measured:
        yield
        return
    say("good requests before")
    good_times(server, stood, learners[:1], code)
    found.before = good_times(server, stood, learners[:_MEASURED], code)
    yield
    say("good requests after")
    found.after = good_times(server, stood, learners[_MEASURED:], code)
    found.held.append(held(server, stood.url))


def _send(
    plan: Plan, found: Found, server: servers.Server, stood: stage.Stage, cast: Cast, known: frozenset[bytes],
    say: Callable[[str], None],
) -> None:  # fmt: skip
    asking = Asking(cast, plan.seed)
    for first in range(0, plan.requests, _BATCH):
        numbers = range(first, min(first + _BATCH, plan.requests))
        send_all(server.port, numbers, asking.one, found.judge, _SENDERS)
        if numbers.stop < plan.requests:
            cast.refresh(anew=numbers.stop % (10 * _BATCH) == 0)
            found.judge.secrets = cast.secrets() | known
            found.judge.own |= {role: one.email.encode() for role, one in cast.people.items() if one.email}
            found.judge.emails |= cast.emails()
        if len(found.held) == 1 and numbers.stop >= plan.requests / 10:
            found.held.append(held(server, stood.url))
        faults = sum(map(len, found.judge.faults.values()))
        most = dict(found.judge.statuses.most_common(6))
        memory = f"{server.memory_bytes() / 2**20:.0f} MiB"
        say(f"{numbers.stop} of {plan.requests} malformed requests, {faults} faults, {memory}, {most}")
