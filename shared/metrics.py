"""What a stage counts, in one registry; the names are part of docs/operators.md."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Counters of one stage. ``stream`` is always a name without the prefix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.entries = Counter(
            "lightwire_entries", "Entries finished, by how.", ("stream", "outcome"), registry=self.registry
        )
        self.published = Counter("lightwire_published", "Events published.", ("stream",), registry=self.registry)
        self.batch_seconds = Histogram(
            "lightwire_batch_seconds", "Read to commit, per batch.", ("stream",), registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )  # fmt: skip
        self.reading = Gauge(
            "lightwire_reading", "1 while the stage reads the stream.", ("stream",), registry=self.registry
        )
        self.halted = Gauge(
            "lightwire_halted", "1 when too many entries died in a row.", ("stream",), registry=self.registry
        )
        self.lost = Counter(
            "lightwire_lost", "Pending entries whose text had vanished.", ("stream",), registry=self.registry
        )
