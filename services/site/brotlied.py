"""Bodies compressed by the press: fetched when first wanted, and believed only when they unpack to the body."""

import asyncio
from time import monotonic

import brotli  # type: ignore[import-untyped]
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.site.catalogue import Page
from services.site.receipts import Write
from services.site.shelf import Shelf

ASK_AGAIN_S = 2.0
"""After a key that was not there; the press fills it moments after the entry was written."""

MOST_WAITED_FOR = 1_000


class Brotlied:
    """Fetches beside the answer, never before it: who comes first gets gzip."""

    def __init__(self, redis: Redis, prefix: str, shelf: Shelf, write: Write) -> None:
        self._redis, self._prefix, self._shelf, self._write = redis, prefix, shelf, write
        self._asked: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def want(self, page: Page) -> None:
        """See to it that the page's brotli is there for the next reader; only keys of this deployment are followed."""
        ref = page.br_ref
        if not page.shown or page.br is not None or not ref or not ref.startswith(f"{self._prefix}:"):
            return
        if monotonic() - self._asked.get(ref, -ASK_AGAIN_S) < ASK_AGAIN_S:
            return
        if len(self._asked) >= MOST_WAITED_FOR:
            self._asked.clear()
        self._asked[ref] = monotonic()
        task = asyncio.create_task(self._fetch(page, ref))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, page: Page, ref: str) -> None:
        try:
            found = await self._redis.get(ref)
        except RedisError:
            return
        if not isinstance(found, bytes) or page.body is None or page.etag is None:
            return
        content: bytes = found
        if not await asyncio.to_thread(unpacks_to, content, page.body):
            return
        whose = (page.article_id, page.rendition, page.etag)
        await self._write(lambda: self._shelf.keep_brotli(*whose, content))

    async def stop(self) -> None:
        """Wait for none of them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def unpacks_to(content: bytes, body: bytes) -> bool:
    """True if these bytes are ``body`` as brotli; never unpacks more than one byte beyond it."""
    try:
        unpacking = brotli.Decompressor()
        unpacked = unpacking.process(content, output_buffer_limit=len(body) + 1)
        return bool(unpacked == body and unpacking.is_finished())
    except brotli.error:
        return False
