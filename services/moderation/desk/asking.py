"""Wishes to moderation and its answers: one reader of the answers, on which every request of the desk waits."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from shared.asking import ask
from shared.events import ActionTaken, CaseChanged, CommentModerated, DecisionRefused
from shared.keys import Keys
from shared.requests import PersonAsks
from shared.streams import Client, passing

PATIENCE_S = 5.0
SOURCE = "/lightwire/desk"
ANSWERED_ON = (CommentModerated.stream, DecisionRefused.stream, CaseChanged.stream, ActionTaken.stream)
REMEMBERED = 1_000
"""Answers kept for whoever is just about to wait for one: moderation may be quicker than the way back from Redis."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What moderation said to one wish."""

    refused: bool
    data: dict[str, Any]


class Asking:
    """``run`` reads for as long as the desk does; ``ask`` writes a wish and waits for what comes of it."""

    def __init__(self, redis: Client, keys: Keys, secret: str) -> None:
        self._redis, self._keys, self._secret = redis, keys, secret
        self._asking = 0
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._heard: dict[str, Answer] = {}
        self._listening = asyncio.Event()

    async def run(self) -> None:
        """From now on: what was answered before nobody here has asked for."""
        cursors: dict[str, str] = {}
        while True:
            try:
                if not cursors:
                    cursors = await self._ends()
                    self._listening.set()
                rows = await self._redis.xread(cursors, count=500, block=1_000)
            except Exception as error:
                if not passing(error):
                    raise
                await asyncio.sleep(0.2)
                continue
            for stream, entries in pages(rows):
                for id_, fields in entries:
                    cursors[stream] = id_.decode()
                    if self._asking:
                        self._hear(stream, fields.get(b"event", b""))

    async def ask(self, wish: PersonAsks, patience_s: float = PATIENCE_S) -> Answer | None:
        """The answer; None where none comes in time: the wish stays, and is answered when moderation is back."""
        self._asking += 1
        try:
            async with asyncio.timeout(patience_s):
                await self._listening.wait()
            id_ = await ask(self._redis, self._keys, wish, secret=self._secret, source=SOURCE)
            return await self._answer(id_, patience_s)
        finally:
            self._asking -= 1
            if not self._asking:
                self._heard.clear()

    async def _answer(self, id_: str, patience_s: float) -> Answer | None:
        if id_ in self._heard:
            return self._heard.pop(id_)
        answer = self._waiting[id_] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(answer, patience_s)
        except TimeoutError:
            return None
        finally:
            del self._waiting[id_]

    async def _ends(self) -> dict[str, str]:
        ends = {}
        for name in ANSWERED_ON:
            last = await self._redis.xrevrange(self._keys.key(name), count=1)
            ends[self._keys.key(name)] = last[0][0].decode() if last else "0-0"
        return ends

    def _hear(self, stream: str, raw: bytes) -> None:
        try:
            event = json.loads(raw)
        except ValueError:
            return
        cause = event.get("causationid") or ""
        answer = Answer(stream == self._keys.key(DecisionRefused.stream), event.get("data") or {})
        waiting = self._waiting.get(cause)
        if waiting is None:
            # One wish may be answered by several events; the first says whether it was taken.
            self._heard.setdefault(cause, answer)
            while len(self._heard) > REMEMBERED:
                del self._heard[next(iter(self._heard))]
        elif not waiting.done():
            waiting.set_result(answer)


def pages(rows: Any) -> list[tuple[str, list[tuple[bytes, dict[bytes, bytes]]]]]:
    """Stream and its entries, in whichever of redis-py's shapes they came."""
    pairs = rows.items() if isinstance(rows, dict) else rows or ()
    return [
        (name.decode(), found[0] if found and isinstance(found[0], list) else found) for name, found in pairs
    ]  # fmt: skip
