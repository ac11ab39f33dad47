"""From a submission to an entry Redis has acknowledged: all that wait at one moment share its round trips."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from services.ingest.admit import admit_comment, foreseen_article
from services.ingest.http.problems import Problem
from services.ingest.ledger import Ledger, article_key, comment_key
from shared.decode import Door, encode
from shared.errors import Conflict, Rejected
from shared.events import ArticleSubmitted, CommentSubmitted, EventData, seal
from shared.keys import Keys
from shared.outcome import Record
from shared.streams import Client

MOST_AT_ONCE = 200
PATIENCE_S = 0.8
"""Who posts hears within a second that it cannot be kept, and has time to try again."""


@dataclass(slots=True)
class _Waiting:
    data: EventData
    event_id: str
    source: str
    traceparent: str | None
    answer: "asyncio.Future[str]"


class Inbox:
    """Publishes on the submitted streams; ``start`` and ``stop`` belong to the process."""

    def __init__(self, redis: Client, keys: Keys, keep_ms: int, door: Door) -> None:
        """``door``: what the stage lets in, so that nothing is told to be kept that it then refuses."""
        self._redis, self._keys, self._keep_ms, self._door = redis, keys, keep_ms, door
        self._waiting: asyncio.Queue[_Waiting | None] = asyncio.Queue(5_000)
        self._writers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to write. One writer: what a source sends in order is published in order."""
        self._writers = [asyncio.create_task(self._run())]

    async def stop(self) -> None:
        """Write what waits, then end."""
        await self._waiting.put(None)
        await asyncio.gather(*self._writers)
        with suppress(Exception):
            await self._redis.aclose()

    async def put(self, data: EventData, event_id: str, source: str, traceparent: str | None = None) -> str:
        """``accepted`` once Redis has it; ``duplicate``, ``stale`` or ``killed`` where nothing is left to be done.

        Raises ``Problem``: ``conflict`` and ``invalid`` where ingest would refuse it, ``away`` where Redis does.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(data, event_id, source, traceparent, loop.create_future())
        try:
            self._waiting.put_nowait(waiting)
        except asyncio.QueueFull:
            raise Problem("away", "too much waits for Redis: send it again", retry_s=2) from None
        # It may be written all the same: sending it again is harmless.
        late = Problem("away", "Redis does not answer: send it again", retry_s=2)
        timer = loop.call_later(PATIENCE_S, _tell, waiting, late)
        try:
            return await waiting.answer
        finally:
            timer.cancel()

    async def _run(self) -> None:
        while (first := await self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < MOST_AT_ONCE and not self._waiting.empty():
                if (more := self._waiting.get_nowait()) is None:
                    await self._waiting.put(None)
                    break
                batch.append(more)
            batch = [one for one in batch if not one.answer.done()]
            try:
                await self._write(batch)
            except Exception as error:  # noqa: BLE001 - each is told; a writer that ended would be silence for ever
                for one in batch:
                    _tell(one, Problem("away", f"Redis does not take it ({type(error).__name__})", retry_s=2))

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        known = await self._known(batch)
        ready = [one for one, record in zip(batch, known, strict=True) if _admissible(one, record)]
        if not ready:
            return
        # One transaction: all of it is kept, or nobody is told that anything was.
        pipe, kept = self._redis.pipeline(transaction=True), []
        for one in ready:
            event = seal(
                one.data, id=one.event_id, source=one.source, time=datetime.now(UTC), traceparent=one.traceparent
            )
            raw, blob = encode(event, self._keys, self._keep_ms)
            try:
                self._door(raw if blob is None else cast("bytes", blob[3]))
            except Rejected as error:
                _tell(one, Problem("invalid", _detail(error), pointer=_pointer(error)))
                continue
            kept.append(one)
            if blob is not None:
                _, key, keep_ms, data = blob
                pipe.set(key, data, px=keep_ms)
            pipe.xadd(self._keys.key(one.data.destination), {"event": raw})
        if kept:
            await pipe.execute()
        for one in kept:
            _tell(one, "accepted")

    async def _known(self, batch: Sequence[_Waiting]) -> list[Ledger | None]:
        pipe = self._redis.pipeline(transaction=False)
        asked = [_ledger_key(one.data) for one in batch]
        for key in asked:
            if key is not None:
                pipe.hgetall(self._keys.key(key))
        rows = iter(await pipe.execute())
        return [None if key is None else _read(next(rows)) for key in asked]


def _ledger_key(data: EventData) -> str | None:
    if isinstance(data, ArticleSubmitted):
        return article_key(data.id)
    return comment_key(data.id) if isinstance(data, CommentSubmitted) else None


def _read(row: dict[bytes, bytes]) -> Ledger | None:
    return Ledger.read(Record("0.0", {name.decode(): value for name, value in row.items()}))


def _admissible(one: _Waiting, known: Ledger | None) -> bool:
    """True where it should be published. What ingest would refuse in a moment is refused now, by the same decision."""
    try:
        if isinstance(one.data, ArticleSubmitted):
            note = foreseen_article(one.data, known)
        elif isinstance(one.data, CommentSubmitted):
            outcome = admit_comment(one.data, known)
            note = outcome.note if known and one.data.revision <= known.revision else None
        else:
            return True
    except Conflict as error:
        _tell(one, Problem("conflict", _detail(error), pointer=_pointer(error)))
        return False
    except Rejected as error:
        _tell(one, Problem("invalid", _detail(error), pointer=_pointer(error)))
        return False
    # Only what an earlier revision settles: the rest is for ingest, which sees events in their order.
    if note:
        _tell(one, note)
    return not note


def _pointer(error: Rejected) -> str | None:
    first = str(error).split(" ", 1)[0].rstrip(":")
    return first if first.startswith("/") else None


def _detail(error: Rejected) -> str:
    return str(error)


def _tell(one: _Waiting, answer: Any) -> None:
    if one.answer.done():
        return
    if isinstance(answer, Exception):
        one.answer.set_exception(answer)
    else:
        one.answer.set_result(answer)
