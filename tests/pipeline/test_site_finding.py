"""Sections, pages of fronts, and search: what is shown can be found, and what is withdrawn cannot."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from services.site import index
from services.site.settings import Settings
from services.site.shelf import Shelf
from shared.articles import Direction
from tests.pipeline.site_house import caught_up, comment, open_site, published, settings, story, tell, withdrawn
from tests.server import Server

Shown = Callable[..., Awaitable[httpx.AsyncClient]]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
JSON: dict[str, Any] = {"rendition": "json", "media_type": "application/json"}


@pytest.fixture
def chosen(redis_server: Server, tmp_path: Path) -> Settings:
    return settings(redis_server.url, tmp_path, front_stories=3)


@pytest.fixture
async def shown(redis: Redis, chosen: Settings, until: Callable[..., Awaitable[None]]) -> AsyncIterator[Shown]:
    async with open_site(chosen) as client:

        async def told(*facts: object) -> httpx.AsyncClient:
            await tell(redis, *facts)  # type: ignore[arg-type]
            await until(lambda: caught_up(redis, client))
            return client

        yield told


def both(article_id: str, sequence: int, text: str, **more: Any) -> tuple[object, object, object]:
    """A story as its page, its light page and its document."""
    headline = more.get("headline", f"Headline {sequence} of {article_id}")
    light = {"rendition": "light", "path": f"/en/light/{article_id}.html", "headline": headline}
    return (
        published(article_id, sequence, headline=headline), published(article_id, sequence, **light),
        story(article_id, sequence, text, **more),
    )  # fmt: skip


async def test_a_section_has_a_front_page_in_full_and_in_light_and_only_its_own_stories(shown: Shown) -> None:
    art = {"section": "Art & Culture/Film", "headline": "A film opens"}
    light = {"rendition": "light", "path": "/en/light/f.html"}
    client = await shown(published("a", 1), published("f", 1, **art), published("f", 1, **art | light))

    front = await client.get("/en/")
    address = "/en/section/Art%20%26%20Culture%2FFilm/"
    section, thin = await client.get(address), await client.get(address.replace("/en/", "/en/light/", 1))

    assert f'href="{address}"' in front.text
    assert [page.status_code for page in (section, thin)] == [200, 200]
    assert "A film opens" in section.text
    assert "Headline 1 of a" not in section.text
    assert "/en/light/f.html" in thin.text
    assert (await client.get(address.rstrip("/"))).headers["location"] == address
    assert (await client.get("/en/section/Nothing/")).status_code == 404


async def test_older_stories_stand_on_further_pages(shown: Shown) -> None:
    facts = [published(f"s{n}", 1, published_at=NOON + timedelta(minutes=n)) for n in range(7)]
    client = await shown(*facts)

    pages = [await client.get("/en/", params={"page": n} if n > 1 else {}) for n in (1, 2, 3)]

    held = [[n for n in range(7) if f"of s{n}<" in page.text] for page in pages]
    assert held == [[4, 5, 6], [1, 2, 3], [0]]
    assert 'rel="next" href="/en/?page=2"' in pages[0].text
    assert 'rel="prev" href="/en/"' in pages[1].text
    assert 'rel="next"' not in pages[2].text
    for missing in ("4", "0", "-1", "x", "99999999"):
        assert (await client.get("/en/", params={"page": missing})).status_code == 404


async def test_a_story_is_found_by_the_words_of_its_text_however_they_are_typed(shown: Shown) -> None:
    fa = {"language": "fa", "direction": Direction.RTL, "path": "/fa/x.html", "light_path": "/fa/light/x.html"}
    headline = "معلمی که هر روز می‌رود"
    client = await shown(
        published("x", 1, path="/fa/x.html", language="fa", headline=headline),
        story("x", 1, "کتابِ علی در سال ۱۴۰۵ گم شد", headline=headline, **fa),
        *both("y", 1, "The reservoir is half empty"),
    )

    for asked in ("كتاب علي", "1405", "می‌رود", "میرود", "معل"):
        assert headline in (await client.get("/fa/search", params={"q": asked})).text, asked
    for asked in ("reservoir", "RESERVOIRS half"[:9], "half empty reserv"):
        assert "Headline 1 of y" in (await client.get("/en/search", params={"q": asked})).text, asked
    assert "/en/light/y.html" in (await client.get("/en/light/search", params={"q": "reservoir"})).text
    nothing = await client.get("/en/search", params={"q": "volcano"})
    assert "No story has all of these words" in nothing.text
    assert nothing.headers["cache-control"] == "no-store"
    assert (await client.get("/zz/search")).status_code == 404


async def test_a_question_is_shown_as_text_and_is_never_markup_or_syntax(shown: Shown) -> None:
    client = await shown(*both("y", 1, "The reservoir is half empty"))

    for asked in ('"><script>alert(1)</script>', 'title:x OR "', "NEAR(a b)", "reservoir*", "a" * 5_000, "\u202e"):
        answer = await client.get("/en/search", params={"q": asked})

        assert answer.status_code == 200
        assert "<script" not in answer.text


async def test_what_was_changed_or_withdrawn_is_found_no_more_not_even_in_the_file(
    shown: Shown, chosen: Settings, until: Callable[..., Awaitable[None]]
) -> None:
    client = await shown(*both("y", 1, "The zephyranthes bloom"), *both("z", 1, "Quixotry in the council"))

    await shown(*both("y", 2, "The lilies bloom"))
    updated = [await client.get("/en/search", params={"q": word}) for word in ("zephyranthes", "lilies")]
    await shown(withdrawn("z", 2), withdrawn("z", 2, **JSON), withdrawn("z", 2, rendition="light"))
    killed = await client.get("/en/search", params={"q": "quixotry"})

    async def forgotten() -> bool:
        held = b"".join(file.read_bytes() for file in chosen.db.parent.glob("site.sqlite3*"))
        return b"uixotry" not in held and b"ephyranthes" not in held

    assert ["Headline" in page.text for page in updated] == [False, True]
    assert "Headline" not in killed.text
    await until(forgotten)


async def test_only_a_withdrawn_story_has_the_index_merged(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, until: Callable[..., Awaitable[None]]
) -> None:
    merged: list[object] = []
    kept = index.forget
    await shown(*both("y", 1, "The lilies bloom"), comment("y", 1, "c-1"))

    def noted(db: sqlite3.Connection) -> None:
        merged.append(db)
        kept(db)

    monkeypatch.setattr(index, "forget", noted)

    await shown(withdrawn("y", 2, rendition="comments", media_type="application/json", comment_id="c-1"))
    after_a_comment = len(merged)
    await shown(withdrawn("y", 3, **JSON))

    async def happened() -> bool:
        return bool(merged)

    assert after_a_comment == 0
    await until(happened)


async def test_a_story_that_was_replaced_or_is_embargoed_again_is_not_found(shown: Shown) -> None:
    client = await shown(*both("old", 1, "Turbine"), published("new", 1, supersedes="old"))

    assert "of old" not in (await client.get("/en/search", params={"q": "turbine"})).text
    await shown(withdrawn("new", 2))
    assert "of old" in (await client.get("/en/search", params={"q": "turbine"})).text


async def test_a_file_of_an_earlier_version_is_searched_at_once(
    chosen: Settings, redis: Redis, until: Callable[..., Awaitable[None]]
) -> None:
    await tell(redis, *both("y", 1, "The reservoir is half empty"))  # type: ignore[arg-type]
    async with open_site(chosen) as client:
        await until(lambda: caught_up(redis, client))
    shelf = Shelf(chosen.db)
    later = ("TABLE day_index", "TABLE search", "TABLE secret", "INDEX story_section")
    for statement in (*(f"DROP {what}" for what in later), "PRAGMA user_version = 2"):
        shelf._db.execute(statement)
    shelf.close()

    async with open_site(chosen) as client:
        await until(lambda: caught_up(redis, client))
        found = await client.get("/en/search", params={"q": "reservoir"})

    assert "Headline 1 of y" in found.text
