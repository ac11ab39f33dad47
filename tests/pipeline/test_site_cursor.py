"""The site never loses its place: not at a restart, not when Redis goes, not when a stream begins anew."""

import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from services.site.entries import opened, read
from services.site.shelf import Change, Shelf, Taken
from shared.events import seal, to_json
from shared.streams import connect
from tests.pipeline.site_house import caught_up, open_site, published, settings, story, tell, tell_at_once, withdrawn
from tests.server import Server, binaries, free_port, running

Until = Callable[..., Awaitable[None]]


async def test_a_restarted_site_shows_what_it_showed_and_reads_on(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    chosen = settings(redis_server.url, tmp_path)
    await tell(redis, published("a", 1, "first"))
    async with open_site(chosen) as client:
        await until(lambda: caught_up(redis, client))
    await redis.xtrim("lightwire:renditions.full", maxlen=0)
    await tell(redis, published("b", 1, "second"))

    async with open_site(chosen) as client:
        await until(lambda: caught_up(redis, client))
        pages = [(await client.get(path)).text for path in ("/en/a.html", "/en/b.html")]

    assert pages == ["first", "second"]


def test_what_is_shown_and_how_far_was_read_change_together_or_not_at_all(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "site.sqlite3")
    good = _change("a", 1)
    too_large = replace(good.entry, data=good.entry.data.model_copy(update={"article_id": "b", "sequence": 2**63}))

    with pytest.raises(OverflowError):
        shelf.commit([good, Change(too_large, b"<p>text</p>")], {"s": "2-0"})

    assert shelf.cursors() == {}
    assert shelf.receipts(10) == []
    assert shelf.commit([good], {"s": "1-0"}) == [True]
    assert shelf.commit([good], {"s": "1-0"}) == [False]
    assert shelf.cursors() == {"s": "1-0"}
    shelf.close()


def _change(article_id: str, sequence: int) -> Change:
    event = to_json(seal(published(article_id, sequence), id="e", source="/service/delivery"))
    told = opened({b"event": event})
    assert told is not None
    return Change(read(told, "s", "full", "1-0"), b"<p>text</p>")


async def test_what_is_written_in_one_moment_is_shown_in_one_moment(
    any_redis: Redis, every_server: Server, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed: list[list[str]] = []
    commit = Shelf.commit

    def noted(shelf: Shelf, changes: Sequence[Change], cursors: Mapping[str, str]) -> list[bool]:
        committed.append([change.entry.data.rendition for change in changes])
        return commit(shelf, changes, cursors)

    async def waits() -> bool:
        return bool((await any_redis.info("clients"))["blocked_clients"])

    monkeypatch.setattr(Shelf, "commit", noted)
    async with open_site(settings(every_server.url, tmp_path).model_copy(update={"block_ms": 2_000})) as client:
        await until(waits)
        await tell_at_once(any_redis, published("a", 1), story("a", 1, "text"))
        await until(lambda: caught_up(any_redis, client))

    assert [sorted(renditions) for renditions in committed] == [["full", "json"]]


def test_two_sites_cannot_write_one_file(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "site.sqlite3")

    with pytest.raises(Taken, match="LIGHTWIRE_SITE_DB"):
        Shelf(tmp_path / "site.sqlite3")

    shelf.close()


async def test_a_stream_that_began_anew_is_read_from_its_beginning(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    stream = "lightwire:renditions.full"
    event = to_json(seal(published("b", 1, "new age"), id="e", source="/service/delivery"))
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, published("a", 1, "old age"))
        await until(lambda: caught_up(redis, client))

        await redis.delete(stream)
        await redis.xadd(stream, {"event": event}, id="5-1")
        await until(lambda: caught_up(redis, client))

        assert (await client.get("/en/b.html")).text == "new age"
        assert (await client.get("/en/a.html")).text == "old age"
        assert 'stream_restarts_total{rendition="full"} 1.0' in (await client.get("/metrics")).text


async def test_without_redis_the_site_serves_what_it_has_and_says_so_and_reads_on_when_it_is_back(
    tmp_path: Path, until: Until
) -> None:
    binary = next(iter(binaries().values()))
    durable = ("--appendonly", "yes", "--appendfsync", "always")
    with running(binary, tmp_path, durable) as server:
        port = server.url.split(":")[-1].split("/")[0]
        first = connect(server.url)
        await tell(first, published("a", 1, "kept"))
        async with open_site(settings(server.url, tmp_path)) as client:
            await until(lambda: caught_up(first, client))
            await first.aclose()
            server.process.kill()
            server.process.wait()

            await until(lambda: _health(client, 503))
            assert (await client.get("/en/a.html")).text == "kept"

            again = _start([binary, "--port", port, "--dir", str(tmp_path), *durable])
            second = connect(server.url)
            try:
                await until(lambda: _health(client, 200))
                await tell(second, published("a", 2, "new"))
                await until(lambda: caught_up(second, client))
                assert (await client.get("/en/a.html")).text == "new"
            finally:
                await second.aclose()
                again.kill()
                again.wait()


def _start(command: list[str], **more: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)


def _kill(processes: "list[subprocess.Popen[bytes]]") -> None:
    for process in processes:
        process.kill()
        process.wait()


def _exit_code(command: list[str], **more: Any) -> int:
    return _start(command, **more).wait(timeout=20)


async def _health(client: httpx.AsyncClient, status: int) -> bool:
    return (await client.get("/health")).status_code == status


async def test_a_killed_process_loses_nothing_and_a_terminated_one_ends_with_zero(
    redis: Redis,
    redis_server: Server,
    tmp_path: Path,
    project: Path,
    until: Until,
    request: pytest.FixtureRequest,
) -> None:
    port = free_port()
    environment = os.environ | {
        "LIGHTWIRE_REDIS_URL": redis_server.url, "LIGHTWIRE_SITE_PORT": str(port),
        "LIGHTWIRE_SITE_DB": str(tmp_path / "site.sqlite3"),
    }  # fmt: skip
    command = [sys.executable, "-m", "services.site"]
    started: list[subprocess.Popen[bytes]] = []
    request.addfinalizer(partial(_kill, started))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def up() -> bool:
            try:
                return await caught_up(redis, client) and (await client.get("/health")).status_code == 200
            except httpx.TransportError:
                return False

        await tell(redis, *(published("a", n, f"text {n}") for n in range(1, 300)))
        first = _start(command, cwd=project, env=environment)
        started.append(first)
        await until(up)
        await tell(redis, *(published("b", n, f"text {n}") for n in range(1, 300)), withdrawn("a", 300))
        first.send_signal(signal.SIGKILL)
        first.wait()

        second = _start(command, cwd=project, env=environment)
        started.append(second)
        await until(up)
        answers = [await client.get("/en/a.html"), await client.get("/en/b.html")]
        asked = _exit_code([*command, "health"], cwd=project, env=environment)
        second.send_signal(signal.SIGTERM)
        ended = second.wait(timeout=15)
        asked_again = _exit_code([*command, "health"], cwd=project, env=environment)

    assert [answer.status_code for answer in answers] == [410, 200]
    assert answers[1].text == "text 299"
    assert (asked, ended, asked_again) == (0, 0, 1)
