"""Feeds are polled: what is new is submitted once, and nothing that a server does leads elsewhere."""

import asyncio
import gzip
import json
from asyncio import StreamWriter
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from services.ingest.pollers import read as module
from shared.logs import configure
from shared.streams import Client
from tests.pipeline.poll_house import (
    HOST,
    Newsroom,
    Says,
    Until,
    again,
    events,
    listing,
    newsroom,
    polled,
    polling,
    settings,
    soon,
    source,
    told,
    waits_s,
)
from tests.server import Server

A, B = {"id": "a", "revision": 1}, {"id": "b", "revision": 1}


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with newsroom() as found:
        yield found


async def test_what_a_feed_lists_is_submitted_as_if_it_were_pushed(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers["/feed"] = listing(A, B)

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await polled(redis, until, 1)

    one, _ = await events(redis)
    assert (one["source"], one["type"]) == ("/newsroom/desk", "lightwire.article.submitted.v1")
    assert (one["id"], one["subject"], one["data"]["headline"]) == ("a-1", "a", "Bridge opens")
    assert await told(redis) == [("a", 1, "usable"), ("b", 1, "usable")]


async def test_a_long_story_travels_by_reference(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    long = "<p>" + "word " * 30_000 + "</p>"
    room.answers["/feed"] = listing({"id": "a", "revision": 1, "body_html": long})

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await polled(redis, until, 1)

    (event,) = await events(redis)
    stored = await redis.get(event["dataref"])
    assert json.loads(stored)["body_html"] == long
    assert await redis.pttl(event["dataref"]) > 0


async def test_an_unchanged_feed_costs_its_server_one_short_answer(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    stamp = "Thu, 26 Nov 2026 18:00:00 GMT"
    room.answers["/feed"] = soon(listing(A, ETag='W/"7"', Last_Modified=stamp), Says(304))

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await polled(redis, until, 3)

    first, *others = room.asked
    assert "if-none-match" not in first.headers
    assert [(one.headers["if-none-match"], one.headers["if-modified-since"]) for one in others] == [
        ('W/"7"', stamp)
    ] * 2
    assert await told(redis) == [("a", 1, "usable")]


async def test_an_entry_is_submitted_again_only_when_it_has_changed(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    changed = {**A, "headline": "Bridge closes"}
    room.answers["/feed"] = soon(listing(A, B), listing(A, B), listing(changed, B), listing(changed, B))

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await polled(redis, until, 4)

    assert await told(redis) == [("a", 1, "usable"), ("b", 1, "usable"), ("a", 2, "usable")]


async def test_absence_is_no_kill_and_410_at_the_address_of_the_entry_is(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    a, b = ({**one, "canonical_url": room.at(f"/{one['id']}")} for one in (A, B))
    room.answers |= {"/feed": soon(listing(a, b), listing()), "/a": Says(410), "/b": Says(404)}

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await polled(redis, until, 3)

    assert await told(redis) == [("a", 1, "usable"), ("b", 1, "usable"), ("a", 2, "canceled")]
    assert [one.method for path in ("/a", "/b") for one in room.paths(path)] == ["HEAD", "HEAD"]


async def test_a_feed_that_is_gone_kills_nothing_and_is_left_alone_for_a_day(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers["/feed"] = soon(listing(A), Says(410))

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await polled(redis, until, 2)

    assert await told(redis) == [("a", 1, "usable")]
    assert await waits_s(redis) > 80_000


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
async def test_a_server_in_trouble_is_asked_less_and_remembered_well(
    redis: Client, redis_server: Server, room: Newsroom, until: Until, status: int
) -> None:
    room.answers["/feed"] = soon(listing(A, ETag='"7"'), Says(status), Says(status), Says(304))

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        memory = await polled(redis, until, 3)
        assert memory["failures"] == 2
        assert 1_000 < await waits_s(redis) < 1_400
        memory = await again(redis, until)

    assert (memory["failures"], memory["etag"]) == (0, '"7"')
    assert await told(redis) == [("a", 1, "usable")]


async def test_retry_after_is_honoured(redis: Client, redis_server: Server, room: Newsroom, until: Until) -> None:
    room.answers["/feed"] = Says(503, headers={"Retry-After": "7200"})

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await polled(redis, until, 1)

    assert 7_100 < await waits_s(redis) <= 7_200


async def test_a_document_that_is_refused_is_read_again_when_it_may_be_understood(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers["/feed"] = soon(Says(200, b"<html>", {"ETag": '"7"'}), listing(A))

    async with polling(settings(redis_server, room), source(room.at("/feed"))) as pollers:
        memory = await polled(redis, until, 1)
        assert (memory["failures"], memory["etag"]) == (1, None)
        await again(redis, until)

    assert "if-none-match" not in room.asked[1].headers
    assert await told(redis) == [("a", 1, "usable")]
    assert pollers._meters.polls.labels("desk", "refused")._value.get() == 1


async def test_one_host_is_asked_one_thing_at_a_time_with_a_pause_between(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    times: list[float] = []

    async def slow(_: object) -> Says:
        times.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.05)
        return listing(A)

    room.answers |= {f"/{n}": slow for n in range(5)}
    sources = [source(room.at(f"/{n}"), f"desk{n}") for n in range(5)]

    async with polling(settings(redis_server, room, poll_gap_ms=100), *sources):
        for n in range(5):
            await polled(redis, until, 1, f"desk{n}")

    assert room.most_at_once == 1
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(times))


# What a server may try


async def test_a_host_inside_is_not_asked_unless_an_operator_named_it(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers["/feed"] = listing(A)

    async with polling(settings(redis_server, room, poll_inside=""), source(room.at("/feed"))):
        memory = await polled(redis, until, 1)

    assert memory["failures"] == 1
    assert room.asked == []


@pytest.mark.parametrize("there", ["127.0.0.1", "[::1]", "169.254.169.254", "2130706433", "[::ffff:127.0.0.1]"])
async def test_a_redirect_inside_is_not_followed(
    redis: Client, redis_server: Server, room: Newsroom, until: Until, there: str
) -> None:
    room.answers |= {
        "/feed": Says(302, headers={"Location": f"http://{there}:{room.port}/secret"}), "/secret": listing(A)
    }  # fmt: skip

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        memory = await polled(redis, until, 1)

    assert memory["failures"] == 1
    assert room.paths("/secret") == []
    assert await events(redis) == []


async def test_a_source_may_not_lead_to_another_host_inside(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    async with newsroom() as other:
        other.answers["/drafts"] = listing(A)
        room.answers["/feed"] = Says(302, headers={"Location": other.at("/drafts")})
        given = settings(redis_server, room, poll_inside=f"localhost:{room.port},localhost:{other.port}")

        async with polling(given, source(room.at("/feed"))):
            memory = await polled(redis, until, 1)

        assert (memory["failures"], other.asked) == (1, [])
    assert await events(redis) == []


async def test_a_link_of_a_vanished_entry_leads_nowhere_inside(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers |= {
        "/feed": soon(listing({**A, "canonical_url": f"http://127.0.0.1:{room.port}/admin"}), listing()),
        "/admin": Says(410),
    }

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        memory = await polled(redis, until, 2)

    assert room.paths("/admin") == []
    assert memory["failures"] == 0
    assert await told(redis) == [("a", 1, "usable")]


async def test_a_name_that_is_bound_anew_leads_nowhere_else(
    redis: Client, redis_server: Server, room: Newsroom, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, looked_up = asyncio.get_running_loop(), list[str]()
    really = loop.getaddrinfo

    async def rebinding(host: Any, port: Any, **more: Any) -> Any:
        if host != "rebound.example":
            return await really(host, port, **more)
        looked_up.append(host)
        # First the address that is looked at, then one inside: there must be no second look.
        ip = "93.184.216.34" if len(looked_up) % 2 else "127.0.0.1"
        return [(2, 1, 6, "", (ip, port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebinding)
    sent_to: list[str] = []

    async with polling(settings(redis_server, room), source(f"http://rebound.example:{room.port}/feed")) as pollers:

        async def watching(request: Any, **_: Any) -> Any:
            sent_to.append(request.url.host)
            raise httpx.ConnectError("nobody there")

        monkeypatch.setattr(pollers._reader._pinned.client, "send", watching)
        await polled(redis, until, 2)

    # Asked at the address that was looked at; looked up as one inside, not asked at all.
    assert looked_up == ["rebound.example"] * 2
    assert sent_to == ["93.184.216.34"]
    assert room.asked == []


async def test_a_redirect_is_followed_and_in_a_circle_not_for_ever(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers |= {
        "/feed": Says(301, headers={"Location": "/new"}), "/new": listing(A),
        "/circle": Says(302, headers={"Location": "/circle"}),
    }  # fmt: skip

    async with polling(settings(redis_server, room), source(room.at("/feed")), source(room.at("/circle"), "circle")):
        await polled(redis, until, 1)
        memory = await polled(redis, until, 1, "circle")

    assert await told(redis) == [("a", 1, "usable")]
    assert (memory["failures"], len(room.paths("/circle"))) == (1, 4)


async def test_what_is_packed_is_unpacked_and_a_bomb_is_not(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    packed = {"Content-Encoding": "gzip"}
    room.answers |= {
        "/feed": Says(200, gzip.compress(json.dumps([A]).encode()), packed),
        "/bomb": Says(200, gzip.compress(b" " * 50_000_000), packed),
        "/cut": Says(200, gzip.compress(json.dumps([B]).encode())[:-4], packed),
        "/odd": Says(200, b"[]", {"Content-Encoding": "br"}),
        "/long": Says(200, b" " * 20_001),
    }
    odd = [source(room.at(f"/{name}"), name) for name in ("bomb", "cut", "odd", "long")]

    async with polling(settings(redis_server, room, poll_max_bytes=20_000), source(room.at("/feed")), *odd):
        await polled(redis, until, 1)
        failures = [(await polled(redis, until, 1, each.name))["failures"] for each in odd]

    assert room.asked[0].headers["accept-encoding"] == "gzip"
    assert failures == [1, 1, 1, 1]
    assert await told(redis) == [("a", 1, "usable")]


async def test_a_server_that_drips_or_talks_nonsense_is_left(
    redis: Client, redis_server: Server, room: Newsroom, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.3)

    async def drip(writer: StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def nonsense(writer: StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")
        await writer.drain()

    room.raw |= {"/drip": drip, "/nonsense": nonsense}

    async with polling(
        settings(redis_server, room), source(room.at("/drip"), "drip"), source(room.at("/nonsense"), "nonsense")
    ):
        for name in ("drip", "nonsense"):
            assert (await polled(redis, until, 1, name))["failures"] == 1


async def test_no_word_of_a_document_reaches_the_log(
    redis: Client, redis_server: Server, room: Newsroom, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("ingest", "debug")
    secret = "unmistakable-words"
    room.answers |= {
        "/feed": listing({**A, "headline": secret, "body_html": secret}),
        "/refused": Says(200, json.dumps([{"id": secret, "headline": secret}]).encode()),
        "/odd": Says(500, secret.encode(), {"X-Odd": secret}),
    }
    others = [source(room.at(f"/{name}?key={secret}"), name) for name in ("refused", "odd")]

    async with polling(settings(redis_server, room), source(room.at("/feed")), *others):
        for name in ("desk", "refused", "odd"):
            await polled(redis, until, 1, name)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    done = {line["source"]: line for line in lines if line["event"] == "poll.done"}
    assert {name: line["outcome"] for name, line in done.items()} == {
        "desk": "submitted", "refused": "refused", "odd": "failed",
    }  # fmt: skip
    assert len([line for line in lines if line["event"] == "poll.done"]) == 3
    assert done["desk"]["submitted"] == 1
    assert secret not in json.dumps(lines)
    assert HOST not in json.dumps(lines)
