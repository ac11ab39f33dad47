"""A light page travels by the dictionary its reader holds, and by no other."""

import base64
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from services.delivery.renditions.light import LIGHT
from shared import dcb
from shared.dictionary import build, name_of
from tests.pipeline.site_house import caught_up, open_site, published, settings, tell, withdrawn
from tests.server import Server
from tests.stories import stories

PAGES = [LIGHT.render(page) for page in stories("en", 8)]
DICTIONARY = build(PAGES[:6])
NAME = name_of(DICTIONARY, "en", "2026-11")
HELD = {
    "Accept-Encoding": "gzip, br, zstd, dcb, dcz",
    "Available-Dictionary": f":{base64.b64encode(sha256(DICTIONARY).digest()).decode()}:",
}
LIGHT_AT = {"rendition": "light", "path": "/en/light/0123456789.html"}
Until = Callable[..., Awaitable[None]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    held = tmp_path / "dictionaries"
    held.mkdir()
    (held / NAME).write_bytes(DICTIONARY)
    (held / "en-2026-12-00000000.dict").write_bytes(b"its name says something else")
    return held


async def test_it_is_announced_by_the_light_front_alone_and_used_where_it_is_held(
    redis: Redis, redis_server: Server, tmp_path: Path, folder: Path, until: Until
) -> None:
    async with open_site(settings(redis_server.url, tmp_path, dictionaries=folder)) as client:
        await tell(redis, published("a", 1, PAGES[7], **LIGHT_AT), published("a", 1))
        await until(lambda: caught_up(redis, client))
        front, full_front = await client.get("/en/light/"), await client.get("/en/")
        given = await client.get(f"/dictionary/{NAME}")
        raw = await raw_of(client, "/en/light/0123456789.html", HELD)
        again = await client.get("/en/light/0123456789.html", headers=HELD | {"If-None-Match": raw[1]["etag"]})
        others = [
            await raw_of(client, "/en/light/0123456789.html", HELD | odd)
            for odd in (
                {"Available-Dictionary": ":AAAA:"}, {"Available-Dictionary": "x" * 46},
                {"Accept-Encoding": "gzip"}, {"Available-Dictionary": f":{base64.b64encode(b'0' * 32).decode()}:"},
            )
        ]  # fmt: skip
        await tell(redis, withdrawn("a", 2, **LIGHT_AT))
        await until(lambda: caught_up(redis, client))
        killed = await client.get("/en/light/0123456789.html", headers=HELD)

    assert front.headers["link"] == f'</dictionary/{NAME}>; rel="compression-dictionary"'
    assert "link" not in full_front.headers
    assert "link" not in raw[1]
    assert (given.content, "immutable" in given.headers["cache-control"]) == (DICTIONARY, True)
    assert given.headers["use-as-dictionary"] == 'match="/en/light/*", match-dest=("document")'
    assert raw[1]["content-encoding"] == "dcb"
    assert "Available-Dictionary" in raw[1]["vary"]
    assert dcb.decompress(raw[0], DICTIONARY, 100_000).decode() == PAGES[7]
    assert again.status_code == 304
    assert {headers.get("content-encoding") for _, headers in others} == {"gzip"}
    assert (killed.status_code, killed.headers.get("content-encoding")) == (410, "gzip")


async def raw_of(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> tuple[bytes, httpx.Headers]:
    """The body as it travels."""
    async with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        return b"".join([part async for part in answer.aiter_raw()]), answer.headers


async def test_a_site_without_a_folder_serves_none(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, published("a", 1, PAGES[7], **LIGHT_AT))
        await until(lambda: caught_up(redis, client))

        assert "link" not in (await client.get("/en/light/")).headers
        assert (await client.get(f"/dictionary/{NAME}")).status_code == 404
        assert (await client.get("/en/light/0123456789.html", headers=HELD)).headers["content-encoding"] == "gzip"
