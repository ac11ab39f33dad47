"""Which replica polls: the one that holds a key in Redis. Whatever it writes is written only while it does."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from redis.exceptions import WatchError

from shared.streams import Client, Op


class Lost(Exception):  # noqa: N818 - another replica goes on from here
    """Another replica holds the lease, or nobody; nothing was written."""


class Lease:
    """``token`` is this process's own and never used again: that is what makes the fence."""

    def __init__(self, redis: Client, key: str, token: str, ms: int) -> None:
        self._redis, self._key, self._token, self._ms = redis, key, token.encode(), ms
        self._until = 0.0
        # Renewing touches the very key that a write watches: our own must not look like somebody else's.
        self._turn = asyncio.Lock()

    @property
    def held(self) -> bool:
        """True while nobody else can hold it. By our own clock, so an answer that is late counts against us."""
        return time.monotonic() < self._until

    async def take_or_keep(self) -> bool:
        """True where it is ours for another while."""
        asked_at = time.monotonic()
        if await self._redis.set(self._key, self._token, nx=True, px=self._ms) or await self._renew():
            self._until = asked_at + self._ms / 1000
            return True
        self._until = 0.0
        return False

    async def _renew(self) -> bool:
        async with self._turn, self._redis.pipeline(transaction=True) as pipe:
            try:
                await self._mine(pipe)
                pipe.pexpire(self._key, self._ms)
                await pipe.execute()
            except (Lost, WatchError):
                return False
        return True

    async def write(
        self, entries: Sequence[tuple[str, bytes, Op | None]], key: str, fields: Mapping[str, str | int], keep_ms: int
    ) -> None:
        """Add entries (stream, event, its data where that is stored beside it) and set fields of a hash, all at once
        or not at all. Raises ``Lost``.

        ``WATCH`` is the fence: where the lease ends or changes hands before the ``EXEC``, the server drops it all.
        """
        async with self._turn, self._redis.pipeline(transaction=True) as pipe:
            try:
                await self._mine(pipe)
                for stream, event, beside in entries:
                    if beside is not None:
                        _, name, ms, data = beside
                        pipe.set(name, data, px=ms)
                    pipe.xadd(stream, {"event": event})
                pipe.hset(key, mapping=fields)
                pipe.pexpire(key, keep_ms)
                await pipe.execute()
            except WatchError:
                self._until = 0.0
                raise Lost from None

    async def release(self) -> None:
        """Let another replica go on at once."""
        self._until = 0.0
        async with self._redis.pipeline(transaction=True) as pipe:
            try:
                await self._mine(pipe)
                pipe.delete(self._key)
                await pipe.execute()
            except (Lost, WatchError):
                return

    async def _mine(self, pipe: Client) -> None:
        await pipe.watch(self._key)
        if await pipe.get(self._key) != self._token:
            self._until = 0.0
            raise Lost
        pipe.multi()
