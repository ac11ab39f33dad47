"""What a person asks of moderation on the command line, and the answer."""

import asyncio
import os

from services.commands.answers import Problem
from services.commands.dotenv import from_file
from services.commands.wire import Seen, filled, follow
from shared.asking import ask
from shared.keys import Keys
from shared.requests import PersonAsks
from shared.streams import Client

PATIENCE_S = 15.0
"""For moderation's answer."""
ANSWERS = ("comments.moderated", "moderation.refusals", "moderation.actions", "moderation.cases")


async def asked(redis: Client, keys: Keys, wish: PersonAsks) -> Seen:
    """Moderation's answer. Raises Problem for a refusal, and where none comes: the request stays and is answered later.

    What a refusal names as standing instead is in its words.
    """
    told = await told_of(redis, keys, wish)
    if told.stream == "moderation.refusals":
        raise Problem(f"{wish.subject}: {told.data.get('detail')}")
    return told


async def told_of(redis: Client, keys: Keys, wish: PersonAsks) -> Seen:
    """The same, a refusal as an answer like any other."""
    cursors = {}
    for stream in ANSWERS:
        last = await redis.xrevrange(keys.key(stream), count=1)
        cursors[stream] = last[0][0].decode() if last else "0-0"
    id_ = await ask(redis, keys, wish, secret=secret(), source="/lightwire/cli")
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while asyncio.get_running_loop().time() < deadline:
        for seen in await follow(redis, keys, cursors, block_ms=200):
            if seen.event.get("causationid") == id_:
                return await filled(redis, keys, seen)
    raise Problem("moderation has not answered; it will do it when it is back: `lightwire status`")


def secret() -> str:
    """With which moderation knows that somebody was let in; empty where none is set."""
    return os.environ.get("LIGHTWIRE_DESK_SECRET") or from_file().get("LIGHTWIRE_DESK_SECRET") or ""
