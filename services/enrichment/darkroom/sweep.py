"""Originals that no story ever showed: uploaded, and then refused, held back, killed before, or never named."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.errors import Away, what
from shared.logs import logger
from shared.media import ORIGINAL, Media
from shared.repeated import Repeated

EVERY_S = 3_600.0


class Sweep(Repeated):
    """Deletes them once they are old, every hour. Several at once do no harm."""

    def __init__(self, media: Media, keep_ms: int, clock: Callable[[], datetime]) -> None:
        super().__init__(self.once, EVERY_S)
        self._media, self._keep, self._clock = media, timedelta(milliseconds=keep_ms), clock

    async def once(self) -> None:
        """Delete what is old now; what fails is told, for the next time is in an hour."""
        gone = 0
        try:
            async for digest in self._media.older(ORIGINAL, self._clock() - self._keep):
                if self.stopping:
                    break
                await self._media.drop(ORIGINAL, digest)
                gone += 1
        except Away as why:
            logger().warning("store.away", task="sweep", why=str(why))
        except Exception as error:  # noqa: BLE001 - told; a sweep that ended would be silence for ever
            logger().error("sweep.broken", error=what(error))
        if gone:
            logger().info("originals.swept", deleted=gone, older_than_days=self._keep.days)
