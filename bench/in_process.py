"""What is measured inside this process: statements of an answer, the certificate, the marking of one answer."""

import json
import subprocess  # nosec B404 # started by lists of words, never through a shell
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import event

from bench.browser import Fields, Reply
from bench.journeys import Sitting, begin, sign_in
from bench.servers import ROOT
from bench.stage import Stage, settings_of, tools_of
from quiz.access.actor import Actor
from quiz.bank.reader import read_folder
from quiz.db.connection import Database, connect
from quiz.engine.actions import Answer
from quiz.engine.attempt import Attempt, Shown, act
from quiz.engine.document import read_scenario
from quiz.engine.extremes import soundest
from quiz.engine.question_types import registry as question_types
from quiz.engine.question_types.protocol import QuestionType
from quiz.engine.response import Response
from quiz.engine.scenario import Scenario
from quiz.engine.text import Text
from quiz.factory import create_app
from quiz.language.locale import ARABIC
from quiz.records import certificate_pdf, codes
from quiz.records.facts import CompletionFacts, EditionFact
from quiz.records.pades import FileSigner
from quiz.records.paper_signing import SigningCertificate
from quiz.services.stored_attempts import get_stored
from quiz.settings.operator import folder

_TRANSACTION_WORDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class ClientBrowser:
    """A browser without a socket: the app's own test client."""

    def __init__(self, client: Any) -> None:
        self.requests = 0
        self._client = client

    def request(self, method: str, path: str, fields: Fields = ()) -> Reply:
        """Send one request and return its answer, redirects not followed."""
        self.requests += 1
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        answer = self._client.open(
            path, method=method, data=data or None, base_url="http://127.0.0.1", headers={"Accept-Encoding": "gzip"}
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        raw = answer.get_data()
        return Reply(path, answer.status_code, headers, raw, len(raw))


@dataclass
class Statements:
    """What a database was asked, transaction words aside, and how often something was committed."""

    said: list[str]
    commits: int = 0


@contextmanager
def counted(database: Database) -> Iterator[Statements]:
    """Count what a database is asked inside the block."""
    found = Statements([])

    def asked(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.upper().startswith(_TRANSACTION_WORDS):
            found.said.append(" ".join(statement.split()))

    def committed(_connection: Any) -> None:
        found.commits += 1

    event.listen(database.engine, "before_cursor_execute", asked)
    event.listen(database.engine, "commit", committed)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", asked)
        event.remove(database.engine, "commit", committed)


@contextmanager
def sitting_inside(stage: Stage, email: str) -> Iterator[tuple[Sitting, Database]]:
    """Give an attempt of somebody, begun through the pages of an app in this process."""
    database = connect(stage.url)
    settings = settings_of(stage.url)
    app = create_app(settings, database, tools_of(settings, stage.folder))
    try:
        browser = ClientBrowser(app.test_client())
        sign_in(browser, email)
        yield begin(browser, stage), database
    finally:
        database.engine.dispose()


@dataclass(frozen=True, slots=True)
class Asked:
    """What one answer asks of the database: medians, and the words of one answer; and whose attempt that was."""

    statements: float
    commits: float
    words: list[str]
    attempt_id: str


def statements_of_an_answer(stage: Stage, email: str) -> Asked:
    """Return what one answer asks of the database in a process that is warm."""
    with sitting_inside(stage, email) as (sitting, database):
        taken: list[Statements] = []
        for number, place in enumerate(sitting.key, 1):
            with counted(database) as found:
                sitting.answer(number, place.right)
            taken.append(found)
    # The first answer of a process also reads what it then keeps.
    warm = taken[1:-1]
    return Asked(
        median(len(one.said) for one in warm), median(one.commits for one in warm), warm[-1].said, sitting.attempt_id
    )


def facts_of(number: int) -> CompletionFacts:
    moment = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    label = Text({"ar": "القانون رقم 175 لسنة 2018", "en": "Law No. 175 of 2018"})
    return CompletionFacts(
        serial=f"{number:032x}",
        organisation=Text({"ar": "جهة القياس", "en": "Measuring Authority"}),
        module_key="bench-exam",
        module_version=1,
        module_title=Text({"ar": "الموظف العام ووسائل التواصل", "en": "Public Servants and Social Media"}),
        module_digest="a" * 64,
        editions=(EditionFact("eg-cybercrime/law-175-2018", label, "in_force"),),
        pass_score="4/5",  # nosec B106 # noqa: S106 - a share
        completed_at=moment,
        completed_on=date(2026, 11, 21),
        zone="Africa/Cairo",
        valid_until=date(2027, 11, 21),
        attempt_digest="b" * 64,
        name_commitment="c" * 64,
        hijri="1448-06-11",
        valid_until_hijri="1449-06-22",
        pledge_digest="d" * 64,
        pledged_at=moment,
    )


def render_certificates(count: int) -> list[float]:
    """Return the seconds that each of so many different certificates took in this process."""
    seconds = []
    for number in range(count):
        code = codes.make(number.to_bytes(8, "big"))
        started = time.perf_counter()
        certificate_pdf.render(
            facts_of(number),
            f"مريم عبد الله السيد حسن {'ابت'[number % 3]}",
            "Mariam Abdallah Elsayed Hassan",
            f"http://127.0.0.1:8000/verify/{code}",
            code,
            ARABIC,
        )
        seconds.append(time.perf_counter() - started)
    return seconds


def sign_certificates(count: int) -> list[float]:
    """Return the seconds that each of so many took to be made, signed (P-256) and read again, in this process."""
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    signer = _signer(now)
    seconds = []
    for number in range(count):
        code = codes.make(number.to_bytes(8, "big"))
        address = f"http://127.0.0.1:8000/verify/{code}"
        started = time.perf_counter()
        name = f"مريم عبد الله السيد حسن {'ابت'[number % 3]}"
        paper = certificate_pdf.render(
            facts_of(number), name, "Mariam Abdallah", address, code, ARABIC, signer=signer.certificate.name
        )
        signer.sign(paper, now)
        seconds.append(time.perf_counter() - started)
    return seconds


def _signer(now: datetime) -> FileSigner:
    """Return a signer with a certificate of an authority of its own, good for this moment."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)]) for words in ("Bench root", "Bench seal")]
    root, leaf = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(names[0])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(keys[0], hashes.SHA256())
        for name, key in zip(names, keys, strict=True)
    )
    return FileSigner(SigningCertificate(leaf, (root,)), keys[1])


def certificates_in_fresh_process(count: int) -> list[float]:
    """Return the same for a process that has rendered nothing yet: the first one is cold."""
    made = subprocess.run(  # nosec B603 # our own interpreter
        [sys.executable, "-m", "bench.in_process", str(count)], cwd=ROOT, capture_output=True, check=True, timeout=90
    )
    return [float(one) for one in json.loads(made.stdout)]


def marking_microseconds(stage: Stage, attempt_id: str) -> tuple[float, float]:
    """Return the microseconds of marking one answer, and of the whole act: accept, mark, chain the step."""
    with stage.works.reading(Actor.system("bench")) as work:
        stored = get_stored(work, attempt_id)
        now = work.now
    fresh = replace(stored.attempt, steps=())
    answers = [
        (slot, step.response)
        for slot in fresh.slots
        if (step := stored.attempt.answers.get(slot.number)) is not None and step.response is not None
    ]
    shown = Shown("ar", "arab")

    def mark() -> None:
        for slot, response in answers:
            kind = question_types.get(slot.scenario.kind)
            kind.mark(slot.scenario, kind.accept(slot.scenario, response, None))

    def sit() -> None:
        attempt: Attempt = fresh
        for slot, response in answers:
            attempt = act(attempt, Answer(slot.number, Response(response.chosen, response.ratings)), now, shown)

    return _each(mark, len(answers)), _each(sit, len(answers))


def marking_by_kind() -> dict[str, float]:
    """Return the microseconds of accepting and marking a whole answer, for each kind, over all shipped scenarios."""
    by_kind: dict[str, list[Scenario]] = {}
    for source in read_folder(folder("content")).scenarios:
        scenario = read_scenario(source.document)
        by_kind.setdefault(scenario.kind, []).append(scenario)
    found = {}
    for name, scenarios in sorted(by_kind.items()):
        kind = question_types.get(name)
        # What a path has gone before its last turn stands already.
        answers = [(scenario, _before(soundest(scenario)), soundest(scenario)) for scenario in scenarios]

        def mark(kind: QuestionType = kind, answers: list[Any] = answers) -> None:
            for scenario, standing, response in answers:
                kind.mark(scenario, kind.accept(scenario, response, standing))

        found[name] = _each(mark, len(answers))
    return found


def _before(response: Response) -> Response:
    return Response.in_sequence(*response.sequence[:-1])


def _each(work: Callable[[], None], count: int) -> float:
    rounds = []
    for _ in range(9):
        started = time.perf_counter()
        for _ in range(20):
            work()
        rounds.append((time.perf_counter() - started) / 20 / count * 1e6)
    return median(rounds)


if __name__ == "__main__":
    print(json.dumps(render_certificates(int(sys.argv[1]))))
