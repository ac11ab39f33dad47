"""Ingest's front under what broke it once: odd numbers, odd addresses, several stories at once, files that change."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha1, sha256
from pathlib import Path
from time import time
from typing import Any

import pytest

from shared.streams import Client
from tests.pipeline.intake_house import FORM, SUPERDESK, TOKEN, Ingest, running_ingest, story
from tests.server import Server

Until = Callable[..., Awaitable[None]]
OTHERS = f"""
[[source]]
name = "desk"
secrets = ["{TOKEN}"]
accepts = ["articles", "comments", "media"]
[source.form]
secrets = ["{FORM}"]
origins = ["https://news.example"]

[[source]]
name = "super"
adapter = "ninjs"
scheme = "superdesk"
secrets = ["{SUPERDESK}"]

[[source]]
name = "agency"
adapter = "newsml-g2"
secrets = ["{TOKEN}"]

[[source]]
name = "blog"
adapter = "ghost"
secrets = ["{TOKEN}"]
options = {{ site = "https://blog.example" }}
"""


@pytest.fixture
async def front(redis_server: Server, redis: Client, tmp_path: Path, until: Until) -> AsyncIterator[Ingest]:
    async with running_ingest(redis_server.url, tmp_path, sources=OTHERS) as found:
        await until(found.healthy, within=30)
        yield found


async def stands(front: Ingest, id_: str) -> str | None:
    told = await front.client.get(f"/v1/articles/{id_}/status")
    found: str | None = told.json().get("standing")
    return found


async def letters(redis: Client) -> int:
    return int(await redis.xlen("lightwire:dead.ingest"))


def signed(document: bytes) -> dict[str, str]:
    return {"x-superdesk-signature": f"sha1={hmac.new(SUPERDESK.encode(), document, sha1).hexdigest()}"}


async def test_a_kill_beside_a_number_python_refuses_to_read_passes(front: Ingest, redis: Client, until: Until) -> None:
    digits = b"1" * 5_000
    ninjs = b'{"guid":"a","version":"2","pubstatus":"canceled","x":' + digits + b"}"
    native = json.dumps(story("b", 2, "canceled", x=0)).encode().replace(b'"x": 0', b'"x":' + digits)

    answers = [
        await front.post("/v1/articles/super", ninjs, headers=signed(ninjs)),
        await front.post("/v1/articles/desk", native),
    ]
    await redis.xadd(
        "lightwire:articles.submitted", {"event": native.replace(b'"b"', b'"c"').replace(b"b-r2", b"c-r2")}
    )

    async def killed() -> bool:
        return [await stands(front, id_) for id_ in "abc"] == ["killed"] * 3

    assert [answer.status_code for answer in answers] == [202, 202]
    await until(killed)


async def test_an_address_that_is_none_costs_no_more_than_itself(front: Ingest) -> None:
    post = {
        "uuid": "g", "status": "published", "updated_at": "2026-11-26T10:00:00Z", "title": "T", "html": "<p>x</p>",
        "feature_image": "//[x",
    }  # fmt: skip
    item = json.dumps({
        "guid": "s", "version": "1", "headline": "T", "body_html": "<p>x</p>",
        "associations": {"featuremedia": {"type": "picture", "renditions": {"original": {"href": "http://[::::]/a.jpg"}}}},
    }).encode()  # fmt: skip

    ghost = await front.post("/v1/articles/blog", {"post": {"current": post, "previous": {}}})
    superdesk = await front.post("/v1/articles/super", item, headers=signed(item))

    assert ghost.status_code == 202, ghost.text
    assert "/post/current/feature_image" in ghost.json()["warnings"][0]
    assert superdesk.status_code in {202, 400}, superdesk.text


async def test_a_reader_is_led_back_to_a_page_with_a_persian_address(front: Ingest) -> None:
    nonce, given = "abcdefgh", int(time())
    said = "\n".join(("comment", "desk", "story-1", "", str(given), nonce)).encode()
    token = f"{given}.{nonce}.{hmac.new(FORM.encode(), said, sha256).hexdigest()}"
    fields = {
        "token": token, "article_id": "story-1", "name": "پریسا", "body": "درست است.",
        "return_to": "https://news.example/مقاله?a=1&b=%20#comments",
    }  # fmt: skip

    answer = await front.client.post("/v1/comments/desk", data=fields)

    back = "https://news.example/%D9%85%D9%82%D8%A7%D9%84%D9%87?a=1&b=%20#comments"
    assert (answer.status_code, answer.headers.get("location")) == (303, back)


def item(guid: str, version: int, status: str, headline: str) -> str:
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="{version}">
    <itemMeta><pubStatus qcode="stat:{status}"/></itemMeta><contentMeta><headline>{headline}</headline></contentMeta>
    <contentSet><inlineXML><p>x</p></inlineXML></contentSet></newsItem>"""


async def test_one_story_that_contradicts_what_is_known_keeps_no_other_back(front: Ingest, until: Until) -> None:
    def message(*items: str) -> bytes:
        inner = "".join(items)
        return (
            f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{inner}</itemSet></newsMessage>'
        ).encode()

    first = message(item("A", 1, "usable", "One"), item("B", 1, "usable", "Two"))
    await front.post("/v1/articles/agency", first, headers={"content-type": "application/xml"})

    async def both() -> bool:
        return [await stands(front, id_) for id_ in "AB"] == ["usable"] * 2

    await until(both)
    second = message(item("A", 1, "usable", "Other"), item("B", 2, "canceled", "KILL"), item("C", 1, "usable", "New"))
    answer = await front.post("/v1/articles/agency", second, headers={"content-type": "application/xml"})

    async def gone() -> bool:
        return [await stands(front, id_) for id_ in "ABC"] == ["usable", "killed", "usable"]

    await until(gone)
    told = answer.json()
    assert answer.status_code == 409
    assert "the other 2 of this document were taken" in told["detail"]
    assert "pointer" not in told
    assert "/data" not in told["detail"]


async def test_nothing_that_is_accepted_is_refused_by_the_stage(
    redis_server: Server, redis: Client, tmp_path: Path, until: Until
) -> None:
    narrow = {"LIGHTWIRE_EVENT_BYTES": "2048", "LIGHTWIRE_EVENT_DEPTH": "4"}
    picture = [{"href": "https://news.example/a.jpg", "role": "lead", "caption": "C"}]
    async with running_ingest(redis_server.url, tmp_path, sources=OTHERS, **narrow) as front:
        await until(front.healthy, within=30)
        answers = [
            await front.post("/v1/articles/desk", story(f"s{n}", body_html="<p>" + "x" * 1_400 + "</p>" + "y" * n))
            for n in range(0, 400, 40)
        ]
        answers.append(await front.post("/v1/articles/desk", {"id": "p", "revision": 1, "status": "usable",
                                                              "headline": "H", "images": picture}))  # fmt: skip
        accepted = sum(answer.status_code == 202 for answer in answers)

        async def all_through() -> bool:
            return bool(await redis.xlen("lightwire:articles.ingested") == accepted)

        await until(all_through)

    assert {answer.status_code for answer in answers} <= {202, 400, 413}
    assert await letters(redis) == 0


async def test_many_tiny_parts_are_no_picture(front: Ingest) -> None:
    body = b"--B\r\nA:b\r\n\r\n\r\n" * 100_000 + b"--B--"

    answer = await front.post("/v1/media/desk", body, headers={"content-type": "multipart/form-data; boundary=B"})

    assert answer.status_code == 400
    assert "over 20 parts" in answer.json()["detail"]


async def test_a_stranger_is_told_before_the_body_has_come(front: Ingest) -> None:
    host, port = front.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    told = ("POST /v1/media/desk HTTP/1.1", "Host: x", "Content-Length: 1000000", "Authorization: Bearer wrong-wrong")

    writer.write("\r\n".join((*told, "", "")).encode())
    async with asyncio.timeout(10):
        status = await reader.readline()

    writer.close()
    assert b" 401 " in status


async def test_a_secret_in_a_file_is_exchanged_without_a_restart_and_an_empty_table_changes_nothing(
    redis_server: Server, redis: Client, tmp_path: Path, until: Until
) -> None:
    secret = tmp_path / "desk.secret"
    secret.write_text("the-first-secret-0123", "utf-8")
    table = '[[source]]\nname = "desk"\nsecrets_file = ["desk.secret"]\n'

    async def answered(front: Ingest, token: str) -> int:
        told: Any = await front.post("/v1/articles/desk", story(), headers={"authorization": f"Bearer {token}"})
        return int(told.status_code)

    async with running_ingest(redis_server.url, tmp_path, sources=table) as front:
        await until(front.healthy, within=30)
        assert await answered(front, "the-first-secret-0123") == 202

        secret.write_text("the-second-secret-456", "utf-8")

        async def exchanged() -> bool:
            return [await answered(front, f"the-{token}") for token in ("first-secret-0123", "second-secret-456")] == [
                401, 202,
            ]  # fmt: skip

        await until(exchanged)
        (tmp_path / "sources.toml").write_text("", "utf-8")

        async def told() -> bool:
            return "there is no source in it" in front.log

        await until(told)
        assert await answered(front, "the-second-secret-456") == 202
