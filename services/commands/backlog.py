"""What each stage has still to do: asked of Redis, not of the services, which may be gone."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from services.commands.wire import streams
from shared.keys import Keys
from shared.streams import PARKED, Client


@dataclass(frozen=True, slots=True)
class Reading:
    """One consumer group on one stream; times in milliseconds."""

    service: str
    stream: str
    oldest_age: int | None
    """Age of the oldest unfinished entry; ``None``: all is finished."""
    in_work: int
    parked: int
    workers: int
    finished: int
    """Entries finished by the workers that live now."""


async def now_ms(redis: Client) -> int:
    """The clock of Redis."""
    seconds, micro = await redis.time()
    return int(seconds) * 1000 + int(micro) // 1000


async def readings(redis: Client, keys: Keys) -> list[Reading]:
    """Every group of every stream, in the order a story meets them."""
    now, told = await now_ms(redis), await _finished(redis, keys)
    found = []
    for stream in await streams(redis, keys):
        for group in await redis.xinfo_groups(keys.key(stream)):
            name = group["name"].decode()
            consumers = await redis.xinfo_consumers(keys.key(stream), name)
            parked = sum(c["pending"] for c in consumers if c["name"] == PARKED.encode())
            workers, finished = told.get((name, stream), (0, 0))
            oldest = await _oldest(redis, keys.key(stream), group)
            age = None if oldest is None else max(0, now - oldest)
            found.append(Reading(name, stream, age, group["pending"] - parked, parked, workers, finished))
    return found


async def rates(redis: Client, keys: Keys, before: list[Reading], since: float) -> dict[tuple[str, str], float]:
    """Entries a second by (service, stream), told by how far the workers' own counts have come since."""
    told, seconds = await _finished(redis, keys), max(0.001, time.monotonic() - since)
    return {
        (r.service, r.stream): max(0, told.get((r.service, r.stream), (0, 0))[1] - r.finished) / seconds for r in before
    }


async def pause(seconds: float) -> float:
    """Wait; the moment the waiting began."""
    started = time.monotonic()
    await asyncio.sleep(seconds)
    return started


async def _oldest(redis: Client, key: str, group: dict[str, Any]) -> int | None:
    # Pending entries were delivered, so they are older than any that was not. XINFO's lag is not asked: it is wrong
    # after a trim or a restart on servers we support.
    if group["pending"]:
        first = (await redis.xpending(key, group["name"]))["min"]
        if first:
            return int(first.decode().split("-")[0])
    rows = await redis.xrange(key, "(" + group["last-delivered-id"].decode(), count=1)
    return int(rows[0][0].decode().split("-")[0]) if rows else None


async def _finished(redis: Client, keys: Keys) -> dict[tuple[str, str], tuple[int, int]]:
    """(service, stream) → living workers, and how many entries they have finished."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    async for key in redis.scan_iter(keys.worker("*", "*"), count=1000, _type="hash"):
        service = keys.name(key.decode()).split(":")[1]
        for name, value in (await redis.hgetall(key)).items():
            stream, colon, _ = name.decode().partition(":finished")
            if colon:
                workers, count = found.get((service, stream), (0, 0))
                found[service, stream] = workers + 1, count + int(value)
    return found
