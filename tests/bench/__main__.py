"""Measure, print, and write ``docs/benchmarks.md``: ``python -m tests.bench``."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import (
    enrichment_rate,
    intake_rate,
    moderation_rate,
    officials_rate,
    peers,
    picture_rate,
    pipeline_rate,
    related_rate,
    rendition_rate,
    site_rate,
    stage_rate,
    weights,
)
from tests.faults.figures import Spread
from tests.faults.server import Server

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def _server() -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        server = Server(Path(directory), persistent=False)
        server.start()
        try:
            return server.kind
        finally:
            server.stop()


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _row(name: str, spread: Spread) -> str:
    return f"| {name} | {spread.p50 * 1000:.0f} ms | {spread.p99 * 1000:.0f} ms | {spread.worst * 1000:.0f} ms |"


def page(rates: stage_rate.Rates, ends: pipeline_rate.Figures, server: str, renditions: str) -> str:
    """The whole page, in Markdown."""
    each = rates.by_name
    return f"""# Benchmarks

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, on {_machine()}, with {server}. Everything
shares these cores: the server, the publisher and every service.

## One stage

Events of {rates.bytes_each:,} bytes are read, decoded, decided, encoded and committed. All three contenders run the
same decision on the same events in turn; the median of {stage_rate.ROUNDS} rounds. The server keeps no append-only
file here; the stage writes its line of log for every event, the others none.

| | commits/s | the stage does |
|---|--:|--:|
| the stage (`shared/stage.py`) | {each["stage"]:,.0f} | |
| a hand-written loop: 100 entries a read, one function call a batch | {each["hand"]:,.0f} | {rates.of_hand:.2f} × |
| a plain FastStream handler, one message at a time | {each["plain"]:,.0f} | {rates.of_plain:.1f} × |

The aims are at least 0.6 × the hand-written loop and 6 × plain FastStream.

## From newsroom to channel

Five services, one process each, ten renditions, `appendfsync always`; the press rests.

* {pipeline_rate.FLOOD:,} stories at once: **{ends.per_second:,.0f} stories/s** from submission to the light page.
* At {pipeline_rate.STEADY_PER_S} stories a second, from `articles.submitted` to:

| | p50 | p99 | max |
|---|--:|--:|--:|
{_row("`renditions.full`", ends.full)}
{_row("`renditions.light`", ends.light)}

{renditions}
"""


def main() -> None:
    """Print the page and store it."""
    text = page(
        stage_rate.measure(),
        pipeline_rate.measure(),
        _server(),
        "\n\n".join(
            (
                rendition_rate.rendition_rates(),
                weights.weights(),
                intake_rate.intake_rates(),
                enrichment_rate.enrichment_rates(),
                moderation_rate.moderation_rates(),
                picture_rate.picture_rates(),
                related_rate.related_rates(),
                officials_rate.officials_rates(),
                peers.peers(),
                site_rate.site_rates(),
            )
        ),
    )
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
