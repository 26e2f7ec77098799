"""Roles that are bounded by a bank: every permission over content, of one's own bank, of another, and across banks."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from quiz.access.actor import Actor, Role
from quiz.access.permissions import Permission
from quiz.access.policy import Decision, Target, decide
from quiz.services.roles import held_on

OWN, OTHER = "eg-conduct", "ae-conduct"
# What is asked for: something of one's bank, of another, on its way from one to the other, of none, and a list.
TARGETS = {
    "own": Target("scenario", "key", banks=frozenset({OWN})),
    "other": Target("scenario", "key", banks=frozenset({OTHER})),
    "moving": Target("draft", "id", banks=frozenset({OWN, OTHER})),
    "across": Target("module", "key"),
    "list": Target("drafts", is_in_part=True),
}
BY_BANK = {
    Permission.BANK_AMENDMENT_PROPOSE: {Role.EDITOR},
    Permission.BANK_CORRECTION_TELL: {Role.EDITOR, Role.REVIEWER},
    Permission.BANK_DRAFT_READ: {Role.EDITOR, Role.REVIEWER},
    Permission.BANK_DRAFT_REVIEW: {Role.REVIEWER},
    Permission.BANK_DRAFT_WRITE: {Role.EDITOR},
    Permission.BANK_DOUBT_ANSWER: {Role.EDITOR, Role.REVIEWER},
    Permission.BANK_DOUBT_READ: {Role.EDITOR, Role.REVIEWER},
    Permission.BANK_SCENARIO_CONFIRM: {Role.EDITOR},
    Permission.BANK_SCENARIO_RETIRE: {Role.REVIEWER},
    Permission.BANK_STATISTICS_READ: {Role.EDITOR, Role.REVIEWER},
    Permission.BANK_WISH_DECIDE: {Role.EDITOR, Role.REVIEWER},
    Permission.BANK_WISH_READ: {Role.EDITOR, Role.REVIEWER},
}


def actor(role: Role, *banks: str) -> Actor:
    return Actor("person:x", 7, frozenset({Role.LEARNER, role}), banks=frozenset((role, bank) for bank in banks))


def allowed(who: Actor, permission: Permission) -> set[str]:
    return {name for name, target in TARGETS.items() if decide(who, permission, target).allowed}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
@pytest.mark.parametrize("permission", BY_BANK)
def test_a_bounded_role_holds_in_its_banks_and_for_lists(permission: Permission, role: Role) -> None:
    holds = role in BY_BANK[permission]
    assert allowed(actor(role), permission) == (set(TARGETS) if holds else set())
    assert allowed(actor(role, OWN), permission) == ({"own", "list"} if holds else set())
    assert allowed(actor(role, OWN, OTHER), permission) == ({"own", "other", "moving", "list"} if holds else set())


def test_no_other_permission_over_content_is_left_out() -> None:
    over_content = {one for one in Permission if one.startswith("bank:")}
    assert over_content - set(BY_BANK) == {Permission.BANK_RELEASE_INSTALL, Permission.BANK_SCENARIO_READ}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_what_is_published_is_read_by_whoever_writes_one_bank(role: Role) -> None:
    assert allowed(actor(role, OWN), Permission.BANK_SCENARIO_READ) == set(TARGETS)


@pytest.mark.parametrize(
    ("target", "decision"),
    [
        ("own", Decision(True, "bank-editor")),
        ("list", Decision(True, "bank-editor")),
        ("other", Decision(False, "another-bank")),
        ("moving", Decision(False, "another-bank")),
        ("across", Decision(False, "not-of-one-bank")),
    ],
)
def test_the_bank_gives_its_reason(target: str, decision: Decision) -> None:
    assert decide(actor(Role.EDITOR, OWN), Permission.BANK_DRAFT_WRITE, TARGETS[target]) == decision
    nobody = replace(actor(Role.HR), banks=frozenset({(Role.EDITOR, OWN)}))
    refused = decide(nobody, Permission.BANK_DRAFT_WRITE, TARGETS[target])
    assert refused == Decision(False, "role-missing")


def test_each_role_is_bounded_for_itself() -> None:
    both = Actor(
        "person:x",
        7,
        frozenset({Role.EDITOR, Role.REVIEWER}),
        banks=frozenset({(Role.EDITOR, OWN), (Role.REVIEWER, OTHER)}),
    )
    assert allowed(both, Permission.BANK_DRAFT_WRITE) == {"own", "list"}
    assert allowed(both, Permission.BANK_DRAFT_REVIEW) == {"other", "list"}
    # One role alone must reach: what moves between the two is neither's.
    assert allowed(both, Permission.BANK_DRAFT_READ) == {"own", "other", "list"}
    assert both.banks_of(Role.EDITOR, Role.REVIEWER) == {OWN, OTHER}
    whole = replace(both, banks=frozenset({(Role.EDITOR, OWN)}))
    assert allowed(whole, Permission.BANK_DRAFT_READ) == set(TARGETS)
    assert allowed(whole, Permission.BANK_DRAFT_WRITE) == {"own", "list"}


def test_nobody_reviews_their_own_words_in_their_own_bank() -> None:
    mine = replace(TARGETS["own"], author_ids=frozenset({7}))
    assert decide(actor(Role.REVIEWER, OWN), Permission.BANK_DRAFT_REVIEW, mine) == Decision(False, "own-words")


TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def grant(role: Role, **given: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{"role": role.value, "unit_id": None, "bank": None, "starts_on": TODAY, "ends_on": None, **given}
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (TODAY - DAY, None, True),
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY, True),
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY - DAY, False),
        # Taken back before it began, as such grants are ended.
        (TODAY + DAY, TODAY - DAY, False),
    ],
)
@pytest.mark.parametrize("role", [one for one in Role if one is not Role.LEARNER])
def test_a_role_holds_from_its_first_day_to_its_last(
    role: Role, starts_on: date, ends_on: date | None, holds: bool
) -> None:
    held = held_on([grant(role, starts_on=starts_on, ends_on=ends_on)], TODAY)
    assert held.roles == {Role.LEARNER, *([role] if holds else ())}


@pytest.mark.parametrize(("day", "own"), [(-1, set()), (0, {"own", "list"}), (1, {"own", "list"}), (2, set())])
@pytest.mark.parametrize("permission", BY_BANK)
def test_before_within_and_after_its_days(permission: Permission, day: int, own: set[str]) -> None:
    given = [grant(role, bank=OWN, starts_on=TODAY, ends_on=TODAY + DAY) for role in sorted(BY_BANK[permission])]
    held = held_on(given, TODAY + day * DAY)
    assert allowed(Actor("person:x", 7, held.roles, banks=held.banks), permission) == own


def test_a_role_in_all_banks_outweighs_one_in_a_bank_while_it_holds() -> None:
    given = [grant(Role.EDITOR, bank=OWN), grant(Role.EDITOR, ends_on=TODAY)]
    assert held_on(given, TODAY).banks == frozenset()
    assert held_on(given, TODAY + DAY).banks == {(Role.EDITOR, OWN)}


@pytest.mark.parametrize(
    "given",
    [*(grant(role, unit_id=1) for role in (Role.HR, Role.AUDITOR, Role.EDITOR)), grant(Role.HR, bank=OWN)],
)
def test_bounds_that_a_role_does_not_know_give_nothing_instead_of_everything(given: SimpleNamespace) -> None:
    held = held_on([given], TODAY)
    assert (held.roles, held.units, held.banks) == ({Role.LEARNER}, frozenset(), frozenset())


def test_a_manager_holds_the_units() -> None:
    held = held_on([grant(Role.MANAGER, unit_id=3), grant(Role.MANAGER, unit_id=4, starts_on=TODAY + DAY)], TODAY)
    assert (held.roles, held.units) == ({Role.LEARNER, Role.MANAGER}, {3})
