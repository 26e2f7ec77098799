"""Figures for Prometheus: closed unless the operator opens them, of every promise, and with nobody in a label."""

import re
import subprocess
import sys
from pathlib import Path

import promql_parser
import pytest
import yaml
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from quiz.access.actor import Actor
from quiz.presentation.guard import for_everybody
from quiz.presentation.metrics import KEPT_FOR, Metrics
from quiz.services import delivering, leasing, people
from quiz.services.unit_of_work import Works
from tests.figures import TOKEN, samples, told, value
from tests.fixtures.observed import Observed
from tests.fixtures.people import SYSTEM, MakePerson, Someone
from tests.fixtures.settings import Clock
from tests.pages import HERE, RoleClient

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def counted(observed: Observed) -> Flask:
    return observed(metrics_token=TOKEN, slow_statement_ms=0)


SHOWN = ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer ٣"]


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("token", "shown"), [("", f"Bearer {TOKEN}"), ("", "Bearer "), *((TOKEN, one) for one in SHOWN)]
)
def test_without_the_token_there_is_no_such_page(observed: Observed, token: str, shown: str) -> None:
    headers = {"Authorization": shown.encode().decode("latin-1")} if shown else {}
    refused = observed(metrics_token=token).test_client().get("/metrics", base_url=HERE, headers=headers)
    assert refused.status_code == 404
    assert "amana_" not in refused.get_data(as_text=True)


def test_where_nobody_asks_for_them_their_libraries_are_not_loaded() -> None:
    script = (
        "import sys; from quiz.factory import create_app; from quiz.settings.operator import Settings; "
        "create_app(Settings(database_url='sqlite://', secret_key='k' * 40)); "
        "print([one for one in ('prometheus_client', 'opentelemetry.exporter', 'quiz.presentation.tracing') "
        "if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_requests_are_counted_by_rule_and_class_and_defects_by_themselves(counted: Flask, hire: Someone) -> None:
    def boom() -> str:
        raise RuntimeError("broken")

    counted.add_url_rule("/boom/<word>", view_func=for_everybody(lambda word: boom()), endpoint="boom")
    client = RoleClient(counted)
    client.get("/sign-in")
    client.get("/sign-in")
    client.get("/boom/marked-word", status=500)
    client.get("/no/such/marked-word", status=404)
    client.client.open("/sign-in", method="BREW", base_url=HERE)
    client.sign_in(hire)
    found = samples(counted)
    assert value(found, "amana_http_requests_total", method="GET", route="/sign-in", status="2xx") == 3
    assert value(found, "amana_http_requests_total", method="GET", route="/boom/<word>", status="5xx") == 1
    assert value(found, "amana_http_requests_total", method="GET", route="none", status="4xx") == 1
    assert value(found, "amana_http_requests_total", method="other", route="none", status="4xx") == 1
    assert value(found, "amana_http_request_duration_seconds_count", route="/sign-in") == 4
    assert value(found, "amana_http_request_duration_seconds_bucket", route="/sign-in", le="+Inf") == 4
    assert value(found, "amana_defects_total") == 1
    assert value(found, "amana_statements_total") >= 2
    assert value(found, "amana_slow_statements_total") >= value(found, "amana_statements_total")
    assert value(found, "amana_resident_memory_bytes") > 10_000_000
    assert "marked" not in told(counted)
    rules = {rule.rule for rule in counted.url_map.iter_rules()} | {"none"}
    assert {dict(labels)["route"] for name, labels in found if name.startswith("amana_http")} <= rules


def test_what_waits_in_the_database_is_told_with_how_long(
    observed: Observed, counted: Flask, works: Works, make_person: MakePerson, clock: Clock
) -> None:
    someone = make_person()
    with works.writing(SYSTEM) as work:
        people.invite(work, someone.public_id)
    clock.forward(minutes=5)
    found = samples(counted)
    assert value(found, "amana_database_up") == 1
    assert value(found, "amana_schema_revision") >= 35
    assert value(found, "amana_outbox_due") >= 1
    assert value(found, "amana_outbox_oldest_due_age_seconds") >= 300
    assert value(found, "amana_audit_unsealed") >= 1
    assert value(found, "amana_audit_unsealed_age_seconds") >= 300
    # Sent in vain once: it is due later, and told all the same.
    with works.writing(Actor.system("outbox")) as work:
        message = delivering.claim_next(work)
        assert message is not None
        delivering.finish(work, message.id, "SMTPServerDisconnected")
    clock.forward(minutes=5)
    with works.writing(Actor.system("chores")) as work:
        leasing.take(work, "tidy", "somebody")
        leasing.give_back(work, "tidy", "somebody")
    ended = clock.now.timestamp()
    clock.forward(minutes=1)
    found = samples(observed(metrics_token=TOKEN))
    assert value(found, "amana_outbox_failing") == 1
    assert value(found, "amana_outbox_failing_age_seconds") >= 660
    assert value(found, "amana_chore_ended_timestamp_seconds", chore="tidy") == ended
    assert value(found, "amana_outbox_given_up") == 0
    with works.writing(Actor.system("outbox")) as work:
        delivering.finish(work, message.id, "SMTPRecipientsRefused", is_final=True)
    found = samples(observed(metrics_token=TOKEN))
    assert value(found, "amana_outbox_failing") == 0
    assert value(found, "amana_outbox_given_up") == 1
    # What was never is not told as long ago.
    assert not [name for name, _ in found if name == "amana_backup_timestamp_seconds"]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_database_is_asked_seldom_and_may_be_away(works: Works) -> None:
    now, asked = [0.0], [0]

    def ask(*_: object) -> None:
        asked[0] += 1

    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    metrics = Metrics(lambda: works, clock=lambda: now[0])
    event.listen(works.database.engine, "before_cursor_execute", ask)
    assert b"amana_database_up 1.0" in metrics.told()
    once = asked[0]
    assert 0 < once <= 25
    for _ in range(20):
        metrics.told()
    assert asked[0] == once
    event.remove(works.database.engine, "before_cursor_execute", ask)
    now[0] = KEPT_FOR
    event.listen(works.database.engine, "before_cursor_execute", gone)
    try:
        away = metrics.told()
    finally:
        event.remove(works.database.engine, "before_cursor_execute", gone)
    assert b"amana_database_up 0.0" in away
    assert b"amana_outbox_due" not in away
    assert b"amana_defects_total" in away


# Told only once there is something to tell of.
SELDOM = {
    f"amana_{name}"
    for name in (
        "audit_checked_timestamp_seconds", "backup_timestamp_seconds", "certificate_ends_timestamp_seconds",
        "chore_ended_timestamp_seconds", "papers_unsigned", "replica_behind_seconds", "replica_read",
        "worker_seen_timestamp_seconds",
    )
}  # fmt: skip


def selectors(expression: object) -> list[promql_parser.VectorSelector]:
    found: list[promql_parser.VectorSelector] = []
    promql_parser.walk(expression, lambda one: found.append(one) if type(one).__name__ == "VectorSelector" else None)
    return found


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_every_alert_can_be_read_and_asks_for_what_is_told(counted: Flask) -> None:
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus-alerts.yaml").read_text())
    assert set(rules) == {"groups"}
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len(alerts) > 15
    assert len({rule["alert"] for rule in alerts}) == len(alerts)
    known = {"up"} | SELDOM | set(re.findall(r"^# TYPE (\w+)", told(counted), re.MULTILINE))
    routes = {rule.rule for rule in counted.url_map.iter_rules()}
    for rule in alerts:
        assert (
            {"alert", "expr", "labels", "annotations"} <= set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        )
        assert set(rule["labels"]) == {"severity"}
        assert set(rule["annotations"]) == {"summary", "runbook"}
        assert promql_parser.parse_duration(rule.get("for", "1m"))
        asked = selectors(promql_parser.parse(rule["expr"]))
        assert asked, rule["alert"]
        for one in asked:
            plain = re.sub("_(bucket|sum|count)$", "", one.name)
            assert plain in known, f"{rule['alert']}: {one.name}"
            assert {m.value for m in one.matchers.matchers if m.name == "route"} <= routes
            assert {m.name for m in one.matchers.matchers} <= {"job", "outcome", "route", "status"}
    source = (ROOT / "quiz" / "presentation" / "metrics.py").read_text()
    assert [name for name in SELDOM if name not in source] == []
