"""A small stage on a real server, and what can be seen of it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from shared.dead_letters import scan
from shared.events import ArticleEnriched, ArticleIngested
from shared.keys import Keys
from shared.outcome import Given
from shared.settings import StageSettings
from shared.stage import Stage
from shared.streams import Client
from tests.server import Server

KEYS = Keys()
IN, OUT = KEYS.key("articles.ingested"), KEYS.key("articles.enriched")
Until = Callable[..., Awaitable[None]]
Decision = Callable[[ArticleIngested, Given], Any]


def passing_on(event: ArticleIngested, _: Given) -> ArticleEnriched:
    """Publish what came."""
    return ArticleEnriched(
        article_id=event.article_id, revision=event.revision, change=event.change, article=event.article
    )


def settings(server: Server, **changes: Any) -> StageSettings:
    """Impatient, so that tests are quick."""
    quick = {
        "redis_url": server.url, "claim_after_ms": 200, "claim_every_ms": 20, "block_ms": 20, "backoff_base_ms": 10,
        "max_attempts": 3, "log_level": "error",
    }  # fmt: skip
    return StageSettings(**{**quick, **changes})


@asynccontextmanager
async def stage(server: Server, decide: Decision, wiring: dict[str, Any] | None = None,
                **changes: Any) -> AsyncIterator[Stage]:  # fmt: skip
    """A running stage named enrichment with one decision."""
    built = Stage("enrichment", settings(server, **changes))
    built.on(ArticleIngested, **({"order": lambda e: (e.article_id, e.revision)} if wiring is None else wiring))(decide)
    await built.app.start()
    try:
        yield built
    finally:
        await built.app.stop()


async def published(redis: Client, stream: str = OUT) -> list[dict[str, Any]]:
    """The events of a stream."""
    return [json.loads(fields[b"event"]) for _, fields in await redis.xrange(stream)]


async def pending(redis: Client) -> int:
    """Entries of the input that nobody has finished."""
    return int((await redis.xpending(IN, "enrichment"))["pending"])


async def letters(redis: Client) -> list[Any]:
    """The dead letters of the stage."""
    return [letter async for letter in scan(redis, KEYS, "enrichment")]
