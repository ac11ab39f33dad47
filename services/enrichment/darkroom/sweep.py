"""Originals that no story ever showed: uploaded, and then refused, held back, killed before, or never named."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from shared.errors import Away, what
from shared.logs import logger
from shared.media import ORIGINAL, Media

EVERY_S = 3_600.0


class Sweep:
    """Deletes them once they are old; ``start`` and ``stop`` belong to the process. Several at once do no harm."""

    def __init__(self, media: Media, keep_ms: int, clock: Callable[[], datetime]) -> None:
        self._media, self._keep, self._clock = media, timedelta(milliseconds=keep_ms), clock
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin: once now, then every hour."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the one file in hand."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.once()
            except Away as why:
                logger().warning("store.away", task="sweep", why=str(why))
            except Exception as error:  # noqa: BLE001 - told; a sweep that ended would be silence for ever
                logger().error("sweep.broken", error=what(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EVERY_S)

    async def once(self) -> int:
        """How many were deleted. Raises ``Away``."""
        gone = 0
        async for digest in self._media.older(ORIGINAL, self._clock() - self._keep):
            if self._stopping.is_set():
                break
            await self._media.drop(ORIGINAL, digest)
            gone += 1
        if gone:
            logger().info("originals.swept", deleted=gone, older_than_days=self._keep.days)
        return gone
