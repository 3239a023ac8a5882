"""What `/metrics` tells Prometheus. Labels are route templates and fixed words, never ids."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_LAG_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5)
_LAG_EVERY = 0.025
_LITTLE, _LONGEST = 0.005, 8  # a lag of seconds that asks for no closer look, and short sleeps in the longest one
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The service's own figures, in a registry of their own, so that two services in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.requests = Counter(
            "sobmedida_http_requests", "Answered requests", ("method", "route", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "sobmedida_http_request_seconds",
            "Time to answer",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.variants = Counter(
            "sobmedida_variants",
            "Drafts by what became of them",
            ("generator", "channel", "outcome"),
            registry=self.registry,
        )
        self.model_seconds = Histogram(
            "sobmedida_model_seconds",
            "Time the language model took",
            ("outcome",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.model_tokens = Counter(
            "sobmedida_model_tokens",
            "Tokens sent to and received from the model",
            ("direction",),
            registry=self.registry,
        )
        self.model_cost = Counter(
            "sobmedida_model_cost_dollars", "What the model's answers cost, US dollars", registry=self.registry
        )
        self.model_retries = Counter(
            "sobmedida_model_retries", "Requests to the model that were repeated", ("endpoint",), registry=self.registry
        )
        self.model_fallbacks = Counter(
            "sobmedida_model_fallbacks", "Calls that went to the fallback model", registry=self.registry
        )
        self.model_breaker = Gauge(
            "sobmedida_model_breaker", "0 closed, 1 half-open, 2 open", ("endpoint",), registry=self.registry
        )
        self.model_memory = Counter(
            "sobmedida_model_memory", "Answers asked of memory: hit, joined or miss", ("outcome",),
            registry=self.registry,
        )  # fmt: skip
        self.index_lag = Gauge(
            "sobmedida_index_lag_changes", "Changes that the index has not followed yet", registry=self.registry
        )
        self.loop_lag = Histogram(
            "sobmedida_event_loop_lag_seconds", "How late the event loop came back to a short sleep",
            buckets=_LAG_SECONDS, registry=self.registry,
        )  # fmt: skip

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; finding its counters again takes longer than counting."""
        counted, timed = self._counters(method, route, status)
        counted.inc()
        timed.observe(seconds)

    def _counters(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        same = (method, route, status)
        if same not in self._found:
            self._found[same] = (
                self.requests.labels(method, route, status), self.request_seconds.labels(method, route)
            )  # fmt: skip
        return self._found[same]

    async def watch_loop(self) -> None:
        """Note how late the event loop is, until cancelled.

        While there is little to do it sleeps longer, and what it sees stands for as many short sleeps: to be woken
        forty times a second would be half of what an idle service does.
        """
        loop, sleeps = asyncio.get_running_loop(), 1
        while True:
            due = loop.time() + sleeps * _LAG_EVERY
            await asyncio.sleep(sleeps * _LAG_EVERY)
            lag = loop.time() - due
            for _ in range(sleeps):
                self.loop_lag.observe(lag)
            sleeps = min(2 * sleeps, _LONGEST) if lag < _LITTLE else 1
