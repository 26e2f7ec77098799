"""The page of attacks: its data, and how it is drawn; `python -m tests.attacks` writes it anew."""

from dataclasses import dataclass

import yaml

from tests.asvs import ROOT, link

DATA, PAGE = ROOT / "docs" / "attacks.yaml", ROOT / "docs" / "attacks.md"
HEAD = """# Attacks, and where each is met

The classic ways to attack a page, a sign-in, a file or a system that asks, each with the module that meets it and the
test that fails without it. Against whom it is meant stands in [SECURITY.md](../SECURITY.md), requirement by requirement
in [asvs.md](asvs.md). Made of `docs/attacks.yaml` by `python -m tests.attacks`; a test looks for every name.
"""


@dataclass(frozen=True)
class Attack:
    """One attack, where it is met, and which tests try it."""

    group: str
    name: str
    where: tuple[str, ...]
    tests: tuple[str, ...]
    note: str


def attacks() -> list[Attack]:
    """What the data says, in its order."""
    found = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return [
        Attack(group, one["attack"], tuple(one["where"]), tuple(one["tests"]), one.get("note", ""))
        for group, some in found.items()
        for one in some
    ]


def draw(found: list[Attack]) -> str:
    """The page."""
    lines = [HEAD.rstrip("\n")]
    for group in dict.fromkeys(one.group for one in found):
        lines += ["", f"## {group}", "", "| attack | met in | tried by |", "|---|---|---|"]
        lines += [_row(one) for one in found if one.group == group]
    return "\n".join(lines) + "\n"


def _row(one: Attack) -> str:
    tests = "<br>".join(f"`{test}`" for test in one.tests)
    met = ", ".join(map(link, one.where)) + (f"<br>{one.note}" if one.note else "")
    return f"| {one.name} | {met} | {tests} |"


if __name__ == "__main__":
    PAGE.write_text(draw(attacks()), encoding="utf-8")
