"""Who is looking at a comment: a lease that ends by itself and never stands in the way of a decision."""

from collections.abc import Sequence

from shared.keys import Keys, escape
from shared.streams import Client

LEASE_MS = 300_000


class Claims:
    """One key for each comment somebody has claimed, with their name."""

    def __init__(self, redis: Client, keys: Keys) -> None:
        self._redis, self._keys = redis, keys

    async def take(self, comment_id: str, who: str) -> str:
        """Who has it now: ``who``, for five more minutes, or somebody who was first."""
        key = self._key(comment_id)
        if await self._redis.set(key, who, nx=True, px=LEASE_MS):
            return who
        holder = await self._redis.get(key)
        if holder is not None and holder.decode() != who:
            return str(holder.decode())
        await self._redis.set(key, who, px=LEASE_MS)
        return who

    async def release(self, comment_id: str, who: str) -> None:
        """Only one's own."""
        if await self._redis.get(self._key(comment_id)) == who.encode():
            await self._redis.delete(self._key(comment_id))

    async def holders(self, ids: Sequence[str]) -> dict[str, str]:
        """Comment → who has it, of those that somebody has."""
        found = await self._redis.mget([self._key(id_) for id_ in ids]) if ids else []
        return {id_: who.decode() for id_, who in zip(ids, found, strict=True) if who}

    def _key(self, comment_id: str) -> str:
        return self._keys.key(f"claim:{escape(comment_id)}")
