"""A record whose name was corrected: what was honestly signed before says so, and what was changed is told apart."""

import json
from dataclasses import replace

import pytest

from quiz.access.actor import Actor
from quiz.records import proofs
from quiz.records.credential_verifying import Findings
from quiz.records.signing import at_present
from quiz.services import erasing, paper_checking, papers
from quiz.services.issuing import get_issuer
from quiz.services.paper_checking import PaperCheck
from quiz.services.unit_of_work import Works
from tests.authorities import Authority
from tests.fixtures.people import SYSTEM, Someone
from tests.fixtures.settings import Clock
from tests.services.deeds.records import RIGHT, put_right, rename, revoke
from tests.services.deeds.test_completing import record
from tests.services.deeds.test_issuing import checked, faults, made, prepare, token
from tests.services.deeds.test_issuing import key_file as key_file
from tests.services.deeds.test_issuing import tools as tools
from tests.services.deeds.test_issuing import turn as turn

THIRD = "هناء رضا"


@pytest.fixture
def held(works: Works, held: str) -> str:
    """A record whose credential can be made."""
    prepare(works)
    return held


def correct(works: Works, learner: Someone, hr: Someone, held: str, clock: Clock, name: str = RIGHT) -> None:
    """Correct the name a day later, and let another day go by."""
    clock.forward(days=1)
    put_right(works, learner, name)
    rename(works, hr.actor, held, name)
    clock.forward(days=1)


def both(works: Works, learner: Someone, held: str) -> list[bytes]:
    return [made(works, learner, held), token(works, learner, held)]


def findings(works: Works, content: bytes) -> Findings:
    found = checked(works, content).findings
    assert found is not None
    return found


def erase(works: Works, held: str) -> None:
    with works.writing(SYSTEM) as work:
        erasing.erase_holder(work, held, "انتهت المدة")


def test_what_was_signed_under_the_name_of_before_is_genuine_and_says_that_it_was_corrected(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    first = both(works, learner, held)
    correct(works, learner, hr, held, clock)
    second = both(works, learner, held)
    correct(works, learner, hr, held, clock, THIRD)
    for content in (*first, *second):
        found = findings(works, content)
        assert found.faults == ("name-corrected",)
        assert found.is_genuine
        assert not found.holds
        # Nobody is told another name than the one that they hold in their hands already.
        assert not {learner.name, RIGHT, THIRD} & set(repr(found).split("'"))
    assert [faults(works, content) for content in both(works, learner, held)] == [(), ()]


def test_a_name_that_came_back_is_the_name(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    first = both(works, learner, held)
    latin = record(works, learner, held).latin_name
    correct(works, learner, hr, held, clock)
    put_right(works, learner, learner.name, str(latin))
    rename(works, hr.actor, held, learner.name)
    assert [faults(works, content) for content in first] == [(), ()]


def test_nobody_learns_a_name_of_before_by_trying(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    before = json.loads(made(works, learner, held))
    correct(works, learner, hr, held, clock)
    tried = json.loads(made(works, learner, held))
    for name in (learner.name, "غيره"):
        tried["credentialSubject"]["identifier"][0]["identityHash"] = name
        tried["credentialSubject"]["identifier"][1]["identityHash"] = "Hanaa Abdallah Reda"
        assert faults(works, json.dumps(tried).encode()) == ("proof-wrong", "record-differs")
    # What was signed then and changed since, in whichever field, is no name of before.
    before["credentialSubject"]["identifier"][0]["identityHash"] = "غيره"
    assert faults(works, json.dumps(before).encode()) == ("proof-wrong", "record-differs")


def test_a_name_of_before_that_was_signed_after_its_time_is_none(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    correct(works, learner, hr, held, clock)
    document = json.loads(made(works, learner, held))
    del document["proof"]
    document["credentialSubject"]["identifier"][0]["identityHash"] = learner.name
    document["credentialSubject"]["identifier"][1]["identityHash"] = "Hanaa Abdallah Reda"
    # As a key signs it that somebody took.
    with works.reading(SYSTEM) as work:
        forged = proofs.with_proof(document, get_issuer(work), at_present(work.tools.signer), work.now)
    assert faults(works, json.dumps(forged).encode()) == ("record-differs",)


def test_of_erased_names_the_days_of_correction_still_tell(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    first = both(works, learner, held)
    correct(works, learner, hr, held, clock)
    second = both(works, learner, held)
    erase(works, held)
    assert [faults(works, content) for content in first] == [("name-corrected",)] * 2
    assert [faults(works, content) for content in second] == [()] * 2


def test_what_else_became_of_the_record_is_said_beside_it(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    (first, _) = both(works, learner, held)
    correct(works, learner, hr, held, clock)
    revoke(works, held)
    clock.forward(days=4000)
    found = findings(works, first)
    assert (found.faults, found.is_genuine) == (("name-corrected", "expired", "revoked"), True)


def look(works: Works, content: bytes) -> PaperCheck:
    return paper_checking.check_file(works, Actor.nobody(), content)


def test_a_paper_of_before_is_good_and_says_from_which_day_on_the_name_is_another(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    signing = replace(works, tools=replace(works.tools, paper_signer=Authority().issue().signer))
    content = papers.get_paper(signing, learner.actor, held).content
    assert look(works, content).corrected_on is None
    correct(works, learner, hr, held, clock)
    for _ in range(2):
        found = look(works, content)
        assert (found.problems, found.state) == ((), "valid")
        assert str(found.corrected_on) == "2026-11-22"
        erase(works, held)


def test_a_paper_that_was_signed_after_the_correction_gives_the_name_that_stands(
    works: Works, learner: Someone, hr: Someone, held: str, clock: Clock
) -> None:
    correct(works, learner, hr, held, clock)
    signing = replace(works, tools=replace(works.tools, paper_signer=Authority().issue().signer))
    content = papers.get_paper(signing, learner.actor, held).content
    found = look(works, content)
    assert (found.problems, found.corrected_on) == ((), None)
