"""Moderation's streams as they stand, as one sequence."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Told:
    """What the streams still tell."""

    events: list[Event[Any]]
    """The oldest first."""
    stories: dict[str, Event[ArticleEnriched]]
    """As they came to the gate, by the id of their event."""
    unreadable: int
    """Entries that say nothing: what they refer to has faded, or a later version wrote them."""
    trimmed: bool

    @property
    def whole(self) -> bool:
        """True where nothing is missing: only then can what counts all decisions be made again."""
        return not self.trimmed and not self.unreadable


async def told(redis: Client, keys: Keys) -> Told:
    """All of it."""
    found: list[tuple[int, int, int, Event[Any]]] = []
    unreadable = 0
    for place, kind in enumerate(KINDS):
        async for id_, event in _entries(redis, keys, kind):
            at, number = map(int, id_.split("-"))
            if event is None:
                unreadable += 1
            else:
                found.append((at, place, number, event))
    stories = {}
    async for _, story in _entries(redis, keys, ArticleEnriched):
        if story is None:
            unreadable += 1
        else:
            stories[story.id] = story
    events = [event for *_, event in sorted(found, key=lambda one: one[:3])]
    return Told(events, stories, unreadable, await _trimmed(redis, keys))


async def _trimmed(redis: Client, keys: Keys) -> bool:
    kinds: tuple[type[EventData], ...] = (*KINDS, ArticleEnriched)
    for kind in kinds:
        key = keys.key(kind.stream)
        if await redis.exists(key):
            stream: Any = await redis.xinfo_stream(key)
            if stream["entries-added"] != stream["length"]:
                return True
    return False


async def _entries(redis: Client, keys: Keys, kind: type[EventData]) -> AsyncIterator[tuple[str, Event[Any] | None]]:
    """Entry id and event, ``None`` where it cannot be read."""
    start = "-"
    while page := await redis.xrange(keys.key(kind.stream), min=start, count=PAGE):
        for id_, fields in page:
            try:
                event: Event[Any] = envelope(kind).model_validate_json(fields[b"event"])
                if key := referred(event, keys):
                    event = with_data(event, kind, await redis.get(key))
            except (KeyError, ValidationError, Rejected, Undecodable):
                yield id_.decode(), None
                continue
            if event.type == kind.type:
                yield id_.decode(), event
        if len(page) < PAGE:
            return
        start = "(" + page[-1][0].decode()
