"""Who may do what, as one pure function that gives its reason."""

from collections.abc import Callable
from dataclasses import dataclass

from quiz.access.actor import Actor, Role, Scope
from quiz.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Target:
    """What a permission is asked for: whose thing it is, in which unit, and who wrote it."""

    kind: str
    id: str = ""
    owner_id: int | None = None
    unit_id: int | None = None
    author_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and why, as a code for logs and tests."""

    allowed: bool
    because: str


Rule = Callable[[Actor, Target], Decision]


def _own(actor: Actor, target: Target) -> Decision:
    if actor.person_id is not None and actor.person_id == target.owner_id:
        return Decision(True, "own")
    return Decision(False, "not-own")


def _signed_in(actor: Actor, target: Target) -> Decision:
    return Decision(actor.person_id is not None, "signed-in" if actor.person_id is not None else "not-signed-in")


def _anybody(actor: Actor, target: Target) -> Decision:
    return Decision(True, "anybody")


def _system_only(actor: Actor, target: Target) -> Decision:
    return Decision(actor.is_system, "system" if actor.is_system else "not-system")


def _roles(*roles: Role) -> Rule:
    def rule(actor: Actor, target: Target) -> Decision:
        held = sorted(actor.roles & set(roles))
        return Decision(bool(held), f"role-{held[0]}" if held else "role-missing")

    return rule


def _team(actor: Actor, target: Target) -> Decision:
    if Role.MANAGER in actor.roles and target.unit_id in actor.managed_units:
        return Decision(True, "manages-unit")
    return Decision(False, "does-not-manage-unit")


def _team_or(*roles: Role) -> Rule:
    """Open to a manager in their own units, and to some roles in every unit."""
    held = _roles(*roles)

    def rule(actor: Actor, target: Target) -> Decision:
        decision = held(actor, target)
        return decision if decision.allowed else _team(actor, target)

    return rule


def _another(*roles: Role) -> Rule:
    """Open to a role, but never to somebody who wrote a word of it: two people stand behind what is published."""
    held = _roles(*roles)

    def rule(actor: Actor, target: Target) -> Decision:
        if actor.person_id is None or actor.person_id in target.author_ids:
            return Decision(False, "own-words")
        return held(actor, target)

    return rule


def _of_another(*roles: Role) -> Rule:
    """Open to a role, but not about what is one's own."""
    held = _roles(*roles)

    def rule(actor: Actor, target: Target) -> Decision:
        if actor.person_id is not None and actor.person_id == target.owner_id:
            return Decision(False, "own")
        return held(actor, target)

    return rule


_RULES: dict[Permission, Rule] = {
    Permission.ACCESS_CONNECTION_MANAGE: _roles(Role.ADMIN),
    # Who holds a token is nobody before it was looked up: the token alone tells.
    Permission.ACCESS_CONNECTION_USE: _anybody,
    Permission.ADVICE_INCIDENT_READ: _roles(Role.ADVISER),
    Permission.ADVICE_INCIDENT_RECORD: _roles(Role.ADVISER),
    Permission.ADVICE_NOTE_WITHDRAW: _roles(Role.ADVISER),
    Permission.ADVICE_QUESTION_ANSWER: _roles(Role.ADVISER),
    Permission.ADVICE_QUESTION_READ: _roles(Role.ADVISER),
    Permission.BANK_AMENDMENT_PROPOSE: _roles(Role.EDITOR),
    Permission.BANK_CORRECTION_TELL: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_DRAFT_READ: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_DRAFT_REVIEW: _another(Role.REVIEWER),
    Permission.BANK_DRAFT_WRITE: _roles(Role.EDITOR),
    Permission.BANK_DOUBT_ANSWER: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_DOUBT_READ: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_RELEASE_INSTALL: _system_only,
    Permission.BANK_SCENARIO_CONFIRM: _roles(Role.EDITOR),
    Permission.BANK_SCENARIO_READ: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_SCENARIO_RETIRE: _roles(Role.REVIEWER),
    Permission.BANK_STATISTICS_READ: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_WISH_DECIDE: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_WISH_READ: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.LEARNING_ATTEMPT_ANSWER: _own,
    Permission.LEARNING_ATTEMPT_BEGIN: _own,
    Permission.LEARNING_ATTEMPT_EXPIRE: _system_only,
    Permission.LEARNING_ATTEMPT_READ: _own,
    Permission.LEARNING_CORRECTION_READ: _own,
    Permission.LEARNING_MODULE_READ: _own,
    Permission.LEARNING_PLEDGE_SIGN: _own,
    Permission.LEARNING_PROVISION_REREAD: _own,
    Permission.LEARNING_QUESTION_ASK: _signed_in,
    Permission.LEARNING_QUESTION_READ: _own,
    # Who holds the code of a reply is nobody in particular: the code alone opens it.
    Permission.LEARNING_REPLY_READ: _signed_in,
    Permission.MAIL_LOG_READ: _roles(Role.HR, Role.AUDITOR, Role.ADMIN),
    Permission.MAIL_MESSAGE_SEND: _system_only,
    # Units and modules by name: what everything else that a system reads refers to; nobody stands in it.
    Permission.ORGANISATION_MAP_READ: _roles(Role.HR, Role.AUDITOR, Role.ADMIN),
    Permission.ORGANISATION_SETTINGS_CHANGE: _roles(Role.ADMIN),
    Permission.ORGANISATION_SETTINGS_READ: _anybody,
    Permission.PEOPLE_ACCOUNT_RECOVER: _anybody,
    Permission.PEOPLE_ACCOUNT_USE: _own,
    Permission.PEOPLE_ASSIGNMENT_READ: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_ASSIGNMENT_WRITE: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_DAY_TURN: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_FACTOR_REMOVE: _of_another(Role.HR, Role.ADMIN),
    Permission.PEOPLE_PERSON_READ: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_PERSON_WRITE: _roles(Role.HR, Role.ADMIN),
    # The deed itself looks at which units are their own.
    Permission.PEOPLE_ROLE_DELEGATE: _roles(Role.MANAGER),
    Permission.RECORDS_ATTEMPT_REGRADE: _roles(Role.HR, Role.ADMIN),
    Permission.RECORDS_ATTEMPT_REPLAY: _system_only,
    Permission.RECORDS_COMPLETION_READ: _own,
    Permission.RECORDS_COMPLETION_RECOMPUTE: _system_only,
    # From the pages two people stand behind it; alone only the shell and marking again revoke.
    Permission.RECORDS_COMPLETION_REVOKE: _system_only,
    Permission.RECORDS_COMPLETION_VERIFY: _anybody,
    Permission.RECORDS_CREDENTIAL_PREPARE: _system_only,
    Permission.RECORDS_PAPER_EXPORT: _system_only,
    # The register shows all that a paper says; a credential is the holder's alone to hand on.
    Permission.RECORDS_PAPER_OPEN: _roles(Role.HR, Role.ADMIN),
    Permission.RECORDS_PAPER_SIGN: _system_only,
    Permission.RECORDS_HOLDER_ERASE: _of_another(Role.HR, Role.ADMIN),
    Permission.RECORDS_KEY_DISTRUST: _system_only,
    Permission.RECORDS_KEY_LIST: _anybody,
    # Who holds the token of a link is nobody in particular: the token alone opens it.
    Permission.RECORDS_LINK_OPEN: _anybody,
    Permission.RECORDS_LINK_SHARE: _own,
    Permission.RECORDS_NAME_CORRECT: _of_another(Role.HR),
    Permission.RECORDS_REGISTER_READ: _roles(Role.HR, Role.ADMIN),
    Permission.RECORDS_REVOCATION_DECIDE: _another(Role.HR, Role.ADMIN),
    Permission.RECORDS_REVOCATION_PROPOSE: _of_another(Role.HR, Role.ADMIN),
    Permission.RECORDS_REVOCATION_WITHDRAW: _own,
    Permission.REFERENCE_PROVISION_READ: _signed_in,
    Permission.REPORTING_EVIDENCE_TAKE: _roles(Role.HR, Role.AUDITOR),
    Permission.REPORTING_TEAM_ACT: _team,
    Permission.REPORTING_TEAM_MAKE: _system_only,
    Permission.REPORTING_TEAM_READ: _team,
    Permission.REPORTING_WEAKNESS_READ: _team_or(Role.HR, Role.AUDITOR),
    Permission.REPORTING_TEAM_TAKE: _team,
    Permission.TRACE_ACCESS_EXPLAIN: _system_only,
    Permission.TRACE_AUDIT_CHECK: _system_only,
    Permission.TRACE_AUDIT_READ: _roles(Role.AUDITOR, Role.ADMIN),
    Permission.TRACE_AUDIT_SEAL: _system_only,
    Permission.TRACE_AUDIT_TAKE: _roles(Role.AUDITOR, Role.ADMIN),
}

# What the product may do by itself, beside what only it may do.
_SYSTEM_MAY = frozenset(
    {
        Permission.BANK_CORRECTION_TELL,
        Permission.BANK_SCENARIO_READ,
        Permission.MAIL_LOG_READ,
        Permission.ORGANISATION_SETTINGS_CHANGE,
        Permission.PEOPLE_ASSIGNMENT_READ,
        Permission.PEOPLE_ASSIGNMENT_WRITE,
        Permission.PEOPLE_DAY_TURN,
        Permission.PEOPLE_PERSON_READ,
        Permission.PEOPLE_PERSON_WRITE,
        Permission.RECORDS_ATTEMPT_REGRADE,
        Permission.RECORDS_COMPLETION_REVOKE,
        Permission.RECORDS_HOLDER_ERASE,
        Permission.TRACE_AUDIT_TAKE,
    }
)

# What another system may do by the scopes of its token; nothing else but what is open to anybody.
# Each reading scope opens the names of units and modules beside its own: nothing it reads could be understood without.
_SCOPES_MAY: dict[Scope, frozenset[Permission]] = {
    Scope.ASSIGNMENTS_READ: frozenset({Permission.PEOPLE_ASSIGNMENT_READ, Permission.ORGANISATION_MAP_READ}),
    Scope.EVIDENCE_READ: frozenset({Permission.REPORTING_EVIDENCE_TAKE, Permission.ORGANISATION_MAP_READ}),
    Scope.PEOPLE_PROVISION: frozenset({Permission.PEOPLE_PERSON_READ, Permission.PEOPLE_PERSON_WRITE}),
    Scope.PEOPLE_READ: frozenset({Permission.PEOPLE_PERSON_READ, Permission.ORGANISATION_MAP_READ}),
    Scope.RECORDS_READ: frozenset({Permission.RECORDS_REGISTER_READ, Permission.ORGANISATION_MAP_READ}),
}


def decide(actor: Actor, permission: Permission, target: Target) -> Decision:
    """Return whether the actor may do this to the target, and why."""
    if actor.is_system and permission in _SYSTEM_MAY:
        return Decision(True, "system")
    for scope in sorted(actor.scopes):
        if permission in _SCOPES_MAY[scope]:
            return Decision(True, f"scope-{scope}")
    return _RULES[permission](actor, target)
