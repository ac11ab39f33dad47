"""The site serves every rendition it keeps: compressed, signed, redirected, and gone when it is gone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import httpx
import pytest

from shared.renditions import Encoding
from shared.streams import Client
from tests.pipeline.site_house import caught_up, open_site, published, settings, tell, withdrawn
from tests.server import Server

Until = Callable[..., Awaitable[None]]
REF = "lightwire:blob:pressed.br"


@pytest.fixture
async def client(redis_server: Server, redis: Client, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with open_site(settings(redis_server.url, tmp_path)) as opened:
        yield opened


async def test_json_and_text_are_served_as_what_they_are_and_go_with_their_story(
    redis: Client, client: httpx.AsyncClient, until: Until
) -> None:
    def as_(name: str, kind: str, ending: str) -> dict[str, Any]:
        return {"rendition": name, "media_type": kind, "path": f"/en/{name}/a.{ending}"}

    json = as_("json", "application/json", "json")
    text = as_("text", "text/plain; charset=utf-8", "txt")
    await tell(redis, published("a", 1, '{"id": "a"}', **json), published("a", 1, "The text", **text))
    await until(lambda: caught_up(redis, client))

    shown = await client.get("/en/json/a.json")
    plain = await client.get("/en/text/a.txt")
    await tell(redis, withdrawn("a", 2, '{"withdrawn": true}', **json), withdrawn("a", 2, "Gone", **text))
    await until(lambda: caught_up(redis, client))

    assert (shown.status_code, shown.json(), shown.headers["content-type"]) == (200, {"id": "a"}, "application/json")
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert plain.text == "The text"
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    gone = await client.get("/en/json/a.json")
    assert (gone.status_code, gone.json()) == (410, {"withdrawn": True})
    assert (await client.get("/en/text/a.txt")).text == "Gone"


async def test_what_the_press_made_is_served_once_it_is_there_and_is_what_was_written(
    redis: Client, client: httpx.AsyncClient, until: Until
) -> None:
    body = "<p>" + "Water came back on Monday. " * 40 + "</p>"
    await tell(redis, published("a", 1, body, encodings=(Encoding(coding="br", content_ref=REF),)))
    await until(lambda: caught_up(redis, client))
    wanted = {"Accept-Encoding": "br, gzip"}

    early = await client.get("/en/a.html", headers=wanted)
    await redis.set(REF, brotli.compress(body.encode()))

    async def brotlied() -> bool:
        coding = (await client.get("/en/a.html", headers=wanted)).headers.get("content-encoding")
        return bool(coding == "br")

    await until(brotlied)
    late = await client.get("/en/a.html", headers=wanted)
    assert early.headers["content-encoding"] == "gzip"
    assert early.text == late.text == body
    assert early.headers["etag"] != late.headers["etag"]
    assert late.headers["vary"] == "Accept-Encoding"
    assert (await client.get("/en/a.html", headers={"Accept-Encoding": "gzip"})).headers["content-encoding"] == "gzip"
    assert (await client.get("/en/a.html", headers={"Accept-Encoding": "br;q=0"})).text == body


@pytest.mark.parametrize("forged", [b"no brotli", brotli.compress(b"<script>"), brotli.compress(b"0" * 10_000_000)])
async def test_a_forged_compressed_body_is_never_served(
    redis: Client, client: httpx.AsyncClient, until: Until, forged: bytes
) -> None:
    await tell(redis, published("a", 1, "<p>true</p>", encodings=(Encoding(coding="br", content_ref=REF),)))
    await until(lambda: caught_up(redis, client))
    await redis.set(REF, forged)

    async def looked_at() -> bool:
        answers.append(await client.get("/en/a.html", headers={"Accept-Encoding": "br"}))
        asked: dict[str, Any] = await redis.info("commandstats")
        return int(asked["cmdstat_get"]["calls"]) > before

    answers: list[httpx.Response] = []
    before = int((await redis.info("commandstats")).get("cmdstat_get", {"calls": 0})["calls"])
    await until(looked_at)
    answers += [await client.get("/en/a.html", headers={"Accept-Encoding": "br"}) for _ in range(3)]

    assert {answer.text for answer in answers} == {"<p>true</p>"}


async def test_the_signature_stands_beside_the_page(redis: Client, client: httpx.AsyncClient, until: Until) -> None:
    await tell(redis, published("a", 1, signature="untrusted comment: x\n"), published("b", 1))
    await until(lambda: caught_up(redis, client))

    assert (await client.get("/en/a.html.minisig")).text == "untrusted comment: x\n"
    assert (await client.get("/en/b.html.minisig")).status_code == 404


async def test_a_story_leads_to_the_one_that_replaced_it_for_as_long_as_that_is_shown(
    redis: Client, client: httpx.AsyncClient, until: Until
) -> None:
    await tell(redis, published("old", 1), published("new", 1, supersedes="old"))
    await until(lambda: caught_up(redis, client))

    replaced = await client.get("/en/old.html")
    front = (await client.get("/en/")).text
    await tell(redis, withdrawn("new", 2, path="/en/new.html"))
    await until(lambda: caught_up(redis, client))

    assert (replaced.status_code, replaced.headers["location"]) == (302, "/en/new.html")
    assert "of new" in front
    assert "of old" not in front
    assert (await client.get("/en/old.html")).status_code == 200
    assert "of old" in (await client.get("/en/")).text


async def test_stories_that_replace_each_other_are_both_shown(
    redis: Client, client: httpx.AsyncClient, until: Until
) -> None:
    await tell(redis, published("a", 1, supersedes="b"), published("b", 1, supersedes="a"))
    await until(lambda: caught_up(redis, client))

    assert [(await client.get(f"/en/{name}.html")).status_code for name in "ab"] == [200, 200]


async def test_a_short_address_leads_to_the_page(redis: Client, client: httpx.AsyncClient, until: Until) -> None:
    await tell(redis, published("a", 1, path="/en/water-0123456789.html"))
    await until(lambda: caught_up(redis, client))

    short = await client.get("/s/0123456789")

    assert (short.status_code, short.headers["location"]) == (302, "/en/water-0123456789.html")
    assert (await client.get("/s/9999999999")).status_code == 404
    assert (await client.get("/s/%25")).status_code == 404


async def test_who_saves_data_comes_to_the_light_front(redis: Client, client: httpx.AsyncClient, until: Until) -> None:
    await until(lambda: caught_up(redis, client))

    answer = await client.get("/", headers={"Save-Data": "on"})

    assert answer.headers["location"] == "/en/light/"
    assert "Save-Data" in answer.headers["vary"]
