"""Polled in the formats of real systems, by the adapters that also take what is pushed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.ingest.adapters import ADAPTERS
from shared.streams import Client
from tests.pipeline.poll_house import (
    Newsroom,
    Says,
    Until,
    again,
    events,
    newsroom,
    polling,
    settings,
    settled,
    soon,
    source,
    told,
)
from tests.server import Server

MINUTE = 60_000
NOON = 1_764_158_400_000
"""2025-11-26T12:00:00Z"""


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with newsroom() as found:
        yield found


def atom(*inside: str) -> Says:
    head = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">'
    return Says(
        200, f"{head}<title>Desk</title>{''.join(inside)}</feed>".encode(), {"Content-Type": "application/atom+xml"}
    )


def entry(minute: int, headline: str = "Bridge opens") -> str:
    return (
        f"<entry><id>urn:a</id><title>{headline}</title><updated>2025-11-26T12:{minute:02}:00Z</updated>"
        '<link href="https://desk.example/a"/><content type="html">&lt;p&gt;Text&lt;/p&gt;</content></entry>'
    )


def rss(headline: str) -> Says:
    item = f"<item><guid>urn:r</guid><title>{headline}</title><pubDate>Wed, 26 Nov 2025 12:00:00 GMT</pubDate></item>"
    return Says(200, f'<rss version="2.0"><channel><title>Desk</title>{item}</channel></rss>'.encode())


def post(status: str, minute: int) -> dict[str, Any]:
    return {
        "id": 7, "guid": {"rendered": "https://desk.example/?p=7"}, "status": status, "type": "post",
        "date_gmt": "2025-11-26T12:00:00", "modified_gmt": f"2025-11-26T12:{minute:02}:00",
        "modified": f"2025-11-26T15:{minute:02}:00", "title": {"rendered": "Bridge opens"},
        "content": {"rendered": "<p>Text</p>", "protected": False}, "excerpt": {"rendered": ""},
    }  # fmt: skip


async def test_an_atom_feed_publishes_corrects_and_kills_by_its_tombstone(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    tombstone = '<at:deleted-entry ref="urn:a" when="2025-11-26T12:20:00Z"/>'
    room.answers["/feed"] = soon(
        atom(entry(0)), atom(entry(0)), atom(entry(10, "Bridge closes")), atom(tombstone), atom(tombstone)
    )

    async with polling(settings(redis_server, room), source(room.at("/feed")), adapters=ADAPTERS):
        await settled(redis, until)
        for _ in range(4):
            await again(redis, until)

    first, *_ = await events(redis)
    assert first["data"]["body_html"] == "<p>Text</p>"
    assert [(revision - NOON, status) for _, revision, status in await told(redis)] == [
        (0, "usable"), (10 * MINUTE, "usable"), (20 * MINUTE, "canceled"),
    ]  # fmt: skip


async def test_an_rss_feed_that_keeps_its_dates_is_corrected_all_the_same(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers["/feed"] = soon(rss("Bridge opens"), rss("Bridge closes"), rss("Bridge closes"))

    async with polling(settings(redis_server, room), source(room.at("/feed")), adapters=ADAPTERS):
        await settled(redis, until)
        for _ in range(2):
            await again(redis, until)

    revisions = [revision for _, revision, _ in await told(redis)]
    assert len(revisions) == 2
    assert revisions[1] == revisions[0] + 1


async def test_a_feed_that_would_pull_in_files_is_refused(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    evil = (
        b'<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed xmlns="http://www.w3.org/2005/Atom">&x;</feed>'
    )
    room.answers["/feed"] = Says(200, evil)

    async with polling(settings(redis_server, room), source(room.at("/feed")), adapters=ADAPTERS):
        memory = await settled(redis, until)

    assert (memory["failures"], await events(redis)) == (1, [])


async def test_wordpress_publishes_and_kills_by_its_trash(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    pages = [[post("publish", 0)], [post("publish", 0)], [post("trash", 5)]]
    room.answers["/posts"] = soon(*(Says(200, json.dumps(page).encode()) for page in pages))
    desk = source(room.at("/posts"), adapter="wordpress", user="ada", password="abcd efgh")

    async with polling(settings(redis_server, room), desk, adapters=ADAPTERS):
        await settled(redis, until)
        for _ in range(2):
            await again(redis, until)

    one, kill = await events(redis)
    assert (one["data"]["id"], one["data"]["headline"]) == ("https://desk.example/?p=7", "Bridge opens")
    assert (kill["data"]["status"], kill["data"]["revision"] - NOON) == ("canceled", 5 * MINUTE)
    assert not kill["data"].get("headline")
    assert not kill["data"].get("body_html")
