"""Who may do what: every permission for every kind of actor, as a table."""

import pytest

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Target, decide

OWN = Actor("person:own", 1, frozenset({Role.LEARNER}))
OTHER = Actor("person:other", 2, frozenset({Role.LEARNER}))
NOBODY = Actor.nobody()
SYSTEM = Actor.system("tests")
TARGET = Target("thing", "id", owner_id=1, unit_id=7)

# permission: (the owner, another person, nobody, the system), then the roles that alone open it.
TABLE: dict[Permission, tuple[bool, bool, bool, bool, set[Role]]] = {
    Permission.ADVICE_QUESTION_READ: (False, False, False, False, {Role.ADVISER}),
    Permission.BANK_RELEASE_INSTALL: (False, False, False, True, set()),
    Permission.BANK_SCENARIO_READ: (False, False, False, False, {Role.EDITOR, Role.REVIEWER}),
    Permission.LEARNING_ATTEMPT_ANSWER: (True, False, False, False, set()),
    Permission.LEARNING_ATTEMPT_BEGIN: (True, False, False, False, set()),
    Permission.LEARNING_ATTEMPT_EXPIRE: (False, False, False, True, set()),
    Permission.LEARNING_ATTEMPT_READ: (True, False, False, False, set()),
    Permission.LEARNING_MODULE_READ: (True, False, False, False, set()),
    Permission.LEARNING_PLEDGE_SIGN: (True, False, False, False, set()),
    Permission.LEARNING_PROVISION_REREAD: (True, False, False, False, set()),
    Permission.LEARNING_QUESTION_ASK: (True, True, False, False, set(Role)),
    Permission.MAIL_MESSAGE_SEND: (False, False, False, True, set()),
    Permission.ORGANISATION_SETTINGS_CHANGE: (False, False, False, True, {Role.ADMIN}),
    Permission.ORGANISATION_SETTINGS_READ: (True, True, True, True, set(Role)),
    Permission.PEOPLE_ACCOUNT_RECOVER: (True, True, True, True, set(Role)),
    Permission.PEOPLE_ACCOUNT_USE: (True, False, False, False, set()),
    Permission.PEOPLE_ASSIGNMENT_WRITE: (False, False, False, True, {Role.HR, Role.ADMIN}),
    Permission.PEOPLE_PERSON_READ: (False, False, False, True, {Role.HR, Role.ADMIN}),
    Permission.PEOPLE_PERSON_WRITE: (False, False, False, True, {Role.HR, Role.ADMIN}),
    Permission.RECORDS_COMPLETION_READ: (True, False, False, False, set()),
    Permission.RECORDS_COMPLETION_REVOKE: (False, False, False, True, {Role.HR, Role.ADMIN}),
    Permission.RECORDS_COMPLETION_VERIFY: (True, True, True, True, set(Role)),
    Permission.REPORTING_TEAM_READ: (False, False, False, False, set()),
    Permission.TRACE_AUDIT_READ: (False, False, False, False, {Role.AUDITOR, Role.ADMIN}),
}


def test_every_permission_stands_in_the_table() -> None:
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_a_permission_opens_to_whom_the_table_says(permission: Permission) -> None:
    *expected, roles = TABLE[permission]
    found = [decide(actor, permission, TARGET).allowed for actor in (OWN, OTHER, NOBODY, SYSTEM)]
    assert found == expected
    for role in Role:
        holder = Actor("person:holder", 3, frozenset({role}))
        assert decide(holder, permission, TARGET).allowed == (role in roles), role


def test_a_manager_sees_the_own_units_only() -> None:
    manager = Actor("person:manager", 3, frozenset({Role.MANAGER}), managed_units=frozenset({7}))
    assert decide(manager, Permission.REPORTING_TEAM_READ, Target("team", unit_id=7)).because == "manages-unit"
    assert not decide(manager, Permission.REPORTING_TEAM_READ, Target("team", unit_id=8)).allowed
    without_role = Actor("person:former", 3, frozenset(), managed_units=frozenset({7}))
    assert not decide(without_role, Permission.REPORTING_TEAM_READ, Target("team", unit_id=7)).allowed


def test_somebody_without_a_person_owns_nothing() -> None:
    assert not decide(NOBODY, Permission.LEARNING_ATTEMPT_READ, Target("thing", owner_id=None)).allowed


def test_permissions_are_in_alphabetical_order() -> None:
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
