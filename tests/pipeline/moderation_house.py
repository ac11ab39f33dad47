"""Moderation and delivery at work, readers who write, and the command line beside them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.delivery.app import build as build_delivery
from services.delivery.settings import Settings as DeliverySettings
from services.moderation.app import build
from services.moderation.settings import Settings
from shared.comments import Author, Comment, CommentFacts
from shared.events import CommentEnriched, EventData, seal, to_json
from shared.streams import Client
from tests.pipeline.darkroom_house import QUICK, working
from tests.pipeline.stage_house import published
from tests.server import Server


@asynccontextmanager
async def at_work(server: Server, **changes: Any) -> AsyncIterator[None]:
    """Both stages, until left."""
    stages = (
        build(Settings(redis_url=server.url, port=0, **{**QUICK, **changes})),
        build_delivery(DeliverySettings(redis_url=server.url, renditions="light", **QUICK)),
    )
    async with working(*stages):
        yield


async def put(redis: Client, data: EventData, id_: str) -> None:
    """An event on its stream."""
    await redis.xadd(f"lightwire:{data.stream}", {"event": to_json(seal(data, id=id_, source="/test"))})


async def write(redis: Client, id_: str, body: str, revision: int = 1, author: str = "u") -> None:
    """A comment as enrichment tells it."""
    comment = Comment(
        id=id_, article_id="a1", revision=revision, author=Author(id=author, name="Ada"), body=body,
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    facts = CommentFacts(language="en", words=6)
    fact = CommentEnriched(comment_id=id_, article_id="a1", revision=revision, comment=comment, facts=facts)
    await put(redis, fact, f"{id_}-{revision}")


async def decided(redis: Client, number: int) -> bool:
    """True where so many decisions were told."""
    return len(await published(redis, "lightwire:comments.moderated")) >= number


@dataclass(frozen=True)
class Said:
    """What the command answered."""

    exit_code: int | None
    stdout: str
    stderr: str


Run = Callable[..., Awaitable[Said]]


def runner(server: Server, project: Path, **environment: str) -> Run:
    """`lightwire moderation …` as a person runs it; `trace …` stands for itself."""

    async def run(*words: str) -> Said:
        group = () if words[0] == "trace" else ("moderation",)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", "--redis", server.url, *group, *words, cwd=project,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        return Said(process.returncode, out.decode(), err.decode())

    return run
