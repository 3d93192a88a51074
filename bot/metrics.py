"""What is counted, for Prometheus: the core's Watch, and one registry for each app.

The names and labels are an interface (docs/operations.md lists them). Labels are kinds, outcomes and
platforms, of which there is a handful; no id of a committee, a person, a workspace or a channel.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.core.watching import Sent, Taken
from bot.logs import whence
from storage.port import Store, StoreError

ACKNOWLEDGED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Bounds in seconds; Slack waits for three."""
PLANNED = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0)

log = logging.getLogger(__name__)


class Metrics:
    """Counts what a Watch is told, and shows it. Safe on any thread."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        registry = self.registry = CollectorRegistry()
        self._events = Counter(
            "convenor_events", "Events by kind and what became of them.", ["kind", "outcome"],
            registry=registry,
        )  # fmt: skip
        self._known: dict[tuple[str, str], Counter] = {}
        self._answers = Counter("convenor_answers", "Answers recorded.", registry=registry)
        self._sends = Counter(
            "convenor_sends", "Tries to send a message.", ["platform", "outcome"], registry=registry
        )
        self._acknowledged = Histogram(
            "convenor_acknowledge_seconds", "From a request until its answer went out.",
            ["platform"], buckets=ACKNOWLEDGED, registry=registry,
        )  # fmt: skip
        self._planned = Histogram(
            "convenor_plan_seconds", "One round of planning what is due.", buckets=PLANNED,
            registry=registry,
        )  # fmt: skip
        self._slots = Counter("convenor_planned", "Messages that were planned.", registry=registry)
        about = Gauge(
            "convenor_info", "Always 1; the version is its label.", ["version"], registry=registry
        )
        about.labels(version("convenor")).set(1)
        registry.register(_Outbox(store, clock))
        ProcessCollector(registry=registry)

    def event(self, kind: str, outcome: Taken) -> None:
        """An event of this kind was taken, or was not."""
        # To look a child up by its labels takes longer than to count, and this is in an answer's path.
        child = self._known.get((kind, outcome))
        if child is None:
            child = self._known[kind, outcome] = self._events.labels(kind, outcome)
        child.inc()

    def answered(self, count: int) -> None:
        """So many answers were recorded."""
        self._answers.inc(count)

    def sent(self, platform: str, outcome: Sent, count: int = 1) -> None:
        """A message was tried."""
        self._sends.labels(platform, outcome).inc(count)

    def acknowledged(self, platform: str, seconds: float) -> None:
        """A platform got its answer so long after its request had arrived."""
        self._acknowledged.labels(platform).observe(seconds)

    def planned(self, seconds: float, slots: int) -> None:
        """One round of planning took so long, and promised so many messages."""
        self._planned.observe(seconds)
        self._slots.inc(slots)

    def page(self) -> bytes:
        """All of it in Prometheus' text format. May read the record, so not on a loop."""
        return generate_latest(self.registry)


class _Outbox(Collector):
    """How much is owed, looked up when it is asked for; nothing where the record can't be read."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    def describe(self) -> list[GaugeMetricFamily]:
        """No look at the record when this is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The outbox as it is now."""
        try:
            depth, oldest = self._store.read().outbox_depth()
        except StoreError as error:
            log.error("outbox not counted %s", whence(error))
            return
        age = (self._clock() - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("convenor_outbox_messages", "Messages not yet sent.", depth)
        yield GaugeMetricFamily(
            "convenor_outbox_oldest_seconds", "Age of the oldest of them; 0 for none.", max(age, 0)
        )
