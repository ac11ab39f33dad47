"""Of several replicas one polls; when it dies another goes on, and what the first still had in hand changes nothing."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.ingest.pollers.lease import Lease, Lost
from shared.streams import Client, connect
from tests.pipeline.poll_house import (
    HOST,
    Newsroom,
    Says,
    Until,
    again,
    listing,
    newsroom,
    poll_now,
    polling,
    settings,
    settled,
    source,
    told,
)
from tests.server import Server

A, B = {"id": "a", "revision": 1}, {"id": "b", "revision": 1}
LEASE = "lightwire:poll.lease"


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    async with newsroom() as found:
        yield found


@pytest.fixture
async def other(redis_server: Server) -> AsyncIterator[Client]:
    client = connect(redis_server.url)
    yield client
    await client.aclose()


class Replicas:
    """Processes by the name each leads under."""

    def __init__(self, server: Server, room: Newsroom, project: Path, folder: Path) -> None:
        self._project = project
        sources = folder / "sources.toml"
        sources.write_text(f'[[source]]\nname = "desk"\nadapter = "feed"\n[source.poll]\nurl = "{room.at("/feed")}"\n')
        self._environment = {
            "PATH": os.environ["PATH"], "LIGHTWIRE_REDIS_URL": server.url, "LIGHTWIRE_INGEST_PORT": "0",
            "LIGHTWIRE_LOG_LEVEL": "error", "LIGHTWIRE_POLL_INSIDE": f"{HOST}:{room.port}",
            "LIGHTWIRE_POLL_LEASE_MS": "4000", "LIGHTWIRE_POLL_GAP_MS": "0",
            "LIGHTWIRE_SOURCES": str(sources), "LIGHTWIRE_MEDIA": str(folder / "media"),
        }  # fmt: skip
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> "subprocess.Popen[bytes]":
        self.running.append(
            subprocess.Popen(
                [sys.executable, "-m", "services.ingest"],
                cwd=self._project,
                env=self._environment,
                stdout=subprocess.DEVNULL,
            )
        )
        return self.running[-1]


@pytest.fixture
def replicas(redis_server: Server, room: Newsroom, project: Path, tmp_path: Path) -> Iterator[Replicas]:
    found = Replicas(redis_server, room, project, tmp_path)
    yield found
    for process in found.running:
        process.kill()
        process.wait()


def json_feed(*ids: str) -> Says:
    items = [
        {"id": id_, "title": "Bridge opens", "content_text": "Text", "date_modified": "2026-11-26T12:00:00Z"}
        for id_ in ids
    ]
    told = {"version": "https://jsonfeed.org/version/1.1", "title": "Desk", "items": items}
    return Says(200, json.dumps(told).encode(), {"Content-Type": "application/feed+json"})


async def test_one_of_two_replicas_polls_and_the_other_goes_on_after_kill_9(
    redis: Client, room: Newsroom, replicas: Replicas, until: Until
) -> None:
    room.answers["/feed"] = json_feed("a")
    first = replicas.start()
    await until(lambda: redis.exists(LEASE), within=30)
    second = replicas.start()

    async def both_read() -> bool:
        return len([key async for key in redis.scan_iter("lightwire:worker:ingest:*")]) == 2

    await until(both_read, within=30)
    leader = await redis.get(LEASE)
    assert f"-{first.pid}-".encode() in leader
    for _ in range(3):
        await again(redis, until)
    # Each poll was one request: nobody polled beside it.
    assert len(room.asked) == 4
    assert room.most_at_once == 1

    first.send_signal(signal.SIGKILL)
    first.wait()
    room.answers["/feed"] = json_feed("a", "b")

    async def led_by_second() -> bool:
        return f"-{second.pid}-".encode() in (await redis.get(LEASE) or b"")

    await until(led_by_second, within=30)
    await again(redis, until)
    assert [(id_, status) for id_, _, status in await told(redis)] == [("a", "usable"), ("b", "usable")]


async def test_a_replica_that_is_told_to_stop_lets_another_go_on_at_once(
    redis: Client, replicas: Replicas, room: Newsroom, until: Until
) -> None:
    room.answers["/feed"] = json_feed("a")
    process = replicas.start()
    await until(lambda: redis.exists(LEASE), within=30)
    await settled(redis, until)

    process.terminate()
    code = await asyncio.to_thread(process.wait, 30)

    assert code == 0
    assert await redis.get(LEASE) is None


async def test_what_a_replica_fetched_before_it_lost_the_lease_is_not_submitted(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    fetched, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> Says:
        fetched.set()
        await go_on.wait()
        return listing(A)

    room.answers["/feed"] = slow
    async with polling(settings(redis_server, room, poll_lease_ms=60_000), source(room.at("/feed"))) as pollers:
        await fetched.wait()
        # As if this process had slept for a minute, and another had taken over and polled.
        await redis.set(LEASE, "another")
        await redis.hset("lightwire:poll:desk", mapping={"memory": "{}", "due": 10**15})
        go_on.set()

        async def gave_up() -> bool:
            return bool(pollers._meters.polls.labels("desk", "lost")._value.get())

        await until(gave_up)

    assert await told(redis) == []
    assert await redis.hgetall("lightwire:poll:desk") == {b"memory": b"{}", b"due": b"%d" % 10**15}
    assert await redis.get(LEASE) == b"another"


async def test_a_lease_that_changes_hands_within_the_write_drops_all_of_it(redis: Client, other: Client) -> None:
    lease = Lease(redis, "lease", "me", 60_000)
    assert await lease.take_or_keep()
    mine = lease._mine

    async def overtaken(pipe: Client) -> None:
        await mine(pipe)
        await other.set("lease", "you")

    lease._mine = overtaken  # type: ignore[method-assign]

    with pytest.raises(Lost):
        await lease.write([("stream", b"event", None)], "hash", {"due": 1}, 1_000)
    assert await redis.exists("stream", "hash") == 0
    assert not lease.held


async def test_a_lease_that_runs_out_within_the_write_drops_all_of_it(
    redis: Client, other: Client, until: Until
) -> None:
    lease = Lease(redis, "lease", "me", 60_000)
    await lease.take_or_keep()
    mine = lease._mine

    async def late(pipe: Client) -> None:
        await mine(pipe)
        await other.pexpire("lease", 1)

        async def over() -> bool:
            return not await other.exists("lease")

        await until(over)

    lease._mine = late  # type: ignore[method-assign]

    with pytest.raises(Lost):
        await lease.write([("stream", b"event", None)], "hash", {"due": 1}, 1_000)
    assert await redis.exists("stream", "hash") == 0


async def test_a_lease_has_one_holder_and_is_let_go_by_its_holder_alone(redis: Client) -> None:
    one, two = Lease(redis, "lease", "one", 60_000), Lease(redis, "lease", "two", 60_000)

    assert (await one.take_or_keep(), await two.take_or_keep(), await one.take_or_keep()) == (True, False, True)
    await two.release()
    assert await redis.get("lease") == b"one"
    await one.release()
    assert (await two.take_or_keep(), one.held, two.held) == (True, False, True)


async def test_a_poll_that_dies_between_fetching_and_submitting_is_done_again(
    redis: Client, redis_server: Server, room: Newsroom, until: Until
) -> None:
    room.answers["/feed"] = listing(A, ETag='"7"')
    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await settled(redis, until)
    await redis.flushall()

    async with polling(settings(redis_server, room), source(room.at("/feed"))):
        await poll_now(redis)
        await settled(redis, until)

    assert "if-none-match" not in room.asked[-1].headers
    assert await told(redis) == [("a", 1, "usable")]


async def test_a_lease_that_is_renewed_while_it_writes_loses_nothing_by_it(redis: Client) -> None:
    lease = Lease(redis, "lease", "me", 60_000)
    await lease.take_or_keep()
    writing = True

    async def renew() -> None:
        while writing:
            assert await lease.take_or_keep()
            await asyncio.sleep(0)

    renewing = asyncio.create_task(renew())
    for n in range(200):
        await lease.write([("stream", b"event", None)], "hash", {"due": n}, 1_000)
    writing = False
    await renewing

    assert await redis.xlen("stream") == 200
