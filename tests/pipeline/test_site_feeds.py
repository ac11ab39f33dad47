"""What becomes of a story shows in every feed, sitemap and digest of the site."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from redis.asyncio import Redis

from services.site.catalogue import Catalogue
from tests.pipeline.site_house import caught_up, open_site, published, settings, story, tell, withdrawn
from tests.server import Server

Shown = Callable[..., Awaitable[httpx.AsyncClient]]
NOW = datetime.now(UTC)
FEEDS = ("feed.rss", "feed.atom", "feed.json")


@pytest.fixture
async def shown(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> AsyncIterator[Shown]:
    chosen = settings(redis_server.url, tmp_path, base_url="https://news.example/")
    async with open_site(chosen) as client:

        async def told(*facts: object) -> httpx.AsyncClient:
            await tell(redis, *facts)  # type: ignore[arg-type]
            await until(lambda: caught_up(redis, client))
            return client

        yield told


def both(sequence: int, headline: str, text: str = "The old words") -> tuple[object, object]:
    full = published("a", sequence, headline=headline, published_at=NOW)
    return full, story("a", sequence, text, headline=headline, published_at=NOW)


def gone(sequence: int) -> tuple[object, object]:
    return withdrawn("a", sequence, path="/en/a.html"), withdrawn(
        "a", sequence, rendition="json", media_type="application/json"
    )


async def everything(client: httpx.AsyncClient) -> dict[str, str]:
    """Every fold as text."""
    found = {name: (await client.get(f"/en/{name}")).text for name in FEEDS}
    found |= {name: (await client.get(f"/{name}")).text for name in ("sitemap.xml", "sitemap-news.xml")}
    with ZipFile(BytesIO((await client.get("/en/digest.epub")).content)) as book:
        found["digest.epub"] = "".join(book.read(name).decode() for name in book.namelist())
    return found


async def test_a_correction_a_kill_and_a_reinstatement_show_in_every_fold(shown: Shown) -> None:
    client = await shown(*both(1, "The first headline"))
    first = await everything(client)
    await shown(*both(2, "The better headline", "The corrected words"))
    corrected = await everything(client)
    await shown(*gone(3))
    killed = await everything(client)
    await shown(*both(2, "The late headline"))
    late = await everything(client)
    await shown(*both(4, "The headline is back", "Back"))
    back = await everything(client)

    titled = {name for name in first if name != "sitemap.xml"}
    assert {name for name, text in first.items() if "The first headline" in text} == titled
    assert {name for name, text in corrected.items() if "The better headline" in text} == titled
    assert not [name for name, text in corrected.items() if "first headline" in text or "old words" in text]
    for text in (*killed.values(), *late.values()):
        assert not [word for word in ("headline", "words") if word in text]
    for name in FEEDS:
        assert "This story was withdrawn" in killed[name]
        assert "This story was withdrawn" not in back[name]
    assert "a.html" not in killed["sitemap.xml"] + killed["sitemap-news.xml"]
    assert {name for name, text in back.items() if "The headline is back" in text} == titled


async def test_feeds_are_revalidated_and_packed_and_name_this_site(shown: Shown) -> None:
    client = await shown(*both(1, "Headline"))

    first = await client.get("/en/feed.atom", headers={"Accept-Encoding": "gzip"})
    again = await client.get(
        "/en/feed.atom", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["etag"]}
    )

    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"].startswith("application/atom+xml")
    assert again.status_code == 304
    assert 'href="https://news.example/en/a.html"' in first.text
    for path in ("/zz/feed.rss", "/xx/digest.epub"):
        assert (await client.get(path)).status_code == 404
    assert "Sitemap: https://news.example/sitemap.xml" in (await client.get("/robots.txt")).text


async def test_a_site_that_was_told_no_address_says_the_one_it_was_asked_at_unless_that_is_none(
    redis: Redis, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> None:
    async with open_site(settings(redis_server.url, tmp_path)) as client:
        await tell(redis, *both(1, "Headline"))  # type: ignore[arg-type]
        await until(lambda: caught_up(redis, client))
        asked = await client.get("/en/feed.rss")
        forged = await client.get("/en/feed.rss", headers={"Host": 'x"><script>'})

    assert "http://site.example/en/a.html" in asked.text
    assert "http://localhost/en/a.html" in forged.text


async def test_a_front_page_names_its_feeds(shown: Shown) -> None:
    client = await shown(*both(1, "Headline"))

    front = (await client.get("/en/")).text

    assert all(f'href="/en/{name}"' in front for name in FEEDS)


async def test_a_story_withdrawn_while_a_feed_is_made_is_in_it_once(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, loop, documents = await shown(*both(1, "The headline")), asyncio.get_running_loop(), Catalogue.documents

    async def withdraw() -> None:
        await shown(*gone(2))

    def withdrawn_after_them(catalogue: Catalogue, language: str, limit: int) -> list[bytes]:
        found = documents(catalogue, language, limit)
        asyncio.run_coroutine_threadsafe(withdraw(), loop).result(20)
        return found

    monkeypatch.setattr(Catalogue, "documents", withdrawn_after_them)
    during = (await client.get("/en/feed.json")).json()["items"]
    monkeypatch.undo()
    after = (await client.get("/en/feed.json")).json()["items"]

    assert [item["title"] for item in during] == ["The headline"]
    assert [item["title"] for item in after] == ["This story was withdrawn"]
