"""What the site counts; the names are part of docs/operators.md."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Meters:
    """Counters of one site, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.entries = Counter(
            "lightwire_site_entries",
            "Entries read, by what became of them: shown, withdrawn, ignored, superseded, unreadable, unknown, "
            "failed, body_missing, body_corrupt.",
            ("rendition", "outcome"),
            registry=self.registry,
        )
        self.restarts = Counter(
            "lightwire_site_stream_restarts",
            "Streams found shorter than the cursor and read again from their beginning.",
            ("rendition",),
            registry=self.registry,
        )
        self.receipts = Counter("lightwire_site_receipts", "Receipts sent.", registry=self.registry)
        self.reading = Gauge("lightwire_site_reading", "1 while the site reads its streams.", registry=self.registry)
        self.answers = Counter(
            "lightwire_site_answers", "Answers given, by status.", ("status",), registry=self.registry
        )
