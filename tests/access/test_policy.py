"""Who may do what, as one table: every permission asked by everybody, for their own, for others' and for nobody's."""

from itertools import product

import pytest

from quiz.access.actor import Actor, Role, Scope
from quiz.access.permissions import Permission
from quiz.access.policy import Decision, Target, decide

ME, SOMEBODY_ELSE, MY_UNIT, OTHER_UNIT = 1, 2, 10, 20

SYSTEM, NOBODY = "system", "nobody"
ACTORS = {
    SYSTEM: Actor.system("tests"),
    NOBODY: Actor.nobody(),
    **{
        role.value: Actor(
            "person:x",
            ME,
            frozenset({Role.LEARNER, role}),
            frozenset({MY_UNIT}) if role is Role.MANAGER else frozenset(),
        )
        for role in Role
    },
}
TARGETS = {
    "own": Target("thing", "id", owner_id=ME, unit_id=MY_UNIT),
    "others": Target("thing", "id", owner_id=SOMEBODY_ELSE, unit_id=OTHER_UNIT),
    "nobodys": Target("thing"),
}
PEOPLE = frozenset(role.value for role in Role)
EVERYBODY = PEOPLE | {SYSTEM, NOBODY}
OWNER: frozenset[str] = frozenset()

# For each permission: who may on anything, and who may on what is theirs (their own, or in their unit).
TABLE: dict[Permission, tuple[frozenset[str] | set[str], frozenset[str] | set[str]]] = {
    Permission.ACCESS_CONNECTION_MANAGE: ({"admin"}, OWNER),
    Permission.ACCESS_CONNECTION_USE: (EVERYBODY, OWNER),
    Permission.ADVICE_INCIDENT_READ: ({"adviser"}, OWNER),
    Permission.ADVICE_INCIDENT_RECORD: ({"adviser"}, OWNER),
    Permission.ADVICE_NOTE_WITHDRAW: ({"adviser"}, OWNER),
    Permission.ADVICE_QUESTION_ANSWER: ({"adviser"}, OWNER),
    Permission.ADVICE_QUESTION_READ: ({"adviser"}, OWNER),
    Permission.BANK_AMENDMENT_PROPOSE: ({"editor"}, OWNER),
    Permission.BANK_CORRECTION_TELL: ({"editor", "reviewer", SYSTEM}, OWNER),
    Permission.BANK_DRAFT_READ: ({"editor", "reviewer"}, OWNER),
    Permission.BANK_DRAFT_REVIEW: ({"reviewer"}, OWNER),
    Permission.BANK_DRAFT_WRITE: ({"editor"}, OWNER),
    Permission.BANK_DOUBT_ANSWER: ({"editor", "reviewer"}, OWNER),
    Permission.BANK_DOUBT_READ: ({"editor", "reviewer"}, OWNER),
    Permission.BANK_RELEASE_INSTALL: ({SYSTEM}, OWNER),
    Permission.BANK_SCENARIO_READ: ({"editor", "reviewer", SYSTEM}, OWNER),
    Permission.BANK_SCENARIO_CONFIRM: ({"editor"}, OWNER),
    Permission.BANK_SCENARIO_RETIRE: ({"reviewer"}, OWNER),
    Permission.BANK_STATISTICS_READ: ({"editor", "reviewer"}, OWNER),
    Permission.BANK_WISH_DECIDE: ({"editor", "reviewer"}, OWNER),
    Permission.BANK_WISH_READ: ({"editor", "reviewer"}, OWNER),
    Permission.LEARNING_ATTEMPT_ANSWER: (OWNER, PEOPLE),
    Permission.LEARNING_ATTEMPT_BEGIN: (OWNER, PEOPLE),
    Permission.LEARNING_ATTEMPT_EXPIRE: ({SYSTEM}, OWNER),
    Permission.LEARNING_ATTEMPT_READ: (OWNER, PEOPLE),
    Permission.LEARNING_CORRECTION_READ: (OWNER, PEOPLE),
    Permission.LEARNING_MODULE_READ: (OWNER, PEOPLE),
    Permission.LEARNING_PLEDGE_SIGN: (OWNER, PEOPLE),
    Permission.LEARNING_PROVISION_REREAD: (OWNER, PEOPLE),
    Permission.LEARNING_QUESTION_ASK: (PEOPLE, OWNER),
    Permission.LEARNING_QUESTION_READ: (OWNER, PEOPLE),
    Permission.LEARNING_REPLY_READ: (PEOPLE, OWNER),
    Permission.MAIL_LOG_READ: ({"hr", "auditor", "admin", SYSTEM}, OWNER),
    Permission.MAIL_MESSAGE_SEND: ({SYSTEM}, OWNER),
    Permission.OPERATION_BACKUP_RESTORE: ({SYSTEM}, OWNER),
    Permission.OPERATION_BACKUP_TAKE: ({SYSTEM}, OWNER),
    Permission.OPERATION_CHORE_DO: ({SYSTEM}, OWNER),
    Permission.OPERATION_DATABASE_COPY: ({SYSTEM}, OWNER),
    Permission.OPERATION_STATE_READ: ({"admin", SYSTEM}, OWNER),
    Permission.ORGANISATION_MAP_READ: ({"hr", "auditor", "admin"}, OWNER),
    Permission.ORGANISATION_SETTINGS_CHANGE: ({"admin", SYSTEM}, OWNER),
    Permission.ORGANISATION_SETTINGS_READ: (EVERYBODY, OWNER),
    Permission.PEOPLE_ACCOUNT_RECOVER: (EVERYBODY, OWNER),
    Permission.PEOPLE_ACCOUNT_SECURE: (OWNER, PEOPLE),
    Permission.PEOPLE_ACCOUNT_USE: (OWNER, PEOPLE),
    Permission.PEOPLE_ASSIGNMENT_READ: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.PEOPLE_ASSIGNMENT_WRITE: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.PEOPLE_DATA_READ: (OWNER, PEOPLE),
    Permission.PEOPLE_DATA_TAKE: (OWNER, PEOPLE),
    Permission.PEOPLE_DATA_RETAIN: ({SYSTEM}, OWNER),
    Permission.PEOPLE_DAY_TURN: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.PEOPLE_ENTRY_HAND: ({"hr", "admin"}, OWNER),
    Permission.PEOPLE_ENTRY_USE: (EVERYBODY, OWNER),
    Permission.PEOPLE_FACTOR_REMOVE: ({"hr", "admin"}, OWNER),
    Permission.PEOPLE_PERSON_ERASE: ({SYSTEM}, OWNER),
    Permission.PEOPLE_PERSON_READ: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.PEOPLE_PERSON_WRITE: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.PEOPLE_ROLE_DELEGATE: ({"manager"}, OWNER),
    Permission.PEOPLE_ROLE_GRANT: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.RECORDS_ATTEMPT_REGRADE: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.RECORDS_ATTEMPT_REPLAY: ({SYSTEM}, OWNER),
    Permission.RECORDS_COMPLETION_READ: (OWNER, PEOPLE),
    Permission.RECORDS_COMPLETION_RECOMPUTE: ({SYSTEM}, OWNER),
    Permission.RECORDS_COMPLETION_REVOKE: ({SYSTEM}, OWNER),
    Permission.RECORDS_COMPLETION_VERIFY: (EVERYBODY, OWNER),
    Permission.RECORDS_CREDENTIAL_PREPARE: ({SYSTEM}, OWNER),
    Permission.RECORDS_PAPER_EXPORT: ({SYSTEM}, OWNER),
    Permission.RECORDS_PAPER_OPEN: ({"hr", "admin"}, OWNER),
    Permission.RECORDS_PAPER_SIGN: ({SYSTEM}, OWNER),
    Permission.RECORDS_HOLDER_ERASE: ({"hr", "admin", SYSTEM}, OWNER),
    Permission.RECORDS_KEY_DISTRUST: ({SYSTEM}, OWNER),
    Permission.RECORDS_KEY_LIST: (EVERYBODY, OWNER),
    Permission.RECORDS_LINK_OPEN: (EVERYBODY, OWNER),
    Permission.RECORDS_LINK_SHARE: (OWNER, PEOPLE),
    Permission.RECORDS_NAME_CORRECT: ({"hr"}, OWNER),
    Permission.RECORDS_REGISTER_READ: ({"hr", "admin"}, OWNER),
    Permission.RECORDS_REVOCATION_DECIDE: ({"hr", "admin"}, OWNER),
    Permission.RECORDS_REVOCATION_PROPOSE: ({"hr", "admin"}, OWNER),
    Permission.RECORDS_REVOCATION_WITHDRAW: (OWNER, PEOPLE),
    Permission.REFERENCE_PROVISION_READ: (PEOPLE, OWNER),
    Permission.REPORTING_EVIDENCE_TAKE: ({"hr", "auditor"}, OWNER),
    Permission.REPORTING_TEAM_ACT: (OWNER, {"manager"}),
    Permission.REPORTING_TEAM_MAKE: ({SYSTEM}, OWNER),
    Permission.REPORTING_TEAM_READ: (OWNER, {"manager"}),
    Permission.REPORTING_WEAKNESS_READ: ({"hr", "auditor"}, {"manager"}),
    Permission.REPORTING_TEAM_TAKE: (OWNER, {"manager"}),
    Permission.TRACE_ACCESS_EXPLAIN: ({SYSTEM}, OWNER),
    Permission.TRACE_AUDIT_CHECK: ({SYSTEM}, OWNER),
    Permission.TRACE_AUDIT_READ: ({"auditor", "admin"}, OWNER),
    Permission.TRACE_AUDIT_SEAL: ({SYSTEM}, OWNER),
    Permission.TRACE_AUDIT_TAKE: ({"auditor", "admin", SYSTEM}, OWNER),
    Permission.TRACE_PARTITION_MAKE: ({SYSTEM}, OWNER),
}


# What a role may do to anybody's but never to what is one's own.
NOT_ON_OWN = {
    Permission.PEOPLE_ENTRY_HAND,
    Permission.PEOPLE_FACTOR_REMOVE,
    Permission.PEOPLE_ROLE_GRANT,
    Permission.RECORDS_HOLDER_ERASE,
    Permission.RECORDS_NAME_CORRECT,
    Permission.RECORDS_REVOCATION_PROPOSE,
}


@pytest.mark.parametrize("permission", Permission)
def test_the_table_is_what_the_policy_says(permission: Permission) -> None:
    on_anything, on_theirs = TABLE[permission]
    found = {
        (actor, target)
        for actor, target in product(ACTORS, TARGETS)
        if decide(ACTORS[actor], permission, TARGETS[target]).allowed
    }
    expected = set(product(on_anything, TARGETS)) | set(product(on_theirs, ["own"]))
    if permission in NOT_ON_OWN:
        expected -= set(product(PEOPLE, ["own"]))
    assert found == expected


def test_the_table_leaves_no_permission_out() -> None:
    assert set(TABLE) == set(Permission)


def test_permissions_are_scope_object_action_in_alphabetical_order() -> None:
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
    for permission in Permission:
        assert permission.name == permission.value.replace(":", "_").upper()
        assert permission.value.count(":") == 2


@pytest.mark.parametrize("permission", Permission)
def test_every_decision_gives_its_reason(permission: Permission) -> None:
    for actor, target in product(ACTORS.values(), TARGETS.values()):
        assert decide(actor, permission, target).because


@pytest.mark.parametrize(
    ("actor", "permission", "target", "decision"),
    [
        ("learner", Permission.LEARNING_ATTEMPT_READ, "own", Decision(True, "own")),
        ("learner", Permission.LEARNING_ATTEMPT_READ, "others", Decision(False, "not-own")),
        ("learner", Permission.BANK_SCENARIO_READ, "own", Decision(False, "role-missing")),
        ("editor", Permission.BANK_SCENARIO_READ, "nobodys", Decision(True, "role-editor")),
        ("manager", Permission.REPORTING_TEAM_READ, "own", Decision(True, "manages-unit")),
        ("manager", Permission.REPORTING_TEAM_READ, "others", Decision(False, "does-not-manage-unit")),
        ("nobody", Permission.LEARNING_QUESTION_ASK, "nobodys", Decision(False, "not-signed-in")),
        ("learner", Permission.LEARNING_QUESTION_ASK, "nobodys", Decision(True, "signed-in")),
        ("admin", Permission.BANK_RELEASE_INSTALL, "nobodys", Decision(False, "not-system")),
        ("system", Permission.PEOPLE_PERSON_WRITE, "nobodys", Decision(True, "system")),
        ("system", Permission.RECORDS_COMPLETION_VERIFY, "nobodys", Decision(True, "anybody")),
    ],
)
def test_reasons_are_codes(actor: str, permission: Permission, target: str, decision: Decision) -> None:
    assert decide(ACTORS[actor], permission, TARGETS[target]) == decision


def test_what_belongs_to_nobody_is_not_owned_by_somebody_without_a_name() -> None:
    assert not decide(Actor("odd"), Permission.LEARNING_ATTEMPT_READ, Target("attempt", owner_id=None)).allowed
    assert not decide(Actor.system("worker"), Permission.LEARNING_ATTEMPT_READ, TARGETS["own"]).allowed


def test_a_manager_is_bounded_by_the_units_and_units_without_the_role_are_nothing() -> None:
    units = frozenset({MY_UNIT})
    assert not decide(
        Actor("x", ME, frozenset({Role.LEARNER}), units), Permission.REPORTING_TEAM_READ, TARGETS["own"]
    ).allowed
    manager = Actor("x", ME, frozenset({Role.MANAGER}), frozenset())
    assert not decide(manager, Permission.REPORTING_TEAM_READ, TARGETS["own"]).allowed
    assert not decide(manager, Permission.REPORTING_TEAM_READ, TARGETS["nobodys"]).allowed


@pytest.mark.parametrize(
    "permission",
    [Permission.LEARNING_ATTEMPT_READ, Permission.LEARNING_ATTEMPT_ANSWER, Permission.RECORDS_COMPLETION_READ],
)
def test_no_office_opens_the_answers_or_the_record_of_another(permission: Permission) -> None:
    everything = Actor("x", ME, frozenset(Role), frozenset({MY_UNIT, OTHER_UNIT}))
    assert not decide(everything, permission, TARGETS["others"]).allowed


def test_an_actor_is_named_for_the_trace() -> None:
    assert Actor.system("worker").name == "system:worker"
    assert Actor.nobody() == Actor("nobody")
    assert not Actor.nobody().is_system


def test_nobody_reviews_a_word_of_their_own() -> None:
    mine = Target("draft", "id", author_ids=frozenset({SOMEBODY_ELSE, ME}))
    assert decide(ACTORS["reviewer"], Permission.BANK_DRAFT_REVIEW, mine) == Decision(False, "own-words")
    theirs = Target("draft", "id", author_ids=frozenset({SOMEBODY_ELSE}))
    assert decide(ACTORS["reviewer"], Permission.BANK_DRAFT_REVIEW, theirs).allowed
    system = Actor("system:x", None, frozenset({Role.REVIEWER}))
    assert not decide(system, Permission.BANK_DRAFT_REVIEW, theirs).allowed


# What a connected system may do by each scope, beside what is open to anybody.
BY_SCOPE = {
    Scope.ASSIGNMENTS_READ: {Permission.PEOPLE_ASSIGNMENT_READ, Permission.ORGANISATION_MAP_READ},
    Scope.ASSIGNMENTS_WRITE: {Permission.PEOPLE_ASSIGNMENT_READ, Permission.PEOPLE_ASSIGNMENT_WRITE},
    Scope.EVIDENCE_READ: {Permission.REPORTING_EVIDENCE_TAKE, Permission.ORGANISATION_MAP_READ},
    Scope.PEOPLE_PROVISION: {
        Permission.PEOPLE_PERSON_READ,
        Permission.PEOPLE_PERSON_WRITE,
        Permission.PEOPLE_ROLE_GRANT,
    },
    Scope.PEOPLE_READ: {Permission.PEOPLE_PERSON_READ, Permission.ORGANISATION_MAP_READ},
    Scope.RECORDS_READ: {Permission.RECORDS_REGISTER_READ, Permission.ORGANISATION_MAP_READ},
}


@pytest.mark.parametrize("scope", Scope)
def test_a_connected_system_may_do_what_its_scope_says_and_nothing_else(scope: Scope) -> None:
    system = Actor.connection("0" * 32, frozenset({scope}))
    open_to_anybody = {permission for permission in Permission if TABLE[permission][0] == EVERYBODY}
    for target in TARGETS.values():
        allowed = {permission for permission in Permission if decide(system, permission, target).allowed}
        assert allowed == BY_SCOPE[scope] | open_to_anybody
    for permission in BY_SCOPE[scope]:
        assert decide(system, permission, TARGETS["others"]) == Decision(True, f"scope-{scope}")


def test_a_connected_system_without_a_scope_is_nobody() -> None:
    system = Actor.connection("0" * 32, frozenset())
    assert system.name == "connection:" + "0" * 32
    assert not decide(system, Permission.PEOPLE_PERSON_READ, TARGETS["nobodys"]).allowed
