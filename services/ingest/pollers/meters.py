"""What polling counts; the names are part of docs/operators.md."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Meters:
    """``source`` is a name of sources.toml."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.polls = Counter("lightwire_polls", "Polls, by how they ended.", ("source", "outcome"), registry=registry)
        self.entries = Counter(
            "lightwire_poll_entries", "Entries of polled documents, by what became of them.", ("source", "outcome"),
            registry=registry,
        )  # fmt: skip
        self.answered = Gauge(
            "lightwire_poll_answered_timestamp_seconds", "When a poll last got a usable answer.", ("source",),
            registry=registry,
        )  # fmt: skip
        self.polling = Gauge("lightwire_polling", "1 on the replica that polls.", registry=registry)
