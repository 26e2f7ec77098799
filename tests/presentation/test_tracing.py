"""Traces: of requests, statements and jobs, to a collector that the operator names; of nobody, and of no stranger."""

import gzip
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from quiz.jobs.chores import sweep
from quiz.jobs.outbox import carry_out_due
from quiz.presentation.guard import for_everybody
from quiz.presentation.observing import doing_job
from quiz.services import people
from quiz.services.unit_of_work import Works
from quiz.settings.environment import Misconfigured
from quiz.settings.operation import read_operation
from quiz.settings.operator import ROOT
from tests.fixtures.observed import Observed
from tests.fixtures.people import SYSTEM, Someone
from tests.pages import HERE, RoleClient

pytestmark = pytest.mark.enable_socket
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@dataclass
class Collector:
    """Takes spans as a collector of OpenTelemetry does."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)

    def spans(self, app: Flask) -> list[Span]:
        """Have what is left handed over, and return all in the order of their ends."""
        app.extensions["tracing"].end()
        found = []
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                found += [span for scope in resource.scope_spans for span in scope.spans]
        return found


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    collector = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    collector.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    yield collector
    server.shutdown()
    server.server_close()


def told(span: Span) -> dict[str, object]:
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes}


def test_a_request_and_its_statements_are_spans_and_nobody_stands_in_them(
    observed: Observed, collector: Collector, hire: Someone
) -> None:
    app = observed(traces_to=collector.url)
    client = RoleClient(app).sign_in(hire)
    client.get("/verify/?code=marked-word", status=422)
    client.client.open("/no/such/marked-word", method="BREW", base_url=HERE, headers={"traceparent": PARENT})
    spans = collector.spans(app)
    served = [span for span in spans if span.kind == Span.SPAN_KIND_SERVER]
    assert "GET /verify/" in [span.name for span in served]
    assert served[-1].name == "_OTHER"
    signing = next(span for span in served if span.name == "POST /sign-in")
    assert told(signing).items() >= {
        "http.request.method": "POST", "http.route": "/sign-in", "http.response.status_code": 303,
    }.items()  # fmt: skip
    beneath = [span for span in spans if span.parent_span_id == signing.span_id]
    assert len(beneath) >= 3
    for span in beneath:
        assert span.trace_id == signing.trace_id
        assert span.kind == Span.SPAN_KIND_CLIENT
        assert told(span)["db.system.name"] in {"sqlite", "postgresql"}
        assert signing.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= signing.end_time_unix_nano
    whole = b"".join(collector.bodies)
    for person in (hire.email, hire.public_id, "marked-word", "pytest-of"):
        assert person.encode() not in whole
    # Whoever asks from outside is not believed.
    assert bytes.fromhex(TRACE) not in {span.trace_id for span in spans}


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_behind_a_proxy_a_request_belongs_to_the_trace_that_it_began(observed: Observed, collector: Collector) -> None:
    app = observed(trusted_proxies=1, traces_to=collector.url)
    app.add_url_rule("/boom", view_func=for_everybody(lambda: 1 / 0), endpoint="boom")
    client = app.test_client()
    client.get("/sign-in", base_url=HERE, headers={"traceparent": PARENT, "tracestate": "of=somebody"})
    client.get("/sign-in", base_url=HERE, headers={"traceparent": PARENT[:-2] + "00"})
    client.get("/sign-in", base_url=HERE, headers={"traceparent": "00-garbage-xx-01"})
    client.get("/boom", base_url=HERE, headers={"traceparent": PARENT})
    served = [span for span in collector.spans(app) if span.kind == Span.SPAN_KIND_SERVER]
    # What the proxy does not keep is not kept here.
    assert [span.name for span in served] == ["GET /sign-in", "GET /sign-in", "GET /boom"]
    assert [span.trace_id.hex() == TRACE for span in served] == [True, False, True]
    assert served[0].parent_span_id.hex() == "00f067aa0ba902b7"
    assert [span.status.code for span in served] == [0, 0, 2]
    assert b"somebody" not in b"".join(collector.bodies)
    assert b"division" not in b"".join(collector.bodies)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_jobs_are_spans_of_their_own(observed: Observed, collector: Collector, works: Works, hire: Someone) -> None:
    app = observed(traces_to=collector.url)
    with works.writing(SYSTEM) as work:
        people.invite(work, hire.public_id)
    assert list(carry_out_due(app))
    with pytest.raises(KeyError), doing_job(app, "chore-tidy"):
        raise KeyError("words of somebody")
    spans = collector.spans(app)
    jobs = [span for span in spans if span.kind == Span.SPAN_KIND_CONSUMER]
    assert {span.name for span in jobs} == {"outbox", "chore-tidy"}
    outbox = next(span for span in jobs if span.name == "outbox")
    assert str(told(outbox)["amana.job"]).startswith("outbox-")
    assert [span for span in spans if span.parent_span_id == outbox.span_id]
    assert b"words of somebody" not in b"".join(collector.bodies)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_collector_that_is_not_there_stands_in_nobodys_way(
    observed: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    app = observed(traces_to="http://127.0.0.1:1")
    assert app.test_client().get("/sign-in", base_url=HERE).status_code == 200
    assert sweep(app) >= 0
    app.extensions["tracing"].end()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_without_a_collector_nothing_is_traced(observed: Observed) -> None:
    assert observed().extensions["tracing"] is None


def test_where_traces_go_is_an_address_and_may_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example:4318"}
    assert read_operation(named).traces_to == named["OTEL_EXPORTER_OTLP_ENDPOINT"]
    assert read_operation({**named, "OTEL_SDK_DISABLED": "true"}).traces_to == ""
    assert read_operation({}).traces_to == ""
    with pytest.raises(Misconfigured, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        read_operation({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"})
    monkeypatch.setattr("quiz.settings.operation.find_spec", lambda _: None)
    with pytest.raises(Misconfigured, match=r"requirements/traces\.txt"):
        read_operation(named)


def test_what_is_locked_for_traces_holds_all_that_runs() -> None:
    run, traces = (
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "traces")
    )
    assert len(run) > 50
    assert run <= traces
    assert "opentelemetry-sdk" in {one.partition("==")[0] for one in traces - run}
