"""Reading one stream: claim what is due, else read what is new, and survive whatever happens to Redis."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from redis.exceptions import ResponseError

from shared.errors import what
from shared.logs import logger
from shared.metrics import Metrics
from shared.settings import StageSettings
from shared.streams import Entry, passing
from shared.work import Leaving, Worker


class Loop:
    """Reads one stream as one consumer and hands what it read to ``consume``, until told to stop."""

    def __init__(self, worker: Worker, settings: StageSettings, metrics: Metrics) -> None:
        self.worker, self.group, self.settings, self.metrics = worker, worker.group, settings, metrics
        self.stopping = False
        self.last_read = 0.0
        self._claim_at = self._tidy_at = self._shout_at = 0.0
        self._away = False
        self._claimed = 0

    @property
    def reading(self) -> bool:
        """False when nothing was read for longer than a read may take: Redis is away, or the stage has halted."""
        if self.worker.busy:
            return True
        return not self.worker.halted and time.monotonic() - self.last_read < 5 + self.settings.block_ms / 1000

    async def run(self, consume: Callable[[list[Entry]], Awaitable[None]]) -> None:
        """Claim what is due, else read what is new; every failure short of a bug is survived here."""
        gauge = self.metrics.reading.labels(self.worker.stream)
        while not self.stopping:
            try:
                if self.worker.halted:
                    await self._shout()
                    continue
                entries = await self._next()
                self.last_read, self._away = time.monotonic(), False
                gauge.set(1)
                if entries:
                    await consume(entries)
            except Leaving:
                break
            except Exception as error:  # noqa: BLE001 - told by _survive; a stage that stops reading loses the night
                gauge.set(0)
                await self._survive(error)
        gauge.set(0)

    async def _next(self) -> list[Entry]:
        now = time.monotonic()
        if now >= self._tidy_at:
            self._tidy_at = now + self.settings.trim_every_ms / 1000
            await self.group.trim(self.settings.retention_ms)
            await self.group.reap(max(600_000, 10 * self.settings.claim_after_ms))
        if now >= self._claim_at and self._claimed < self.settings.batch:
            # One: an attempt is counted for what is tried, not for what stands behind an entry that kills its worker.
            taken, lost = await self.group.claim_due(self.settings.claim_after_ms, 1)
            for id_ in lost:
                self.metrics.lost.labels(self.worker.stream).inc()
                logger().critical("entry.lost", stream=self.worker.stream, entry=id_)
            if taken:
                self._claimed += 1
                return taken
            self._claim_at = now + self.settings.claim_every_ms / 1000
        # Batch by batch: what comes back must not keep what is new waiting, nor the other way round.
        more = self._claimed >= self.settings.batch
        wait = None if more else min(self.settings.block_ms, self.settings.claim_every_ms)
        self._claimed = 0
        return await self.group.read(self.settings.batch, wait)

    async def _survive(self, error: Exception) -> None:
        if passing(error):
            if not self._away:
                logger().warning("redis.away", stream=self.worker.stream, error=type(error).__name__)
            self._away = True
            await asyncio.sleep(self.settings.retry_away_ms / 1000)
            return
        if isinstance(error, ResponseError) and ("NOGROUP" in str(error) or "no such key" in str(error)):
            with suppress(Exception):
                if await self.group.ensure():
                    logger().critical("group.recreated", stream=self.worker.stream, group=self.group.group)
                return
        logger().error("loop.failed", stream=self.worker.stream, error=what(error))
        await asyncio.sleep(1)

    async def _shout(self) -> None:
        if time.monotonic() >= self._shout_at:
            self._shout_at = time.monotonic() + 30
            self.metrics.halted.labels(self.worker.stream).set(1)
            logger().critical(
                "stage.halted", stream=self.worker.stream, dead_letters_in_a_row=self.worker.died_in_a_row,
                do="see `lightwire dead list`; mend the cause, then restart this service",
            )  # fmt: skip
        await asyncio.sleep(0.2)
