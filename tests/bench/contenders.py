"""Three ways to do the same: ``python -m tests.bench.contenders stage|hand|plain URL``. Each runs until it is ended."""

import asyncio
import sys
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.annotations import RedisStreamMessage

from shared.events import ArticleEnriched, ArticleIngested
from shared.keys import Keys
from shared.logs import configure
from shared.outcome import Given
from shared.settings import StageSettings
from shared.stage import Stage
from shared.streams import connect, load_library
from tests.bench.load import BATCH, INPUT, OUTPUT, SERVICE, decide, through

KEYS = Keys()


async def stage(url: str) -> None:
    """The stage as services use it, its line of log for every event included."""
    configure(SERVICE, "info")
    settings = StageSettings(redis_url=url, batch=BATCH)
    stage = Stage(SERVICE, settings)

    @stage.on(ArticleIngested)
    def article_ingested(data: ArticleIngested, given: Given) -> ArticleEnriched:
        return decide(data)

    await stage.app.run()


async def hand(url: str) -> None:
    """A loop that knows one stream, one type and no trouble; it commits through the same function."""
    redis: Any = connect(url)
    await load_library(redis)
    source, target = KEYS.key(INPUT), KEYS.key(OUTPUT)
    while True:
        rows: Any = await redis.xreadgroup(SERVICE, "hand", {source: ">"}, count=BATCH, block=1_000)
        entries: Any = next(iter(rows.values() if isinstance(rows, dict) else (pair[1] for pair in rows)), [])
        while entries and isinstance(entries[0], list):
            entries = entries[0]
        if not entries:
            continue
        arguments: list[Any] = [SERVICE, len(entries)]
        for id_, fields in entries:
            arguments += (id_, 1, "add", 2, 2, "event", through(fields[b"event"]))
        await redis.fcall("lightwire_commit_v1", 2, source, target, *arguments)


async def plain(url: str) -> None:
    """FastStream as its documentation shows it: a handler that returns what is published, one message at a time."""
    broker = RedisBroker(url, logger=None)  # type: ignore[arg-type]

    @broker.subscriber(
        stream=StreamSub(KEYS.key(INPUT), group=SERVICE, consumer="plain", polling_interval=100),
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    @broker.publisher(stream=KEYS.key(OUTPUT))
    async def article_ingested(message: RedisStreamMessage) -> bytes:
        return through(message.body)

    await FastStream(broker, logger=None).run()


if __name__ == "__main__":
    asyncio.run({"stage": stage, "hand": hand, "plain": plain}[sys.argv[1]](sys.argv[2]))
