"""A reader learns how to check a copy, gets the keys, and is told when a genuine copy is an old one."""

import html
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from services.site.daily import make_index
from services.site.shelf import INDEXES_KEPT, Shelf
from shared.keyring import delegate, load_edition, public_keys, rotate
from tests.pipeline.signed_site import Signing, signing
from tests.pipeline.site_house import caught_up, open_site, settings, tell
from tests.server import Server

Told = Callable[..., Awaitable[httpx.AsyncClient]]


def today() -> str:
    """Asked for by each test: a run that began before midnight goes on after it."""
    return f"{datetime.now(UTC):%Y-%m-%d}"


@pytest.fixture
def newsroom(tmp_path: Path) -> Signing:
    return signing(tmp_path)


@pytest.fixture
async def told(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]], newsroom: Signing,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Told]:  # fmt: skip
    monkeypatch.setattr("services.site.daily.LOOK_EVERY_S", 0.05)
    async with open_site(settings(redis_server.url, tmp_path, keys=newsroom.edition)) as client:

        async def tell_(*facts: object) -> httpx.AsyncClient:
            await tell(redis, *facts)  # type: ignore[arg-type]
            await until(lambda: caught_up(redis, client))
            return client

        yield tell_


async def indexed(client: httpx.AsyncClient, until: Callable[..., Awaitable[None]]) -> str:
    """Today's index."""

    async def made() -> bool:
        return (await client.get("/index/")).status_code == 302

    await until(made)
    return (await client.get("/index/", follow_redirects=True)).text


def another_day(folder: Path) -> None:
    """As far as the site can tell: it has no index of today yet."""
    with closing(sqlite3.connect(folder / "site.sqlite3")) as file, file:
        file.execute("DELETE FROM day_index")


async def kept(client: httpx.AsyncClient, folder: Path, *names: str) -> None:
    """What a reader fetches, under its own names."""
    for name in names:
        (folder / name.rsplit("/", 1)[-1]).write_bytes((await client.get(name)).content)


@pytest.mark.parametrize(
    ("language", "said", "way"), [("en", "genuine?", "ltr"), ("fa", "اصل است", "rtl"), ("ar", "أصلية", "rtl")]
)
async def test_readers_are_told_how_to_check_in_their_language_with_every_valid_key(
    redis_server: Server, redis: Redis, tmp_path: Path, newsroom: Signing, until: Callable[..., Awaitable[None]],
    language: str, said: str, way: str,
) -> None:  # fmt: skip
    rotate(newsroom.keys)
    delegate(newsroom.keys, newsroom.edition)
    async with open_site(settings(redis_server.url, tmp_path, keys=newsroom.edition)) as client:
        page = await client.get(f"/{language}/trust")
        light = await client.get(f"/{language}/light/trust")

        assert said in page.text
        assert f'<html lang="{language}" dir="{way}">' in page.text
        assert f'href="/{language}/light/"' in light.text
        valid = public_keys(newsroom.keys)
        assert len(valid) == 2
        for key in valid:
            assert key.encoded in html.unescape(page.text)
            assert (await client.get(f"/keys/{key.id}.pub")).text == str(key)
        assert (await client.get("/keys/current.key")).status_code == 404
        assert (await client.get("/zz/trust")).status_code == 404


async def test_a_site_without_keys_says_so(
    redis_server: Server, redis: Redis, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> None:
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await until(lambda: caught_up(redis, client))
        page, index = await client.get("/en/trust"), await client.get("/index/")

    assert "shows no keys" in page.text
    assert index.status_code == 404


async def test_front_pages_lead_there(told: Told, newsroom: Signing) -> None:
    client = await told(*newsroom.story("a", 1))

    full, light = (await client.get("/en/")).text, (await client.get("/en/light/")).text

    assert 'href="/en/trust"' in full
    assert 'href="/en/bundle.zip"' in full
    assert 'href="/en/light/trust"' in light
    assert 'href="/en/light/bundle.zip"' in light


async def test_an_index_says_of_every_story_how_far_it_is_and_nothing_of_what_it_said(
    told: Told, newsroom: Signing, until: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    await told(*newsroom.story("desk:a%b", 3), *newsroom.story("killed", 1), *newsroom.withdrawn("killed", 2))
    client = await told()
    another_day(tmp_path)

    day = today()
    text = await indexed(client, until)

    first, *lines = text.splitlines()
    assert first == f"lightwire index 1 {day}"
    assert lines[0].startswith("published desk%3Aa%25b 3 ")
    assert lines[-1] == "withdrawn killed 2 full=2 light=2"
    assert "Headline" not in text


async def test_a_reader_learns_that_a_genuine_copy_is_the_newest_or_was_corrected_or_withdrawn(
    told: Told, newsroom: Signing, until: Callable[..., Awaitable[None]], tmp_path: Path, redis: Redis,
    redis_server: Server,
) -> None:  # fmt: skip
    day = today()
    await told(*newsroom.story("corrected", 1), *newsroom.story("killed", 1))
    client = await told(*newsroom.story("same", 1))
    for name in ("corrected", "killed", "same"):
        await kept(client, tmp_path, f"/en/{name}.html", f"/en/{name}.html.minisig")
    index = f"/index/{day}.txt"
    await indexed(client, until)
    await told(*newsroom.story("corrected", 2), *newsroom.withdrawn("killed", 2))
    another_day(tmp_path)
    await indexed(client, until)
    await kept(client, tmp_path, index, f"{index}.minisig", "/keys/edition.pub", "/keys/edition.pub.minisig")

    heard = {
        name: newsroom.verify(tmp_path / f"{name}.html", "--index", tmp_path / f"{day}.txt")
        for name in ("corrected", "killed", "same")
    }
    (tmp_path / f"{day}.txt").write_text("lightwire index 1 2026-01-01\n")
    forged = newsroom.verify(tmp_path / "same.html", "--index", tmp_path / f"{day}.txt")

    assert (heard["same"].exit_code, f"the newest by {day}" in heard["same"].output) == (0, True)
    assert heard["corrected"].exit_code == heard["killed"].exit_code == 1
    assert "genuine, but old" in heard["corrected"].output
    assert "a newer one was published (sequence 2; this is 1)" in heard["corrected"].output
    assert "the story was withdrawn" in heard["killed"].output
    assert (forged.exit_code, "not what was signed" in forged.output) == (1, True)


async def test_the_index_of_a_day_does_not_change_and_goes_after_a_fortnight(
    told: Told, newsroom: Signing, until: Callable[..., Awaitable[None]], tmp_path: Path
) -> None:
    client = await told(*newsroom.story("a", 1))
    first = await indexed(client, until)

    await told(*newsroom.story("a", 2), *newsroom.story("b", 1))

    assert await indexed(client, until) == first
    assert (await client.get("/index/2026-01-01.txt")).status_code == 404
    assert (await client.get("/index/..%2Fx")).status_code == 404


def test_old_indexes_are_dropped(tmp_path: Path, newsroom: Signing) -> None:
    shelf = Shelf(tmp_path / "site.sqlite3")
    signer, today = load_edition(newsroom.edition).signer, date(2026, 11, 25)
    for ago in range(20, -1, -1):
        shelf.keep_index(today - timedelta(days=ago), "x", "y")

    assert make_index(tmp_path / "site.sqlite3", shelf, signer, today)
    days = [day for (day,) in shelf._db.execute("SELECT day FROM day_index ORDER BY day")]
    shelf.close()

    assert days[0] == (today - INDEXES_KEPT).isoformat()
    assert len(days) == INDEXES_KEPT.days + 1


def test_a_site_that_knows_no_story_makes_no_index(tmp_path: Path, newsroom: Signing) -> None:
    shelf = Shelf(tmp_path / "site.sqlite3")

    made = make_index(
        tmp_path / "site.sqlite3", shelf, load_edition(newsroom.edition).signer, date(2026, 11, 25)
    )  # fmt: skip
    shelf.close()

    assert not made


async def test_a_file_of_the_version_before_gets_its_index(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]], newsroom: Signing
) -> None:
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, *newsroom.story("a", 1))
        await until(lambda: caught_up(redis, client))
    with closing(sqlite3.connect(tmp_path / "site.sqlite3")) as file:
        file.execute("DROP TABLE day_index")
        file.execute("PRAGMA user_version = 3")
        file.commit()

    async with open_site(settings(redis_server.url, tmp_path, keys=newsroom.edition)) as client:
        text = await indexed(client, until)

    assert "published a 1 full=1 light=1" in text
