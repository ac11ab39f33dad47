"""What the site tells the newsroom: which revision it shows now."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from redis.asyncio import Redis

from services.site.meters import Meters
from services.site.shelf import Shelf
from shared.events import ReceiptGiven, seal, to_json
from shared.logs import logger

T = TypeVar("T")


class Write(Protocol):
    """Does a piece of work on the shelf, off the event loop and one at a time."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """What the work gave back."""


class Receipts:
    """Sends what the shelf has put by; ``stream`` is the full key."""

    def __init__(self, redis: Redis, stream: str, shelf: Shelf, write: Write, meters: Meters) -> None:
        self._redis, self._stream, self._shelf, self._write, self._meters = redis, stream, shelf, write, meters
        self._refused = False

    async def send(self, limit: int) -> None:
        """Tell Redis what is shown, at most ``limit`` at once.

        A receipt may be sent twice, under the same id, but is never forgotten.
        """
        waiting = await self._write(lambda: self._shelf.receipts(limit))
        if not waiting:
            return
        pipeline = self._redis.pipeline(transaction=False)
        for event_id, receipt in waiting:
            pipeline.xadd(self._stream, {"event": _sealed(event_id, receipt)})
        answers = await pipeline.execute(raise_on_error=False)
        sent = [event_id for (event_id, _), answer in zip(waiting, answers, strict=True) if isinstance(answer, bytes)]
        await self._write(lambda: self._shelf.receipts_sent(sent))
        self._meters.receipts.inc(len(sent))
        refused = len(sent) < len(waiting)
        if refused and not self._refused:
            # No room, or no right to write: readers are served all the same, the receipts wait.
            refusal = next(answer for answer in answers if not isinstance(answer, bytes))
            logger().warning("receipts.refused", error=str(refusal).split(" ")[0], waiting=len(waiting) - len(sent))
        self._refused = refused


def _sealed(event_id: str, receipt: ReceiptGiven) -> bytes:
    return to_json(seal(receipt, id=event_id, source="/channel/site", time=datetime.now(UTC)))
