"""Reading a stream as an observer does: from a place on, page by page, for as long as the desk runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from services.moderation.desk.asking import pages
from shared.streams import Client, passing

PAGE = 500
Entries: TypeAlias = list[tuple[bytes, dict[bytes, bytes]]]


async def follow(
    redis: Client, stream: str, start: str, take: Callable[[Entries], Awaitable[None]], caught_up: asyncio.Event
) -> None:
    """``take`` gets every page; ``caught_up`` is set when there is nothing left to read for the first time."""
    at = start
    while True:
        try:
            rows = await redis.xread({stream: at}, count=PAGE, block=1_000 if caught_up.is_set() else None)
            for _, entries in pages(rows):
                await take(entries)
                at = entries[-1][0].decode()
            if not rows:
                caught_up.set()
        except Exception as error:
            if not passing(error):
                raise
            await asyncio.sleep(0.2)
