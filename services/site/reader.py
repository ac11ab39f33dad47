"""The subscription: read the streams from our own cursors, show what they say, say what we show."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from redis.exceptions import BusyLoadingError, RedisError, ResponseError

from services.site.arrival import Arrival, order
from services.site.bodies import Refused, body_of, fetch, refs
from services.site.entries import FULL, KINDS, RENDITIONS, Entry, opened, read
from services.site.meters import Meters
from services.site.receipts import Receipts, Write
from services.site.settings import Settings
from services.site.shelf import Change, Shelf
from shared.decode import referred, with_data
from shared.errors import Rejected
from shared.keys import Keys
from shared.logs import logger
from shared.streams import connect

SILENCE_S = 10.0
"""A loop that has not come round for so long is not reading."""


Changed = Callable[[Iterable[tuple[str, int]]], None]
"""Told article ids and sequences of pages that are new, after they are shown."""

Row = tuple[str, str, dict[bytes, bytes]]
"""Stream (full key), entry id, fields."""


def _blames_entry(error: Exception) -> bool:
    """False where Redis or the disk is at fault, and the same entry may pass a moment later."""
    refused = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError)
    return isinstance(error, refused) or not isinstance(error, (RedisError, OSError, sqlite3.Error))


class Reader:
    """One loop over three streams. Nothing it meets stops it: Redis away makes it wait, and an entry that cannot be
    applied is passed over alone, so that the withdrawals behind it are obeyed."""

    def __init__(self, settings: Settings, shelf: Shelf, write: Write, meters: Meters, changed: Changed) -> None:
        self._settings, self._shelf, self._write, self._meters = settings, shelf, write, meters
        self._changed = changed
        self._redis = connect(settings.redis_url)
        self._keys = keys = Keys(settings.prefix)
        self._receipts = Receipts(self._redis, keys.key("receipts"), shelf, write, meters)
        self._streams = {keys.key(f"renditions.{name}"): name for name in RENDITIONS}
        self.cursors = dict.fromkeys(self._streams, "0-0") | {
            stream: id_ for stream, id_ in shelf.cursors().items() if stream in self._streams
        }
        self.arrival = Arrival()
        self._came_round: float | None = None
        self._away = False
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
                    await self._receipts.send(self._settings.batch)
                    # A stream that was emptied under us is silent, so it is looked at whenever nothing comes.
                    checked = await self._turn()
                    self._here()
                except (RedisError, OSError) as error:
                    checked = False
                    self._gone("redis.away", error)
                    # One that loads its file is about to answer.
                    if not isinstance(error, BusyLoadingError):
                        self.arrival.away()
                    await self._pause()
                except sqlite3.Error as error:
                    self._gone("shelf.failed", error)
                    await self._pause()
                except Exception as error:  # noqa: BLE001 - whatever it is, later entries may be withdrawals
                    self._gone("reading.failed", error)
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
        ends = {}
        for stream, rendition in self._streams.items():
            try:
                newest = (await self._redis.xinfo_stream(stream))["last-generated-id"].decode()
            except ResponseError as error:
                if "no such key" not in str(error):
                    raise
                newest = "0-0"
            ends[stream] = newest
            if order(newest) < order(self.cursors[stream]):
                logger().warning("stream.restarted", stream=stream, cursor=self.cursors[stream], newest=newest)
                self._meters.restarts.labels(rendition).inc()
                self.cursors[stream] = "0-0"
        self.arrival.aim(ends)
        self.arrival.read(self.cursors)

    async def _turn(self) -> bool:
        """Read once and apply what came; False if nothing did."""
        found = _rows(await self._redis.xread(self.cursors, count=self._settings.batch, block=self._settings.block_ms))
        if len({stream for stream, _, _ in found}) == 1:
            # Servers before 7.2 answer who waits with one stream alone. All streams of one moment belong together: a
            # story must not be gone from its page and still be in the feeds.
            found = _rows(await self._redis.xread(self.cursors, count=self._settings.batch)) or found
        if found:
            await self._take(await self._read(found), {stream: id_ for stream, id_, _ in found})
        if self._shelf.remembers:
            await self._write(self._shelf.forget)
        if found:
            self.cursors |= {stream: id_ for stream, id_, _ in found}
            self.arrival.read(self.cursors)
        else:
            self.arrival.read_all()
        return bool(found)

    async def _take(self, entries: Sequence[Entry], cursors: dict[str, str]) -> None:
        """Apply them together; if that cannot be done, one by one, without the one that is to blame."""
        try:
            await self._apply(entries, cursors)
        except Exception as error:
            if not _blames_entry(error):
                raise
            if len(entries) == 1:
                self._pass_over(entries[0].stream, entries[0].id, "failed", type(error).__name__)
            else:
                for entry in entries:
                    await self._take([entry], {entry.stream: entry.id})
            await self._write(lambda: self._shelf.commit([], cursors))

    async def _apply(self, entries: Sequence[Entry], cursors: dict[str, str]) -> None:
        blobs = await fetch(self._redis, refs(self._settings.prefix, entries))
        changes = self._changes(entries, blobs)
        news = await self._write(lambda: self._shelf.commit(changes, cursors))
        self._count(changes, news)
        # A new comment renders the page again, so the page alone says when a reader has something new to see.
        self._changed(
            (change.entry.data.article_id, change.entry.data.sequence)
            for change, new in zip(changes, news, strict=True)
            if new and change.entry.data.rendition == FULL
        )

    async def _read(self, found: Sequence[Row]) -> list[Entry]:
        """Those that can be read, with the data of those that travel by reference."""
        events = []
        for stream, id_, fields in found:
            with self._passing_over(stream, id_):
                event = opened(fields)
                if event is None:
                    self._meters.entries.labels(self._streams[stream], "unknown").inc()
                else:
                    events.append((stream, id_, event, referred(event, self._keys)))
        stored = await fetch(self._redis, [key for *_, key in events if key])
        entries = []
        for stream, id_, event, key in events:
            with self._passing_over(stream, id_):
                whole = with_data(event, KINDS[event.type], stored[key]) if key else event
                entries.append(read(whole, stream, self._streams[stream], id_))
        return entries

    @contextmanager
    def _passing_over(self, stream: str, id_: str) -> Iterator[None]:
        try:
            yield
        except Rejected as refused:
            self._pass_over(stream, id_, "unreadable", str(refused))
        except Exception as error:  # noqa: BLE001 - one odd entry must not hold up the others
            self._pass_over(stream, id_, "failed", type(error).__name__)

    def _pass_over(self, stream: str, id_: str, outcome: str, detail: str) -> None:
        logger().warning(f"entry.{outcome}", stream=stream, entry=id_, detail=detail)
        self._meters.entries.labels(self._streams[stream], outcome).inc()

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


def _rows(answer: Any) -> list[Row]:
    """The rows of an XREAD answer, whichever of redis-py's two shapes it has."""
    rows = []
    for stream, found in answer.items() if isinstance(answer, dict) else answer or ():
        pairs = found[0] if found and isinstance(found[0], list) else found
        rows += [(stream.decode(), id_.decode(), fields or {}) for id_, fields in pairs]
    return rows
