"""A simulated newsroom through the real front and all stages: what it kills is off, and what is not is told."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import cli
from services.commands import simulate as module
from services.commands.simulation.check import still_on
from services.delivery.app import build as delivery
from services.delivery.settings import Settings as DeliverySettings
from services.enrichment.app import build as enrichment
from services.enrichment.settings import Settings as EnrichmentSettings
from services.moderation.app import build as moderation
from services.moderation.settings import Settings as ModerationSettings
from shared.keys import Keys
from shared.streams import Client
from tests.pipeline.darkroom_house import QUICK, working
from tests.pipeline.intake_house import Ingest, ingest
from tests.server import Server, free_port

TOKEN = "simulated-token-0123456789"
KEY = "whsec_c2ltdWxhdGVkLXNlY3JldC0wMTIzNDU2Nzg5"
SOURCES = "".join(
    f"""
[[source]]
name = "{adapter}"
adapter = "{adapter}"
scheme = "{scheme}"
secrets = ["{secret}"]
rate_per_minute = 100000
"""
    for adapter, scheme, secret in (
        ("native", "standard-webhooks", KEY),
        ("ninjs", "superdesk", TOKEN),
        ("wordpress", "bearer", TOKEN),
        ("ans", "websub", TOKEN),
    )
)
SIGNED = {"native": ("standard-webhooks", KEY), "ninjs": ("superdesk", TOKEN), "wordpress": ("bearer", TOKEN),
          "ans": ("websub", TOKEN)}  # fmt: skip


@pytest.fixture
async def front(redis: Client, redis_server: Server, tmp_path: Path, until: Any) -> AsyncIterator[Ingest]:
    """Ingest alone."""
    with ingest(redis_server.url, tmp_path, SOURCES) as started:
        async with started.client:
            await until(started.healthy, within=30)
            yield started


def words(server: Server, front: Ingest, format_: str, secret: str = "") -> list[str]:
    scheme, known = SIGNED[format_]
    return [
        "--redis", server.url, "simulate", format_, "--url", front.url, "--format", format_, "--scheme", scheme,
        "--secret", secret or known,
    ]  # fmt: skip


async def run(server: Server, front: Ingest, *more: str, format_: str = "native", secret: str = "") -> Result:
    return await asyncio.to_thread(CliRunner().invoke, cli, [*words(server, front, format_, secret), *more])


@pytest.mark.parametrize("format_", SIGNED)
async def test_what_a_simulated_newsroom_kills_is_off_every_rendition_stream(
    redis: Client, redis_server: Server, front: Ingest, format_: str, project: Path
) -> None:
    stages = (
        enrichment(EnrichmentSettings(redis_url=redis_server.url, port=0, **QUICK)),
        moderation(ModerationSettings(redis_url=redis_server.url, port=0, **QUICK)),
        delivery(DeliverySettings(redis_url=redis_server.url, port=0, **QUICK)),
    )
    async with working(*stages):
        # A process of its own: the stages here write to the same standard output.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.cli", *words(redis_server, front, format_),
            "--rate", "40", "--for", "3s", "--json", stdout=PIPE, cwd=project,
        )  # fmt: skip
        answer, _ = await process.communicate()

    told = json.loads(answer)
    assert process.returncode == 0, told
    assert set(told["answers"]) == {"202"}
    assert told["killed"] > 0
    assert told["deeds"]["kill"] == told["killed"]
    assert told["still_on"] == []
    assert told["accepted"] == sum(told["deeds"].values())


async def test_kills_that_no_stage_carries_on_are_told(
    redis: Client, redis_server: Server, front: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLE_S", 0.5)

    async def forgetful(*_: object) -> set[str]:
        return {"urn:lightwire:simulated:1"}

    monkeypatch.setattr(module, "still_on", forgetful)

    done = await run(redis_server, front, "--rate", "20", "--for", "1s")

    assert done.exit_code == 1
    assert "still on" in done.output


async def test_a_wrong_secret_is_told_with_what_ingest_answers(redis_server: Server, front: Ingest) -> None:
    done = await run(redis_server, front, "--rate", "20", "--for", "1s", format_="ninjs", secret="another-0123456789")

    assert done.exit_code == 1
    assert "401" in done.output
    assert "signature" in done.output
    assert "nothing was accepted, so it was not tried again" in done.output
    assert "off every rendition stream" not in done.output


async def test_who_cannot_be_reached_is_told_before_anything_is_sent(redis_server: Server, front: Ingest) -> None:
    command = ["--redis", redis_server.url, "simulate", "native", "--secret", KEY, "--url"]

    done = await asyncio.to_thread(CliRunner().invoke, cli, [*command, f"http://127.0.0.1:{free_port()}"])

    assert (done.exit_code, "cannot be reached" in done.output) == (3, True)


@pytest.mark.parametrize(
    "wrong", [("--for", "soon"), ("--for", "0s"), ("--format", "nitf"), ("--scheme", "rot13"), ("--rate", "0")]
)
def test_wrong_words_are_refused(redis_server: Server, wrong: tuple[str, str]) -> None:
    done = CliRunner().invoke(cli, ["--redis", redis_server.url, "simulate", "native", "--secret", KEY, *wrong])

    assert done.exit_code == 2


async def test_a_story_is_on_until_each_stream_says_it_is_withdrawn(redis: Client) -> None:
    killed, keys = {"a": 2}, Keys()

    async def says(stream: str, type_: str) -> None:
        event = {"type": f"lightwire.rendition.{type_}.v1", "subject": "a"}
        await redis.xadd(keys.key(stream), {"event": json.dumps(event)})

    assert await still_on(redis, keys, killed, "-") == {"a"}
    ledger = {"revision": 2, "standing": "killed", "digest": "0" * 64}
    await redis.hset(keys.key("ledger.article:a"), "ledger", json.dumps(ledger))
    assert await still_on(redis, keys, killed, "-") == set()
    for stream in ("renditions.full", "renditions.light"):
        await says(stream, "published")
    assert await still_on(redis, keys, killed, "-") == {"a"}
    await says("renditions.full", "withdrawn")
    assert await still_on(redis, keys, killed, "-") == {"a"}
    await says("renditions.light", "withdrawn")
    assert await still_on(redis, keys, killed, "-") == set()
    await says("renditions.light", "published")
    assert await still_on(redis, keys, killed, "-") == {"a"}
