"""Who may do what, as one pure function that gives its reason."""

from collections.abc import Callable
from dataclasses import dataclass

from quiz.access.actor import Actor, Role, Scope
from quiz.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Target:
    """What a permission is asked for: whose thing it is, in which unit, who wrote it, and of which banks it is.

    What is of several banks, as a scenario on its way to another, asks for all of them; what is of none, as a module
    that draws over banks, for a role in every bank. `is_in_part` marks a list, or anything else of which everybody sees
    the part that is theirs: each of its lines is asked for by itself.
    """

    kind: str
    id: str = ""
    owner_id: int | None = None
    unit_id: int | None = None
    author_ids: frozenset[int] = frozenset()
    banks: frozenset[str] = frozenset()
    is_in_part: bool = False


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


def _own_and_proved(actor: Actor, target: Target) -> Decision:
    """Open to the owner, unless nothing but a link let them in: whoever finds one must not make the account theirs."""
    return Decision(False, "came-by-link") if actor.is_narrow else _own(actor, target)


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


def _in_banks(*roles: Role) -> Rule:
    """Open to roles in the banks they are held in, and to those held in every bank for anything."""

    def rule(actor: Actor, target: Target) -> Decision:
        held = sorted(actor.roles & set(roles))
        for role in held:
            if actor.banks_of(role) is None:
                return Decision(True, f"role-{role}")
        for role in held:
            if target.is_in_part or (target.banks and target.banks <= (actor.banks_of(role) or frozenset())):
                return Decision(True, f"bank-{role}")
        if not held:
            return Decision(False, "role-missing")
        return Decision(False, "another-bank" if target.banks else "not-of-one-bank")

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


def _another(held: Rule) -> Rule:
    """Close what is open to others to whoever wrote a word of it: two people stand behind what is published."""

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
    Permission.BANK_AMENDMENT_PROPOSE: _in_banks(Role.EDITOR),
    Permission.BANK_CORRECTION_TELL: _in_banks(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_DRAFT_READ: _in_banks(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_DRAFT_REVIEW: _another(_in_banks(Role.REVIEWER)),
    Permission.BANK_DRAFT_WRITE: _in_banks(Role.EDITOR),
    Permission.BANK_DOUBT_ANSWER: _in_banks(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_DOUBT_READ: _in_banks(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_RELEASE_INSTALL: _system_only,
    Permission.BANK_SCENARIO_CONFIRM: _in_banks(Role.EDITOR),
    # What is published is learned by everybody: whoever writes one bank may read them all.
    Permission.BANK_SCENARIO_READ: _roles(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_SCENARIO_RETIRE: _in_banks(Role.REVIEWER),
    Permission.BANK_STATISTICS_READ: _in_banks(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_WISH_DECIDE: _in_banks(Role.EDITOR, Role.REVIEWER),
    Permission.BANK_WISH_READ: _in_banks(Role.EDITOR, Role.REVIEWER),
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
    # From the shell alone: whoever may copy the whole database may read everything.
    Permission.OPERATION_BACKUP_RESTORE: _system_only,
    Permission.OPERATION_BACKUP_TAKE: _system_only,
    Permission.OPERATION_CHORE_DO: _system_only,
    Permission.OPERATION_DATABASE_COPY: _system_only,
    Permission.OPERATION_STATE_READ: _roles(Role.ADMIN),
    # Units and modules by name: what everything else that a system reads refers to; nobody stands in it.
    Permission.ORGANISATION_MAP_READ: _roles(Role.HR, Role.AUDITOR, Role.ADMIN),
    Permission.ORGANISATION_SETTINGS_CHANGE: _roles(Role.ADMIN),
    Permission.ORGANISATION_SETTINGS_READ: _anybody,
    Permission.PEOPLE_ACCOUNT_RECOVER: _anybody,
    Permission.PEOPLE_ACCOUNT_SECURE: _own_and_proved,
    Permission.PEOPLE_ACCOUNT_USE: _own,
    Permission.PEOPLE_ASSIGNMENT_READ: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_ASSIGNMENT_WRITE: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_DATA_READ: _own,
    Permission.PEOPLE_DATA_TAKE: _own,
    Permission.PEOPLE_DATA_RETAIN: _system_only,
    Permission.PEOPLE_DAY_TURN: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_ENTRY_HAND: _of_another(Role.HR, Role.ADMIN),
    # Who holds a link is nobody before it was looked up: the link alone tells.
    Permission.PEOPLE_ENTRY_USE: _anybody,
    Permission.PEOPLE_FACTOR_REMOVE: _of_another(Role.HR, Role.ADMIN),
    # From the shell alone, in the name of somebody of human resources or an administrator.
    Permission.PEOPLE_PERSON_ERASE: _system_only,
    Permission.PEOPLE_PERSON_READ: _roles(Role.HR, Role.ADMIN),
    Permission.PEOPLE_PERSON_WRITE: _roles(Role.HR, Role.ADMIN),
    # The deed itself looks at which units are their own.
    Permission.PEOPLE_ROLE_DELEGATE: _roles(Role.MANAGER),
    Permission.PEOPLE_ROLE_GRANT: _of_another(Role.HR, Role.ADMIN),
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
    Permission.RECORDS_REVOCATION_DECIDE: _another(_roles(Role.HR, Role.ADMIN)),
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
    Permission.TRACE_PARTITION_MAKE: _system_only,
}

# What the product may do by itself, beside what only it may do.
_SYSTEM_MAY = frozenset(
    {
        Permission.BANK_CORRECTION_TELL,
        Permission.BANK_SCENARIO_READ,
        Permission.MAIL_LOG_READ,
        Permission.OPERATION_STATE_READ,
        Permission.ORGANISATION_SETTINGS_CHANGE,
        Permission.PEOPLE_ASSIGNMENT_READ,
        Permission.PEOPLE_ASSIGNMENT_WRITE,
        Permission.PEOPLE_DAY_TURN,
        Permission.PEOPLE_PERSON_READ,
        Permission.PEOPLE_PERSON_WRITE,
        Permission.PEOPLE_ROLE_GRANT,
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
    Scope.ASSIGNMENTS_WRITE: frozenset({Permission.PEOPLE_ASSIGNMENT_READ, Permission.PEOPLE_ASSIGNMENT_WRITE}),
    Scope.EVIDENCE_READ: frozenset({Permission.REPORTING_EVIDENCE_TAKE, Permission.ORGANISATION_MAP_READ}),
    Scope.PEOPLE_PROVISION: frozenset(
        {Permission.PEOPLE_PERSON_READ, Permission.PEOPLE_PERSON_WRITE, Permission.PEOPLE_ROLE_GRANT}
    ),
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
