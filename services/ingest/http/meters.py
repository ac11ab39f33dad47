"""What the front counts; without addresses, ids or anything that was sent."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Meters:
    """In the registry of the stage."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.answers = Counter(
            "lightwire_intake_answers", "Requests and items of batches, by how they were answered.",
            ("source", "what", "outcome"), registry=registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "lightwire_intake_seconds", "From request to answer.", ("what",), registry=registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
        )  # fmt: skip
        self.sources_failed = Counter(
            "lightwire_intake_sources_failed", "Times sources.toml could not be used.", registry=registry
        )
