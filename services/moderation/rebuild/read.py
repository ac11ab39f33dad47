"""Moderation's streams as they stand, as one sequence."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import ValidationError

from shared.decode import referred, with_data
from shared.errors import Rejected, Undecodable
from shared.events import (
    ActionTaken,
    ArticleEnriched,
    ArticleHeld,
    ArticleModerated,
    CaseChanged,
    CommentModerated,
    Event,
    EventData,
    envelope,
)
from shared.keys import Keys
from shared.streams import Client

KINDS: tuple[type[EventData], ...] = (ArticleModerated, ArticleHeld, CommentModerated, ActionTaken, CaseChanged)
"""In the order of what happens within one millisecond."""
PAGE = 500


async def sequence(redis: Client, keys: Keys) -> list[Event[Any]]:
    """Everything that was told, the oldest first."""
    found: list[tuple[int, int, int, Event[Any]]] = []
    for place, kind in enumerate(KINDS):
        async for id_, event in entries(redis, keys, kind):
            at, number = map(int, id_.split("-"))
            found.append((at, place, number, event))
    return [event for *_, event in sorted(found, key=lambda one: one[:3])]


async def stories(redis: Client, keys: Keys) -> dict[str, Event[ArticleEnriched]]:
    """As they came to the gate, by the id of their event."""
    return {event.id: event async for _, event in entries(redis, keys, ArticleEnriched)}


async def whole(redis: Client, keys: Keys) -> bool:
    """True where no decision has been trimmed from its stream: only then can what counts all of them be made again."""
    for kind in KINDS:
        key = keys.key(kind.stream)
        if await redis.exists(key):
            told: Any = await redis.xinfo_stream(key)
            if told["entries-added"] != told["length"]:
                return False
    return True


async def entries(redis: Client, keys: Keys, kind: type[EventData]) -> AsyncIterator[tuple[str, Event[Any]]]:
    """Entry id and event; what cannot be read is passed over, as its reader buried it."""
    start = "-"
    while page := await redis.xrange(keys.key(kind.stream), min=start, count=PAGE):
        for id_, fields in page:
            try:
                event: Event[Any] = envelope(kind).model_validate_json(fields[b"event"])
                if key := referred(event, keys):
                    event = with_data(event, kind, await redis.get(key))
            except (KeyError, ValidationError, Rejected, Undecodable):
                continue
            if event.type == kind.type:
                yield id_.decode(), event
        if len(page) < PAGE:
            return
        start = "(" + page[-1][0].decode()
