"""What belongs to somebody else is not there, whatever address is tried."""

from tests.web.learning import SHORT, SHORT_EXAM, Learner, right


def test_an_attempt_of_somebody_else_is_not_there(learner: Learner, colleague: Learner) -> None:
    theirs = colleague.begin()
    exam = colleague.begin(SHORT_EXAM)
    for address in (
        f"/learn/attempts/{theirs}",
        f"/learn/attempts/{theirs}/1",
        f"/learn/attempts/{theirs}/1?review=1",
        f"/learn/attempts/{theirs}/result",
        f"/learn/attempts/{theirs}/reread/1",
        f"/learn/attempts/{exam}/check",
    ):
        learner.client.get(address, status=404)


def test_an_attempt_of_somebody_else_takes_nothing(learner: Learner, colleague: Learner) -> None:
    theirs = colleague.begin(SHORT_EXAM)
    token = learner.client.token()
    sent = {"csrf_token": token, "standing": "0", **right(colleague.slot(theirs, 1))}
    learner.client.post(f"/learn/attempts/{theirs}/1", sent, status=404)
    learner.client.post(f"/learn/attempts/{theirs}/finish", {"csrf_token": token}, status=404)
    learner.client.post(f"/learn/attempts/{theirs}/reread/1", {"csrf_token": token, "then": "practise"}, status=404)
    assert not colleague.stored(theirs).attempt.steps


def test_a_wrong_answer_to_somebody_elses_place_does_not_show_it(learner: Learner, colleague: Learner) -> None:
    theirs = colleague.begin()
    sent = {"csrf_token": learner.client.token(), "standing": "0"}
    refused = learner.client.post(f"/learn/attempts/{theirs}/1", sent, status=404)
    assert colleague.slot(theirs, 1).scenario.title.by_language["ar"] not in refused.text


def test_a_record_of_somebody_else_is_not_there(learner: Learner, colleague: Learner) -> None:
    colleague.take()
    record = colleague.sign()
    learner.client.get(f"/learn/records/{record}", status=404)
    learner.client.get(f"/learn/records/{record}.pdf", status=404)
    assert not learner.client.get("/learn/records/").links(record)
    colleague.client.get(f"/learn/records/{record}")


def test_an_address_that_was_never_given_is_not_there(learner: Learner) -> None:
    learner.client.get("/learn/attempts/" + "0" * 32, status=404)
    learner.client.get("/learn/records/" + "0" * 32, status=404)
    learner.client.get("/learn/records/" + "0" * 32 + ".pdf", status=404)


def test_somebody_elses_module_shows_nothing_of_them(learner: Learner, colleague: Learner) -> None:
    colleague.take()
    assert not learner.client.get(f"/learn/modules/{SHORT}").links("/learn/attempts/")
