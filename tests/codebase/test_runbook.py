"""Whoever is woken finds the chapter: alerts, figures and pages of the operator's documents name each other."""

import re
from pathlib import Path

import yaml

from quiz.cli import main

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
OPERATION = (ROOT / "docs" / "operation.md").read_text()
RULES = yaml.safe_load((ROOT / "deploy" / "prometheus-alerts.yaml").read_text())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
CHAPTERS = {
    title: words for title, words in re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", RUNBOOK, re.MULTILINE)
}  # fmt: skip


def test_every_alert_has_its_chapter_and_stands_in_it() -> None:
    for rule in ALERTS:
        assert f"`{rule['alert']}`" in CHAPTERS[rule["annotations"]["runbook"]], rule["alert"]


def test_every_chapter_says_what_users_see_what_to_do_and_when_it_is_over() -> None:
    assert len(CHAPTERS) > 15
    for title, words in CHAPTERS.items():
        for part in ("**Users see**", "**Do:**", "**Over**"):
            assert part in words.replace("**Users see**,", "**Users see**"), (title, part)


def test_every_figure_is_described_and_every_described_one_is_told() -> None:
    source = (ROOT / "quiz" / "presentation" / "metrics.py").read_text()
    told = set(re.findall(r'"(amana_\w+)"', source)) - {"amana_slow_statements_total"}
    described = set(re.findall(r"`(amana_\w+)", OPERATION.partition("## Figures")[2].partition("## Alerts")[0]))
    assert {name.removesuffix("_total") for name in described} == told
    named = set(re.findall(r"amana_\w+", RUNBOOK))
    assert {name.removesuffix("_total") for name in named} <= told


def test_every_command_that_is_named_is_there() -> None:
    named = set(re.findall(r"`quiz ([a-z]+)(?: ([a-z-]+))?", RUNBOOK + OPERATION))
    assert len(named) > 10
    for first, second in named:
        found = main.commands[first]
        if second and hasattr(found, "commands"):
            assert second in found.commands, (first, second)
