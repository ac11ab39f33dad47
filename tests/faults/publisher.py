"""Publishes traffic exactly: an entry is sent again until Redis has said that it has it."""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.keys import Keys
from tests.faults.reading import entry_id
from tests.faults.traffic import Submission, now

LOOPS = 8


@dataclass
class Published:
    """What Redis said it has: stream → ids of entries; and how often an answer did not come."""

    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    repeated: int = 0
    ended: float = 0.0


async def publish(url: str, keys: Keys, submissions: Iterable[Submission], seconds: float) -> Published:
    """Publish everything within about ``seconds``, each lane in its order, several lanes at once.

    After a lost answer the same entry is sent again: the same id and revision, which the door admits once.
    """
    lanes: list[list[Submission]] = [[] for _ in range(LOOPS)]
    for submission in submissions:
        lanes[crc32(submission.lane.encode()) % LOOPS].append(submission)
    published, began = Published(), time.monotonic()
    async with Redis.from_url(url, socket_timeout=10, retry_on_timeout=False) as redis:
        await asyncio.gather(*(_loop(redis, keys, lane, began, seconds, published) for lane in lanes))
    published.ended = time.time()
    return published


async def _loop(
    redis: Redis, keys: Keys, lane: list[Submission], began: float, seconds: float, published: Published
) -> None:
    for submission in lane:
        ahead = began + submission.at * seconds - time.monotonic()
        if ahead > 0.01:
            await asyncio.sleep(ahead)
        stream = keys.key(submission.stream)
        while True:
            with contextlib.suppress(RedisError, OSError):
                entry = await redis.xadd(stream, submission.written(now()))  # type: ignore[arg-type]
                published.acknowledged.setdefault(submission.stream, set()).add(entry_id(entry))
                break
            published.repeated += 1
            await asyncio.sleep(0.05)
