"""Delivery and the darkroom on a real Redis and a real store, and what can be seen of them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.delivery.app import build as build_delivery
from services.delivery.settings import Settings as DeliverySettings
from services.enrichment.darkroom.app import build
from services.enrichment.darkroom.settings import Settings
from shared.dead_letters import scan
from shared.events import EventData, seal, to_json
from shared.keys import Keys
from shared.stage import Stage
from shared.streams import Client
from tests.originals import GOOD
from tests.pipeline.stage_house import published
from tests.server import Server

Until = Callable[..., Awaitable[None]]
QUICK: dict[str, Any] = {
    "block_ms": 20, "claim_every_ms": 20, "claim_after_ms": 500, "backoff_base_ms": 20, "backoff_max_ms": 100,
    "log_level": "error",
}  # fmt: skip


@lru_cache(maxsize=8)
def original(name: str = "jpeg with everything") -> bytes:
    """A file as a newsroom sends it."""
    return GOOD[name]()


async def upload(redis: Client, content: bytes) -> str:
    """As a newsroom that speaks to Redis alone does; the digest."""
    digest = sha256(content).hexdigest()
    await redis.set(f"lightwire:original:{digest}", content)
    return digest


async def submit(redis: Client, *facts: EventData, mark: str = "") -> None:
    """Put them on their streams, as moderation does."""
    for number, fact in enumerate(facts):
        event = to_json(seal(fact, id=f"{fact.subject}-{mark}{number}", source="/service/moderation"))
        await redis.xadd(f"lightwire:{fact.stream}", {"event": event})


def darkroom(server: Server, folder: Path, **more: Any) -> Stage:
    """One that keeps its pictures in ``folder``."""
    return build(Settings(redis_url=server.url, **{"media": str(folder / "media"), **QUICK, **more}))


def delivery(server: Server, **more: Any) -> Stage:
    """One that makes full, light and JSON."""
    chosen = {"renditions": "full,light,json", "comment_render_delay_ms": 20, **QUICK, **more}
    return build_delivery(DeliverySettings(redis_url=server.url, **chosen))


@asynccontextmanager
async def working(*stages: Stage) -> AsyncIterator[None]:
    """All of them, while the block lasts."""
    async with AsyncExitStack() as running:
        for stage in stages:
            await stage.app.start()
            running.push_async_callback(stage.app.stop)
        yield


async def newest(redis: Client, rendition: str, article_id: str = "a1") -> dict[str, Any]:
    """What channels were told last of this story; empty where nothing."""
    events = await published(redis, f"lightwire:renditions.{rendition}")
    return next((event["data"] for event in reversed(events) if event["data"]["article_id"] == article_id), {})


async def body(redis: Client, rendition: str, article_id: str = "a1") -> str:
    """Its text; empty where there is none."""
    data = await newest(redis, rendition, article_id)
    if not data.get("content_ref"):
        return str(data.get("content") or "")
    return str((await redis.get(data["content_ref"]) or b"").decode())


async def pictures(redis: Client, article_id: str = "a1") -> list[dict[str, Any]]:
    """As an app is told of them."""
    text = await body(redis, "json", article_id)
    found: list[dict[str, Any]] = json.loads(text).get("images", []) if text else []
    return found


async def letters(redis: Client) -> list[Any]:
    """The darkroom's dead letters."""
    return [letter async for letter in scan(redis, Keys(), "darkroom")]


def kept(folder: Path, kind: str = "media") -> dict[str, bytes]:
    """Digest → content of what is in the store."""
    return {path.name: path.read_bytes() for path in (folder / "media" / kind).glob("*")}
