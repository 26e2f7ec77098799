"""Traces by OpenTelemetry: a span for each request, each statement in it, and each job; of nobody.

It is imported only where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector; everything else of it is set as OpenTelemetry
has it, by `OTEL_…` in the environment. A thread of its own hands spans over, and lets them go where nobody takes them.
"""

import atexit
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from threading import Thread
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from quiz.services.watching import CURRENT, Watched

# How long a process that ends waits for what was not handed over yet.
_LEAVES_WITHIN = 2.0
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
# A request that asks more tells of the first.
_MOST_STATEMENTS = 200
_LONGEST_STATEMENT = 2_000


class Tracing:
    """Makes the spans of one process and hands them over."""

    def __init__(self, database: str, exporter: SpanExporter | None = None) -> None:
        """Begin; `database` is the name that OpenTelemetry has for its kind."""
        ours = Resource({SERVICE_NAME: "amana", SERVICE_VERSION: version("amana")})
        # What the operator says of it holds; nothing is found out about the machine.
        said = OTELResourceDetector().detect()
        self._provider = TracerProvider(resource=ours.merge(said), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("amana")
        self._parents = TraceContextTextMapPropagator()
        self._database = database
        atexit.register(self.end)

    def end(self) -> None:
        """Hand over what is left, or let it go soon."""
        atexit.unregister(self.end)
        leaving = Thread(target=self._provider.shutdown, daemon=True)
        leaving.start()
        leaving.join(_LEAVES_WITHIN)

    def begin(self, watched: Watched, parent: str) -> None:
        """Begin the span of a request, below one that a proxy in front of us began where it says so."""
        context = self._parents.extract({"traceparent": parent}) if parent else None
        watched.span = self._tracer.start_span("request", context, SpanKind.SERVER)

    def answered(self, watched: Watched, method: str, route: str, status: int) -> None:
        """End the span of a request."""
        span = watched.span
        if span is None:
            return
        if span.is_recording():
            method = method if method in METHODS else "_OTHER"
            span.update_name(f"{method} {route}".rstrip())
            span.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": status,
                    "amana.request": watched.code,
                }
            )
            if status >= 500:
                span.set_status(StatusCode.ERROR)
        # By the clock of its statements: by another it could end before them.
        span.end(span.start_time + round((time.perf_counter() - watched.began) * 1e9))
        watched.span = None

    @contextmanager
    def job(self, watched: Watched) -> Iterator[None]:
        """Span a job."""
        name = watched.code.rpartition("-")[0] if watched.code[-1:].isdigit() else watched.code
        span = self._tracer.start_span(name, kind=SpanKind.CONSUMER, attributes={"amana.job": watched.code})
        watched.span = span
        try:
            # What went wrong stands in the log: of a message of an exception nobody knows what is in it.
            yield
        finally:
            watched.span = None
            span.end()

    def statement(self, statement: str, began: float, ended: float) -> None:
        """Span a statement that has ended, of whatever is under way."""
        watched = CURRENT.get()
        span: Any = watched.span if watched is not None else None
        if watched is None or span is None or not span.is_recording() or watched.statements > _MOST_STATEMENTS:
            return
        start = span.start_time + round((began - watched.began) * 1e9)
        words = " ".join(statement.split())[:_LONGEST_STATEMENT]
        operation = words.partition(" ")[0]
        self._tracer.start_span(
            operation,
            set_span_in_context(span),
            SpanKind.CLIENT,
            {"db.system.name": self._database, "db.operation.name": operation, "db.query.text": words},
            start_time=start,
        ).end(start + round((ended - began) * 1e9))
