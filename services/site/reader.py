"""The subscription: read the streams from our own cursors, show what they say, say what we show."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Protocol, TypeVar

from redis.exceptions import RedisError, ResponseError

from services.site.bodies import Refused, body_of, referred
from services.site.entries import RENDITIONS, Entry, read
from services.site.meters import Meters
from services.site.settings import Settings
from services.site.shelf import Change, Shelf
from shared.errors import Undecodable
from shared.events import ReceiptGiven, seal, to_json
from shared.keys import Keys
from shared.logs import logger
from shared.streams import connect

T = TypeVar("T")

SILENCE_S = 10.0
"""A loop that has not come round for so long is not reading."""


class Write(Protocol):
    """Does a piece of work on the shelf, off the event loop and one at a time."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """What the work gave back."""


def _order(id_: str) -> tuple[int, int]:
    milliseconds, _, number = id_.partition("-")
    return int(milliseconds), int(number or 0)


class Reader:
    """One loop over three streams. Nothing it meets stops it; Redis away only makes it wait."""

    def __init__(self, settings: Settings, shelf: Shelf, write: Write, meters: Meters) -> None:
        self._settings, self._shelf, self._write, self._meters = settings, shelf, write, meters
        self._redis = connect(settings.redis_url)
        keys = Keys(settings.prefix)
        self._streams = {keys.key(f"renditions.{name}"): name for name in RENDITIONS}
        self._receipts = keys.key("receipts")
        self.cursors = dict.fromkeys(self._streams, "0-0") | {
            stream: id_ for stream, id_ in shelf.cursors().items() if stream in self._streams
        }
        self._came_round: float | None = None
        self._away = self._refused = False
        self._stop = asyncio.Event()

    @property
    def silent_for(self) -> float | None:
        """Seconds since the last answer of Redis; ``None`` before the first."""
        return None if self._came_round is None else monotonic() - self._came_round

    @property
    def reading(self) -> bool:
        """True while the loop comes round."""
        return not self._away and self.silent_for is not None and self.silent_for < SILENCE_S

    def stop(self) -> None:
        """Finish what is in hand and return from ``run``."""
        self._stop.set()

    async def run(self) -> None:
        """Read until told to stop."""
        checked = False
        try:
            while not self._stop.is_set():
                try:
                    if not checked:
                        await self._notice_restarts()
                    await self._send_receipts()
                    # A stream that was emptied under us is silent, so it is looked at whenever nothing comes.
                    checked = await self._turn()
                    self._here()
                except (RedisError, OSError) as error:
                    checked = False
                    self._gone("redis.away", error)
                    await self._pause()
                except sqlite3.Error as error:
                    self._gone("shelf.failed", error)
                    await self._pause()
        finally:
            self._meters.reading.set(0)
            await self._redis.aclose()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), self._settings.retry_away_ms / 1000)
        except TimeoutError:
            return

    def _here(self) -> None:
        self._came_round = monotonic()
        if self._away:
            logger().info("site.reading")
        self._away = False
        self._meters.reading.set(1)

    def _gone(self, what: str, error: Exception) -> None:
        if not self._away:
            logger().warning(what, error=type(error).__name__)
        self._away = True
        self._meters.reading.set(0)

    async def _notice_restarts(self) -> None:
        """Start a stream again whose newest entry ever is older than our cursor: it was deleted and written anew."""
        for stream, rendition in self._streams.items():
            try:
                newest = (await self._redis.xinfo_stream(stream))["last-generated-id"].decode()
            except ResponseError as error:
                if "no such key" not in str(error):
                    raise
                newest = "0-0"
            if _order(newest) < _order(self.cursors[stream]):
                logger().warning("stream.restarted", stream=stream, cursor=self.cursors[stream], newest=newest)
                self._meters.restarts.labels(rendition).inc()
                self.cursors[stream] = "0-0"

    async def _turn(self) -> bool:
        """Read once and apply what came; False if nothing did."""
        answer = await self._redis.xread(self.cursors, count=self._settings.batch, block=self._settings.block_ms)
        found = _rows(answer)
        if not found:
            return False
        entries = [entry for stream, id_, fields in found if (entry := self._read(stream, id_, fields))]
        blobs = await referred(self._redis, self._settings.prefix, entries)
        changes = self._changes(entries, blobs)
        cursors = {stream: id_ for stream, id_, _ in found}
        news = await self._write(lambda: self._shelf.commit(changes, cursors))
        self.cursors |= cursors
        self._count(changes, news)
        return True

    def _read(self, stream: str, id_: str, fields: dict[bytes, bytes]) -> Entry | None:
        rendition = self._streams[stream]
        try:
            entry = read(stream, rendition, id_, fields)
        except Undecodable as error:
            logger().warning("entry.unreadable", stream=stream, entry=id_, detail=str(error))
            self._meters.entries.labels(rendition, "unreadable").inc()
            return None
        if entry is None:
            self._meters.entries.labels(rendition, "unknown").inc()
        return entry

    def _changes(self, entries: Sequence[Entry], blobs: dict[str, bytes | None]) -> list[Change]:
        changes = []
        newest: dict[tuple[str, str], int] = {}
        for entry in entries:
            whose = (entry.data.article_id, entry.data.rendition)
            newest[whose] = max(entry.data.sequence, newest.get(whose, 0))
        for entry in entries:
            data = entry.data
            if entry.of_comment:
                changes.append(Change(entry))
                continue
            try:
                changes.append(Change(entry, body_of(entry, blobs)))
            except Refused as refused:
                # Superseded bodies expire early: that one is gone is no news when a newer one is here.
                if data.sequence == newest[data.article_id, data.rendition]:
                    logger().warning(
                        f"entry.{refused}", stream=entry.stream, entry=entry.id, subject=data.article_id,
                        sequence=data.sequence,
                    )  # fmt: skip
                    self._meters.entries.labels(data.rendition, str(refused)).inc()
                elif entry.published:
                    self._meters.entries.labels(data.rendition, "superseded").inc()
                # What is withdrawn goes, notice or not.
                if not entry.published:
                    changes.append(Change(entry))
        return changes

    def _count(self, changes: Sequence[Change], news: Sequence[bool]) -> None:
        told: Counter[tuple[str, str]] = Counter()
        for change, new in zip(changes, news, strict=True):
            outcome = ("shown" if change.entry.published else "withdrawn") if new else "ignored"
            told[change.entry.data.rendition, outcome] += 1
        for (rendition, outcome), times in told.items():
            self._meters.entries.labels(rendition, outcome).inc(times)
            logger().info("entries.applied", rendition=rendition, outcome=outcome, entries=times)

    async def _send_receipts(self) -> None:
        """Tell Redis what is shown. A receipt may be sent twice, under the same id, but is never forgotten."""
        waiting = await self._write(lambda: self._shelf.receipts(self._settings.batch))
        if not waiting:
            return
        pipeline = self._redis.pipeline(transaction=False)
        for event_id, receipt in waiting:
            pipeline.xadd(self._receipts, {"event": _sealed(event_id, receipt)})
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


def _rows(answer: Any) -> list[tuple[str, str, dict[bytes, bytes]]]:
    """(stream, id, fields) of an XREAD answer, whichever of redis-py's two shapes it has."""
    rows = []
    for stream, found in answer.items() if isinstance(answer, dict) else answer or ():
        pairs = found[0] if found and isinstance(found[0], list) else found
        rows += [(stream.decode(), id_.decode(), fields or {}) for id_, fields in pairs]
    return rows
