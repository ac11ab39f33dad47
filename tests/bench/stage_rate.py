"""Commits per second of the stage, beside a hand-written loop and plain FastStream, in one run."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faststream.redis import RedisBroker
from redis import Redis

from shared.keys import Keys
from tests.bench.load import INPUT, OUTPUT, SERVICE, entry
from tests.faults.server import Server

KEYS = Keys()
EVENTS = {"stage": 6_000, "hand": 6_000, "plain": 1_500}
ROUNDS = 5


@dataclass(frozen=True)
class Rates:
    """Commits per second, the median of all rounds, by contender."""

    by_name: dict[str, float]
    bytes_each: int

    @property
    def of_hand(self) -> float:
        """The stage's share of what a hand-written loop does."""
        return self.by_name["stage"] / self.by_name["hand"]

    @property
    def of_plain(self) -> float:
        """How many times plain FastStream's rate the stage does."""
        return self.by_name["stage"] / self.by_name["plain"]


def measure(rounds: int = ROUNDS) -> Rates:
    """Run all contenders in turn, ``rounds`` times, on one server that writes no log: its disk is not in question."""
    events = [entry(n) for n in range(max(EVENTS.values()))]
    found: dict[str, list[float]] = {name: [] for name in EVENTS}
    with tempfile.TemporaryDirectory(prefix="lightwire-bench-") as directory:
        server = Server(Path(directory), persistent=False)
        server.start()
        try:
            for _ in range(rounds):
                for name, count in EVENTS.items():
                    found[name].append(_once(name, events[:count], server.url))
        finally:
            server.stop()
    return Rates({name: statistics.median(rates) for name, rates in found.items()}, len(events[0]))


def _once(name: str, events: list[bytes], url: str) -> float:
    """From the first commit to the last, by Redis' own clock; starting the process does not count."""
    source, target = KEYS.key(INPUT), KEYS.key(OUTPUT)
    with Redis.from_url(url) as redis:
        redis.flushall()
        if name == "plain":
            asyncio.run(_as_faststream_writes(url, events))
        else:
            for event in events:
                redis.xadd(source, {"event": event})
        redis.xgroup_create(source, SERVICE, id="0")
        with _running(name, url):
            deadline = time.monotonic() + 120
            while redis.xlen(target) < len(events):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{name}: {redis.xlen(target)} of {len(events)} after 120 s")
                time.sleep(0.05)
        first = _ms(redis.xrange(target, count=1))
        return (len(events) - 1) / max(1, _ms(redis.xrevrange(target, count=1)) - first) * 1_000


def _ms(rows: object) -> int:
    return int(rows[0][0].partition(b"-")[0])  # type: ignore[index]


async def _as_faststream_writes(url: str, events: list[bytes]) -> None:
    async with RedisBroker(url) as broker:
        for event in events:
            await broker.publish(event, stream=KEYS.key(INPUT))


@contextmanager
def _running(name: str, url: str) -> Iterator[None]:
    # A file for its log, as in a container: lines cost what they cost.
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.contenders", name, url], stdout=log)
        try:
            yield
        finally:
            process.kill()
            process.wait()
