"""Decisions as they stand on their stream, read as an observer does."""

import time
from collections.abc import AsyncIterator

from pydantic import ValidationError

from services.moderation.policy import Rulebook
from services.moderation.trial.replay import Trial, replay
from shared.envelope import Event
from shared.events import CommentModerated
from shared.keys import Keys
from shared.streams import Client

PAGE = 500
_DAY_MS = 86_400_000


async def tried(redis: Client, keys: Keys, rules: Rulebook, days: float, most: int) -> Trial:
    """What ``rules`` would have done with what was decided in so many days, at most ``most`` decisions."""
    since = max(0, int(time.time() * 1000 - days * _DAY_MS))
    return replay([one async for one in decisions(redis, keys, since, most)], rules)


async def decisions(redis: Client, keys: Keys, since_ms: int, most: int) -> AsyncIterator[CommentModerated]:
    """From a time on, the oldest first; what cannot be read is passed over."""
    start, left = str(since_ms), most
    while left > 0:
        page = await redis.xrange(keys.key(CommentModerated.stream), min=start, count=min(PAGE, left))
        for _, fields in page:
            try:
                event = Event[CommentModerated].model_validate_json(fields[b"event"])
            except (KeyError, ValidationError):
                continue
            if event.data is not None:
                yield event.data
        if len(page) < min(PAGE, left):
            return
        left -= len(page)
        start = "(" + page[-1][0].decode()
