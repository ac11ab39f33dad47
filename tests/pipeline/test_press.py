"""The press on a real Redis: what is live is compressed, and what a kill has taken leaves nothing behind."""

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from typer.testing import CliRunner

from services.cli import cli
from services.delivery.app import build
from services.delivery.press.app import build as build_press
from services.delivery.press.settings import Settings as PressSettings
from services.delivery.settings import Settings
from shared.articles import Change
from shared.events import EventData, seal, to_json
from shared.keyring import make_keys
from shared.streams import Client
from tests.pipeline.stage_house import published
from tests.server import Server
from tests.unit.delivery_stories import moderated

Until = Callable[..., Awaitable[None]]
QUICK: dict[str, Any] = {"block_ms": 20, "claim_every_ms": 20, "claim_after_ms": 500, "log_level": "error"}


@pytest.fixture
async def _delivering(redis: Client, redis_server: Server, tmp_path: Path) -> AsyncIterator[None]:
    make_keys(tmp_path / "keys")
    async with AsyncExitStack() as running:
        delivery = Settings(redis_url=redis_server.url, signing_keys=tmp_path / "keys", **QUICK)
        for stage in (build(delivery), build_press(PressSettings(redis_url=redis_server.url, **QUICK))):
            await stage.app.start()
            running.push_async_callback(stage.app.stop)
        yield


async def submit(redis: Client, *facts: EventData) -> None:
    for number, fact in enumerate(facts):
        event = to_json(seal(fact, id=f"{fact.subject}-{number}", source="/service/moderation"))
        await redis.xadd(f"lightwire:{fact.stream}", {"event": event})


@pytest.mark.usefixtures("_delivering")
async def test_a_live_page_is_compressed_signed_and_can_be_checked(redis: Client, until: Until, tmp_path: Path) -> None:
    await submit(redis, moderated(body_html="<p>Water came back.</p>" * 200))

    async def light() -> list[dict[str, Any]]:
        return [event["data"] for event in await published(redis, "lightwire:renditions.light")]

    async def pressed() -> bool:
        return (
            bool(await light())
            and await redis.exists(*[e["content_ref"] for e in (await light())[0]["encodings"]]) == 2
        )

    await until(pressed)
    (data,) = await light()
    body = await redis.get(f"lightwire:blob:{data['sha256']}")
    assert body is not None
    assert sha256(body).hexdigest() == data["sha256"]
    packed = {one["coding"]: await redis.get(one["content_ref"]) for one in data["encodings"]}
    assert brotli.decompress(packed["br"]) == gzip.decompress(packed["gzip"]) == body
    assert len(packed["br"]) < len(packed["gzip"]) < len(body)

    (tmp_path / "story.html").write_bytes(body)
    (tmp_path / "story.html.minisig").write_text(data["signature"])
    genuine = CliRunner().invoke(cli, ["verify", str(tmp_path / "story.html"), "--key", str(tmp_path / "keys")])
    (tmp_path / "story.html").write_bytes(body.replace(b"Water", b"Money", 1))
    forged = CliRunner().invoke(cli, ["verify", str(tmp_path / "story.html"), "--key", str(tmp_path / "keys")])
    assert (genuine.exit_code, "genuine" in genuine.output, "sequence" in genuine.output) == (0, True, True)
    assert (forged.exit_code, "not what was signed" in forged.output) == (1, True)


@pytest.mark.usefixtures("_delivering")
async def test_a_kill_leaves_no_body_behind_however_busy_the_press_is(redis: Client, until: Until) -> None:
    names = [f"story-{number}" for number in range(40)]
    for name in names:
        await submit(redis, moderated(id=name, body_html=f"<p>{name} secret.</p>" * 300))
    for name in names:
        await submit(redis, moderated(2, Change.KILLED, id=name))

    async def quiet() -> bool:
        gone = [e for e in await published(redis, "lightwire:renditions.light") if "withdrawn" in e["type"]]
        groups = (
            [*await redis.xinfo_groups("lightwire:bodies.due")] if await redis.exists("lightwire:bodies.due") else []
        )
        idle = all(group["pending"] == 0 and not group["lag"] for group in groups)
        return len(gone) == len(names) and idle

    await until(quiet, within=30.0)

    assert [key async for key in redis.scan_iter("lightwire:blob:*")] == []
