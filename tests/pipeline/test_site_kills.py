"""A killed story is gone: from every file of the site, and from a site that was away when it was killed."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from services.site.settings import Settings
from services.site.shelf import Shelf
from tests.pipeline.site_house import caught_up, comment, entries, open_site, published, settings, tell, withdrawn
from tests.server import Server, free_port

Until = Callable[..., Awaitable[None]]
WORDS = b"unmistakable words"


def files_with(words: bytes, folder: Path) -> list[str]:
    """Names of the files in which they stand."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [file.name for file in files if words in file.read_bytes()]


async def test_no_file_holds_the_words_of_a_killed_story(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, published("a", 1, WORDS.decode()))
        await until(lambda: caught_up(redis, client))
        before = files_with(WORDS, tmp_path)

        await tell(redis, withdrawn("a", 2))
        await until(lambda: caught_up(redis, client))

        assert before != []
        assert files_with(WORDS, tmp_path) == []


async def test_no_file_holds_the_words_of_a_comment_that_was_taken_back(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, comment("a", 1, "c1"), published("a", 2, WORDS.decode()))
        await until(lambda: caught_up(redis, client))
        before = files_with(WORDS, tmp_path)

        await tell(redis, withdrawn("a", 3, rendition="comments", comment_id="c1", media_type="application/json"))
        await until(lambda: caught_up(redis, client))
        # Delivery renders the page a moment after the comment went.
        await tell(redis, published("a", 4, "No comments."))
        await until(lambda: caught_up(redis, client))

        assert before != []
        assert files_with(WORDS, tmp_path) == []


async def test_words_a_backup_holds_on_to_are_gone_once_it_lets_go(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    chosen = settings(redis_server.url, tmp_path)

    async def gone() -> bool:
        return not files_with(WORDS, tmp_path)

    async with open_site(chosen) as client:
        await tell(redis, published("a", 1, WORDS.decode()))
        await until(lambda: caught_up(redis, client))
        with closing(sqlite3.connect(chosen.db, isolation_level=None)) as backup:
            backup.execute("BEGIN")
            backup.execute("SELECT count(*) FROM story").fetchone()
            await tell(redis, withdrawn("a", 2))
            await until(lambda: caught_up(redis, client))
            held = files_with(WORDS, tmp_path)

        await until(gone)
        assert held != []


@contextmanager
def held(chosen: Settings) -> Iterator[None]:
    """Nothing can be written to the file of the site meanwhile, so it cannot catch up."""
    Shelf(chosen.db).close()
    with closing(sqlite3.connect(chosen.db, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield


async def _killed_while_away(redis: Redis, chosen: Settings, until: Until) -> None:
    await tell(redis, published("a", 1, WORDS.decode()))
    async with open_site(chosen) as client:
        await until(lambda: caught_up(redis, client))
    await tell(redis, withdrawn("a", 2))


async def _healthy(client: httpx.AsyncClient) -> bool:
    return (await client.get("/health")).status_code == 200


async def test_a_site_that_was_away_shows_nothing_until_it_has_caught_up(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    chosen = settings(redis_server.url, tmp_path)
    await _killed_while_away(redis, chosen, until)

    with held(chosen):
        async with open_site(chosen) as client:
            answers = [await client.get(path) for path in ("/en/a.html", "/en/", "/", "/fa/", "/health")]
    async with open_site(chosen) as client:
        await until(lambda: _healthy(client))
        page = await client.get("/en/a.html")

    assert [answer.status_code for answer in answers] == [503] * 5
    assert [answer.headers["retry-after"] for answer in answers[:4]] == ["2"] * 4
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 5
    assert "catching up" in answers[0].text
    assert 'lang="fa" dir="rtl"' in answers[3].text
    assert all(WORDS.decode() not in answer.text for answer in answers)
    assert page.status_code == 410


async def test_a_site_that_cannot_catch_up_shows_what_it_has_when_patience_ends(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(redis_server.url, tmp_path)
    await _killed_while_away(redis, chosen, until)
    monkeypatch.setattr("services.site.arrival.PATIENCE_S", 0.0)

    with held(chosen):
        async with open_site(chosen) as client:
            statuses = [(await client.get(path)).status_code for path in ("/en/a.html", "/health")]

    assert statuses == [200, 503]


async def test_a_site_that_starts_without_redis_serves_what_it_has(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    chosen = settings(redis_server.url, tmp_path)
    await tell(redis, published("a", 1, "kept"))
    async with open_site(chosen) as client:
        await until(lambda: caught_up(redis, client))

    async with open_site(settings(f"redis://127.0.0.1:{free_port()}/0", tmp_path)) as client:

        async def served() -> bool:
            return (await client.get("/en/a.html")).text == "kept"

        await until(served)
        assert (await client.get("/health")).status_code == 503


async def test_a_site_whose_newest_entries_were_deleted_catches_up_all_the_same(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    await tell(redis, published("a", 1), published("b", 1))
    newest = (await entries(redis, "lightwire:renditions.full"))[-1]
    await redis.xdel("lightwire:renditions.full", newest.id)

    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: _healthy(client))
        statuses = [(await client.get(f"/en/{name}.html")).status_code for name in ("a", "b")]

    assert statuses == [200, 404]
