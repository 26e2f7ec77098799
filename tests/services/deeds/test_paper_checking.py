"""Papers looked at again: ours of every certificate are good, others are not, and what was tampered with is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from quiz.access.actor import Actor
from quiz.access.permissions import Permission
from quiz.engine.text import Text
from quiz.records import codes
from quiz.records.facts import canonical, digest
from quiz.records.paper_verifying import read_paper
from quiz.services import completing, erasing, paper_checking, papers
from quiz.services.errors import NotAllowed
from quiz.services.paper_checking import PaperCheck, StoredProblem
from quiz.services.unit_of_work import Works
from tests import learning
from tests.authorities import YEAR, Authority, Issued
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import NOW, Clock
from tests.services.deeds.conftest import DRILL

NOBODY = Actor.nobody()
SEEN = {"language": "ar", "digits": "arab"}
Give = Callable[[Someone, Issued | None], tuple[str, bytes]]


@pytest.fixture
def give(works: Works) -> Give:
    """Let somebody earn a record, and return it with its paper as some certificate signs it."""

    def given(someone: Someone, issued: Issued | None) -> tuple[str, bytes]:
        learning.finish(works, someone, DRILL, best=True)
        with works.writing(someone.actor) as work:
            record = completing.sign_pledge(work, DRILL, completing.get_pledge(work, DRILL).digest, SEEN)
        return record, paper(works, someone, record, issued)

    return given


def paper(works: Works, someone: Someone, record: str, issued: Issued | None) -> bytes:
    tools = replace(works.tools, paper_signer=issued.signer) if issued else works.tools
    return papers.get_paper(replace(works, tools=tools), someone.actor, record).content


def check(works: Works, content: bytes) -> PaperCheck:
    return paper_checking.check_file(works, NOBODY, content)


def stored_problems(works: Works) -> list[StoredProblem]:
    with works.reading(SYSTEM) as work:
        return list(paper_checking.check_stored(work))


@pytest.fixture
def people(learner: Someone, make_person: MakePerson) -> list[Someone]:
    return [learner, *(make_person(modules=(DRILL,)) for _ in range(3))]


def test_papers_of_every_certificate_stay_good_when_keys_are_changed_twice(
    works: Works, people: list[Someone], give: Give, clock: Clock
) -> None:
    root = Authority()
    made = []
    for number, someone in enumerate(people[:3]):
        begins = NOW + number * YEAR - timedelta(days=1)
        made.append(give(someone, root.issue(f"ختم {number}", begins, begins + YEAR + timedelta(days=2))))
        clock.forward(days=365)
    # By now each of them has expired.
    for number, (record, content) in enumerate(made):
        found = check(works, content)
        assert found.problems == (), number
        assert found.reading.signer == f"ختم {number}"
        assert found.reading.facts is not None
        assert found.reading.facts["serial"] == record
    assert stored_problems(works) == []


def test_a_foreign_certificate_is_not_ours_even_on_a_true_paper(works: Works, learner: Someone, give: Give) -> None:
    record, unsigned = give(learner, None)
    assert check(works, unsigned).problems == ("unsigned",)
    foreign = Authority().issue().signer.sign(unsigned, NOW)
    assert check(works, foreign).problems == ("certificate-unknown",)
    paper(works, learner, record, Authority().issue())
    assert check(works, foreign).problems == ("certificate-unknown", "not-the-kept-one")


def test_one_paper_is_the_paper_and_another_of_the_same_key_is_not(works: Works, learner: Someone, give: Give) -> None:
    issued = Authority().issue()
    record, unsigned = give(learner, None)
    kept = paper(works, learner, record, issued)
    again = issued.signer.sign(unsigned, NOW + timedelta(days=1))
    assert check(works, kept).problems == ()
    assert check(works, again).problems == ("not-the-kept-one",)


def test_a_good_paper_of_a_revoked_record_is_good_and_the_state_is_told(
    works: Works, learner: Someone, give: Give
) -> None:
    record, content = give(learner, Authority().issue())
    assert check(works, content).state == "valid"
    with works.writing(SYSTEM) as work:
        completing.revoke_completion(work, record, Text({"ar": "سبب", "en": "reason"}))
    found = check(works, content)
    assert (found.problems, found.state) == ((), "revoked")
    assert found.code is not None


def test_a_paper_of_another_installation_names_no_record_here(works: Works, learner: Someone, give: Give) -> None:
    _, content = give(learner, Authority().issue())
    triggers(works, "completion", "paper", "paper_content")
    with works.database.writes() as session:
        session.execute(text("UPDATE completion SET verify_code = :other"), {"other": codes.make(b"12345678")})
        session.commit()
    found = check(works, content)
    assert (found.problems, found.code, found.state) == (("record-unknown",), None, None)


def test_whatever_is_brought_is_answered(works: Works) -> None:
    for content in (b"", b"%PDF-", b"%PDF-1.7\n%%EOF\n", b"\x00" * 1000):
        assert check(works, content).problems


def triggers(works: Works, *tables: str) -> None:
    """Take the triggers away, as somebody with the database in hand could."""
    with works.database.writes() as session:
        for table in tables:
            on = "" if works.database.is_sqlite else f" ON {table}"
            session.execute(text(f"DROP TRIGGER {table}_update_refused{on}"))
            session.execute(text(f"DROP TRIGGER {table}_delete_refused{on}"))
        session.commit()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE paper SET digest = 'x'", {"content-altered"}),
        ("UPDATE paper_content SET content = :other", {"content-altered"}),
        ("DELETE FROM paper_content", {"content-missing"}),
        ("UPDATE completion SET facts_digest = 'x'", {"registered-facts-altered", "facts-differ"}),
        ("UPDATE signing_certificate SET pem = 'x'", {"certificate-unknown", "holds no certificate in PEM"}),
        (
            "UPDATE signing_certificate SET pem = :pem",
            {"certificate-unknown", "is not the one that its fingerprint names"},
        ),
    ],
)
def test_whatever_is_stored_and_was_tampered_with_is_told(
    works: Works, learner: Someone, give: Give, statement: str, told: set[str]
) -> None:
    record, _ = give(learner, Authority().issue())
    assert stored_problems(works) == []
    triggers(works, "completion", "paper", "paper_content", "signing_certificate")
    given = {"other": b"%PDF-1.7", "pem": Authority().issue().certificate.pem}
    with works.database.writes() as session:
        session.execute(text(statement), {name: value for name, value in given.items() if f":{name}" in statement})
        session.commit()
    found = stored_problems(works)
    assert {one.what for one in found} == told
    assert {one.id for one in found if one.kind == "paper"} == {record}


def test_what_was_erased_with_its_name_is_no_loss(works: Works, learner: Someone, give: Give) -> None:
    give(learner, Authority().issue())
    with works.database.reads() as session:
        record = session.scalar(text("SELECT public_id FROM completion"))
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, str(record), "طلب من صاحبها")
    assert stored_problems(works) == []


def test_an_archive_gets_every_record_and_the_taking_is_written_down(
    works: Works, people: list[Someone], give: Give
) -> None:
    issued = Authority().issue()
    signed, content = give(people[0], issued)
    unsigned, _ = give(people[1], None)
    with works.writing(SYSTEM) as work:
        first, second = paper_checking.list_archived(work)
    assert (first.public_id, second.public_id) == (signed, unsigned)
    assert (first.paper, first.certificate) == (content, issued.certificate.fingerprint)
    assert (second.paper, second.paper_digest, second.certificate) == (None, None, None)
    reading = read_paper(content)
    assert reading.facts is not None
    assert first.facts == canonical(reading.facts)
    assert first.facts_digest == digest(reading.facts)
    with works.database.reads() as session:
        deeds = session.scalars(text("SELECT deed FROM audit_entry")).all()
    assert Permission.RECORDS_PAPER_EXPORT.value in deeds


def test_only_the_shell_looks_at_everything(works: Works, learner: Someone) -> None:
    with pytest.raises(NotAllowed), works.reading(learner.actor) as work:
        list(paper_checking.check_stored(work))
    with pytest.raises(NotAllowed), works.reading(learner.actor) as work:
        paper_checking.count_stored(work)
    with pytest.raises(NotAllowed), works.writing(learner.actor) as work:
        list(paper_checking.list_archived(work))
