"""All services as processes: stories per second, and seconds per story at a steady 50 a second."""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from shared.keys import Keys
from tests.faults import figures, traffic
from tests.faults.figures import Spread
from tests.faults.publisher import publish
from tests.faults.reading import Evidence, collect
from tests.faults.server import Server
from tests.faults.traffic import Submission
from tests.faults.workers import Workers

KEYS = Keys()
SERVICES = ("ingest", "enrichment", "moderation", "delivery", "site")
FLOOD = 3_000
WARM = 100
STEADY_PER_S, STEADY_S = 50, 20


@dataclass(frozen=True)
class Figures:
    """Stories per second end to end; seconds from submission to each page."""

    per_second: float
    full: Spread
    light: Spread


def measure() -> Figures:
    """Two runs on a server with ``appendfsync always``, one worker of each service, the site among them."""
    flood = asyncio.run(_run(FLOOD, 0.0))
    shown = [fact.ms for fact in flood.about("renditions.light")]
    began = flood.about("articles.submitted")[0].ms
    steady = asyncio.run(_run(STEADY_PER_S * STEADY_S, STEADY_S))
    return Figures(
        len(shown) / max(1, shown[-1] - began) * 1_000,
        figures.spread(figures.articles(steady)),
        figures.spread(figures.articles(steady, "renditions.light")),
    )


async def _run(count: int, seconds: float) -> Evidence:
    """Publish ``count`` new stories within ``seconds``, once the pipeline is warm; everything it wrote."""
    with tempfile.TemporaryDirectory(prefix="lightwire-bench-") as directory:
        server = Server(Path(directory))
        server.start()
        told = {"REDIS_URL": server.url, "LOG_LEVEL": "warning", "SITE_DB": f"{directory}/site.sqlite3"}
        told |= dict.fromkeys(("INGEST_PORT", "ENRICHMENT_PORT", "MODERATION_PORT", "DELIVERY_PORT", "SITE_PORT"), "0")
        environment = {f"LIGHTWIRE_{name}": value for name, value in told.items()}
        workers = Workers(environment, Path(directory) / "workers.log", each=1, services=SERVICES)
        workers.start()
        try:
            with Redis.from_url(server.url) as redis:
                await publish(server.url, KEYS, traffic.plain(0, WARM), 0)
                await _until(redis, WARM)
                if seconds:
                    await publish(server.url, KEYS, traffic.plain(1, count), seconds)
                else:
                    _pour(redis, traffic.plain(1, count))
                await _until(redis, WARM + count)
                evidence = await asyncio.to_thread(collect, redis, KEYS)
        finally:
            await asyncio.to_thread(workers.stop)
            server.stop()
    for facts in evidence.facts.values():
        facts[:] = [fact for fact in facts if not fact.article.startswith("plain:0:")]
    return evidence


def _pour(redis: Redis, stories: list[Submission]) -> None:
    """All at once, in few round trips: it is the pipeline that is measured, not who feeds it."""
    pipe = redis.pipeline(transaction=False)
    for story in stories:
        pipe.xadd(KEYS.key(story.stream), {"event": story.written(traffic.now())["event"]})
    pipe.execute()


async def _until(redis: Redis, count: int) -> None:
    """Wait until so many stories are on the light page's stream."""
    deadline = time.monotonic() + 180
    while (there := redis.xlen(KEYS.key("renditions.light"))) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{there} of {count} stories after 180 s")
        await asyncio.sleep(0.1)
