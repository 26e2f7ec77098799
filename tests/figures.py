"""Reading the figures of an app as Prometheus does."""

from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from tests.pages import HERE

TOKEN = "0123456789-abcdefgh-for-tests"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def told(app: Flask) -> str:
    found = app.test_client().get("/metrics", base_url=HERE, headers={"Authorization": f"Bearer {TOKEN}"})
    assert found.status_code == 200
    assert found.content_type == "text/plain; version=0.0.4; charset=utf-8"
    return found.get_data(as_text=True)


def samples(app: Flask) -> Samples:
    families = text_string_to_metric_families(told(app))
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)
