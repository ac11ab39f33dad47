"""A real site that shows what a newsroom has published."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import redis as sync_redis

from shared.events import RenditionFact, RenditionPublished, seal, to_json
from shared.keys import Keys
from tests.browser.newsroom import Newsroom
from tests.pictures import stored

PATIENCE = 30.0
"""Seconds a site may take to show what it was told."""


@dataclass(frozen=True)
class Paper:
    """A site at ``address`` that shows everything ``facts`` tell."""

    address: str
    facts: Sequence[RenditionFact]

    def newest(self, rendition: str) -> dict[str, RenditionPublished]:
        """Article id → what stands in this rendition, of stories that are shown."""
        last = {fact.article_id: fact for fact in self.facts if fact.rendition == rendition}
        return {id_: fact for id_, fact in last.items() if isinstance(fact, RenditionPublished)}


@contextmanager
def printed(newsroom: Newsroom, redis_url: str, folder: Path, port: int, project: Path) -> Iterator[Paper]:
    """The site, until the block ends. ``folder`` is its own; Redis holds nothing else of ours."""
    address = f"http://127.0.0.1:{port}"
    client, keys = sync_redis.Redis.from_url(redis_url), Keys()
    for picture in newsroom.pictures.values():
        stored(folder / "media", picture)
    for number, fact in enumerate(newsroom.facts):
        event = to_json(seal(fact, id=str(number), source="/service/delivery"))
        client.xadd(keys.key(f"renditions.{fact.rendition}"), {"event": event})
    environment = {
        "PATH": os.environ["PATH"], "LIGHTWIRE_REDIS_URL": redis_url, "LIGHTWIRE_SITE_PORT": str(port),
        "LIGHTWIRE_SITE_DB": str(folder / "site.sqlite3"), "LIGHTWIRE_MEDIA": str(folder / "media"),
        "LIGHTWIRE_SITE_BASE_URL": address,
        "LIGHTWIRE_LOG_LEVEL": "warning",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "services.site"], cwd=project, env=environment)
    paper = Paper(address, tuple(newsroom.facts))
    try:
        _wait(paper, client)
        yield paper
    finally:
        process.terminate()
        process.wait(timeout=20)
        client.flushall()
        client.close()


def _wait(paper: Paper, client: "sync_redis.Redis") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            health = httpx.get(f"{paper.address}/health").json()
            if health["caught_up"] and all(_applied(client, *cursor) for cursor in health["cursors"].items()):
                return
        time.sleep(0.05)
    raise AssertionError(f"the site did not show everything within {PATIENCE} s")


def _applied(client: "sync_redis.Redis", stream: str, cursor: str) -> bool:
    newest: Any = client.xrevrange(stream, count=1)
    return not newest or newest[0][0].decode() == cursor
