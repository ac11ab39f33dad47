"""A story that another system publishes, changes and kills over HTTP ends in withdrawals on the rendition streams."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from shared.keyring import make_keys
from shared.keys import Keys
from shared.streams import Client
from tests.pipeline.intake_house import TOKEN, Ingest, running_ingest
from tests.server import Server, free_port

Until = Callable[..., Awaitable[None]]
RENDITIONS = tuple(Keys().key(f"renditions.{name}") for name in ("full", "light"))
SOURCES = "".join(
    f'[[source]]\nname = "{name}"\nadapter = "{name}"\nsecrets = ["{TOKEN}"]\n'
    for name in ("ninjs", "wordpress", "ans")
)

Told = list[dict[str, Any]]


def _ninjs() -> Told:
    def item(version: str, status: str, headline: str) -> dict[str, Any]:
        return {
            "guid": "urn:newsml:desk.example:1", "version": version, "pubstatus": status, "type": "text",
            "headline": headline, "body_html": f"<p>{headline}.</p>", "language": "en",
        }  # fmt: skip

    return [item("1", "usable", "First words"), item("2", "usable", "Better words"), item("3", "canceled", "KILL")]


def _wordpress() -> Told:
    def post(minute: int, status: str, title: str) -> dict[str, Any]:
        return {
            "id": 7, "guid": {"rendered": "https://site.example/?p=7"}, "type": "post", "status": status,
            "date_gmt": "2026-11-23T16:00:00", "modified_gmt": f"2026-11-23T16:0{minute}:00", "slug": "words",
            "link": "https://site.example/words", "title": {"rendered": title}, "excerpt": {"rendered": ""},
            "content": {"rendered": f"<p>{title}.</p>", "protected": False},
        }  # fmt: skip

    return [post(1, "publish", "First words"), post(2, "publish", "Better words"), post(3, "trash", "Better words")]


def _ans() -> Told:
    def operation(minute: int, kind: str, headline: str) -> dict[str, Any]:
        body = {
            "_id": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "type": "story", "version": "0.10.7", "language": "en",
            "last_updated_date": f"2026-11-23T16:0{minute}:00Z", "headlines": {"basic": headline},
            "content_elements": [{"type": "text", "content": headline}], "canonical_website": "site",
        }  # fmt: skip
        return {
            "type": "content-operation", "operation": kind, "published": True, "id": body["_id"],
            "organization_id": "org", "date": f"2026-11-23T16:0{minute}:00Z", "branch": "default",
            "created": False, "body": body,
        }  # fmt: skip

    return [operation(1, "insert-story", "First words"), operation(2, "update-story", "Better words"),
            operation(3, "delete-story", "Better words")]  # fmt: skip


@pytest.fixture
async def house(redis_server: Server, redis: Client, tmp_path: Path, until: Until) -> AsyncIterator[Ingest]:
    """Ingest, and the stages behind it as processes."""
    make_keys(tmp_path / "keys")
    told = {**os.environ, "LIGHTWIRE_REDIS_URL": redis_server.url, "LIGHTWIRE_SIGNING_KEYS": str(tmp_path / "keys"),
            "LIGHTWIRE_BLOCK_MS": "50"}  # fmt: skip
    with ExitStack() as stack, (tmp_path / "stages.log").open("wb") as log:
        for name in ("enrichment", "moderation", "delivery"):
            port = {f"LIGHTWIRE_{name.upper()}_PORT": str(free_port())}
            command = [sys.executable, "-m", f"services.{name}"]
            process = subprocess.Popen(command, env={**told, **port}, stdout=log, stderr=log)  # noqa: ASYNC220
            stack.callback(process.wait)
            stack.callback(process.kill)
        async with running_ingest(redis_server.url, tmp_path, sources=SOURCES) as front:
            await until(front.healthy, within=30)
            yield front


@pytest.mark.parametrize(("name", "told"), [("ninjs", _ninjs()), ("wordpress", _wordpress()), ("ans", _ans())])
async def test_a_kill_over_http_withdraws_what_was_shown(
    house: Ingest, redis: Client, until: Until, name: str, told: Told
) -> None:
    first, second, kill = told
    published = [await house.post(f"/v1/articles/{name}", first), await house.post(f"/v1/articles/{name}", second)]
    assert [answer.status_code for answer in published] == [202, 202], [answer.text for answer in published]

    async def last() -> list[dict[str, Any]]:
        rows = [await redis.xrevrange(stream, count=1) for stream in RENDITIONS]
        return [json.loads(row[0][1][b"event"]) for row in rows if row]

    async def better() -> bool:
        said = await last()
        return len(said) == 2 and all(
            event["type"].startswith("lightwire.rendition.published")
            and event["data"]["revision"] == published[1].json()["revision"]
            for event in said
        )

    await until(better, within=40)
    killed = await house.post(f"/v1/articles/{name}", kill)
    assert killed.status_code == 202, killed.text

    async def withdrawn() -> bool:
        return all(event["type"].startswith("lightwire.rendition.withdrawn") for event in await last())

    await until(withdrawn, within=40)
    fate = await house.client.get(f"/v1/articles/{quote(killed.json()['id'], safe='')}/status")
    assert fate.json()["standing"] == "killed"
    assert fate.json()["delivery"]["shown"] is False
