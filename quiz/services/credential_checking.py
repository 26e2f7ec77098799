"""What credentials say looked at again: made now they hold by our own check, and lists tell of the revoked alone."""

from collections.abc import Iterator

from quiz.access.permissions import Permission
from quiz.access.policy import Target
from quiz.db.queries import credentials as queries
from quiz.records import status_list
from quiz.services import issuing
from quiz.services.errors import NotReady
from quiz.services.paper_checking import StoredProblem
from quiz.services.unit_of_work import UnitOfWork


def check_credentials(work: UnitOfWork) -> Iterator[StoredProblem]:
    """Give what is wrong with credentials made now for every record that can have one: `credential-` and the fault.

    Without a key, or before the worker has noted it, none can be made and nothing is given.
    """
    work.require(Permission.RECORDS_COMPLETION_RECOMPUTE, Target("credentials"))
    for row in queries.stream_placed_records(work.session):
        for fault in issuing.try_credential(work, row):
            yield StoredProblem("completion", row.public_id, f"credential-{fault}")


def check_status_lists(work: UnitOfWork) -> Iterator[StoredProblem]:
    """Give every place whose list tells otherwise than the register: `revoked-not-told`, `told-not-revoked`.

    A list is read as a stranger reads it, and is `unreadable` where it cannot be made. Without a key there is none.
    """
    work.require(Permission.RECORDS_COMPLETION_RECOMPUTE, Target("status-lists"))
    newest, _taken = queries.find_newest_list(work.session)
    for number in range(1, newest + 1):
        try:
            document = issuing.get_status_list(work, number).document
        except NotReady:
            return
        except IndexError:
            # A place that no list has: which one, the records tell.
            yield StoredProblem("status-list", str(number), "unreadable")
            continue
        told = status_list.revoked_places(document["credentialSubject"]["encodedList"])
        # What is told of no record's place stays in the set until the end.
        for place, is_revoked in queries.stream_places(work.session, number):
            if is_revoked and place not in told:
                yield StoredProblem("status-list", f"{number}#{place}", "revoked-not-told")
            if is_revoked:
                told.discard(place)
        for place in sorted(told):
            yield StoredProblem("status-list", f"{number}#{place}", "told-not-revoked")
