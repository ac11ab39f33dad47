"""What becomes of a story is seen on every rendition, and on every page, feed, file and list of the site.

Submissions take the way through all decisions; a real site reads what delivery tells.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import httpx
import pytest
from redis.asyncio import Redis
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from services.delivery.renditions import RENDITIONS
from shared.events import RenditionPublished
from tests.browser.newsroom import Newsroom
from tests.pipeline.site_house import caught_up, open_site, settings, tell
from tests.server import Server

NOW = datetime.now(UTC)
STORIES = {
    # Headline and text, each with its correction, and a comment.
    "en": ("Otters return", "Beavers return", "The riverbank moved.", "The lakeside moved.", "Who counted them?"),
    "fa": ("سمورها برمی‌گردند", "سگ‌آبی‌ها برمی‌گردند", "ساحل رودخانه جابه‌جا شد.", "کنارهٔ دریاچه جابه‌جا شد.",
           "چه کسی آن‌ها را شمرد؟"),
}  # fmt: skip
CHANNELS = {spec.name for spec in RENDITIONS}
IN_FULL = CHANNELS - {"sms", "social"}
"""Those that carry the text, not only what is the matter."""
SAYS_HEADLINE = {
    "full page", "light page", "json", "text", "neighbour", "neighbour's light", "front", "light front", "section",
    "light section", "search", "light search", "feed.rss", "feed.atom", "feed.json", "digest.epub", "sitemap-news.xml",
    "bundle.zip", "light/bundle.zip", "archive", "comment form",
}  # fmt: skip
SAYS_TEXT = {
    "full page", "light page", "json", "text", "feed.rss", "feed.atom", "feed.json", "digest.epub", "bundle.zip",
    "light/bundle.zip", "archive",
}  # fmt: skip
SAYS_COMMENT = {"full page", "light page", "json", "bundle.zip", "light/bundle.zip", "archive"}
OFFERED = {"neighbour", "neighbour's light"}
"""What to read next is chosen when a page is rendered; a story that comes back waits for that."""


class House:
    """One newsroom, the site that shows it, and what both say at a moment."""

    def __init__(self, redis: Redis, client: httpx.AsyncClient, until: Any, language: str) -> None:
        self._redis, self._client, self._until, self._told = redis, client, until, 0
        self.language = language
        self.newsroom = Newsroom("https://news.example")
        self.newsroom.desk.now = NOW
        self.paths: dict[str, str] = {}

    async def story(self, **data: Any) -> None:
        base = {"status": "usable", "language": self.language, "section": "Nature", "published_at": NOW.isoformat()}
        self.newsroom.story(**base | data)
        await self.settle()

    async def settle(self, seconds: float = 5) -> None:
        """Alarms ring; the site reads."""
        self.newsroom.desk.later(seconds)
        self.newsroom.desk.ring()
        await self._read()

    async def comment(self, revision: int, status: str = "usable") -> None:
        body = {"body": STORIES[self.language][4]} if status == "usable" else {"body": "."}
        self.newsroom.comment(
            id="c", article_id="otters", revision=revision, status=status, created_at=NOW.isoformat(),
            author={"id": "r", "name": "Mira"}, **body,
        )  # fmt: skip
        await self.settle()

    async def again(self) -> None:
        """Everything that was ever told, once more: a channel must not go backwards."""
        self._told = 0
        await self._read()

    async def _read(self) -> None:
        facts = self.newsroom.facts
        await tell(self._redis, *facts[self._told :])
        self._told = len(facts)
        for fact in facts:
            if fact.article_id == "otters" and fact.path:
                self.paths[fact.rendition] = fact.path
        await self._until(lambda: caught_up(self._redis, self._client))

    def channels(self, word: str) -> set[str]:
        """Streams whose newest entry of the story, of its thread or of its neighbour says so."""
        newest: dict[tuple[str, str, str], Any] = {}
        for fact in self.newsroom.facts:
            newest[fact.rendition, fact.article_id, fact.comment_id or ""] = fact
        facts = [one for one in newest.values() if isinstance(one, RenditionPublished) and one.article_id == "otters"]
        hidden = newest.get(("comments", "otters", ""))
        return {
            one.rendition for one in facts
            if word in f"{one.headline} {one.teaser} {one.content}"
            and not (one.rendition == "comments" and hidden and hidden.sequence > one.sequence)
        }  # fmt: skip

    async def site(self, word: str) -> set[str]:
        """What on the site says so."""
        return {name for name, text in (await self.everything()).items() if word in text}

    async def everything(self) -> dict[str, str]:
        """Name → what stands there now."""
        code, neighbour = self.language, "/{}/{}"
        near = {one.rendition: one.path or "" for one in self.newsroom.facts if one.article_id == "herons" and one.path}
        query = {"q": STORIES[code][0].split()[1]}
        plain = {
            "full page": self.paths["full"], "light page": self.paths["light"], "json": self.paths["json"],
            "text": self.paths["text"], "neighbour": near["full"], "neighbour's light": near["light"],
            "front": f"/{code}/", "light front": f"/{code}/light/", "section": f"/{code}/section/Nature/",
            "light section": f"/{code}/light/section/Nature/", "sitemap.xml": "/sitemap.xml",
            "sitemap-news.xml": "/sitemap-news.xml", "offline.json": f"/{code}/offline.json",
            "comment form": neighbour.format(code, f"comment/{self.paths['full'].split('/')[-1]}"),
            **{name: f"/{code}/{name}" for name in ("feed.rss", "feed.atom", "feed.json")},
        }  # fmt: skip
        found = {name: (await self._client.get(path)).text for name, path in plain.items()}
        found["feed.json"] = json.dumps(json.loads(found["feed.json"]), ensure_ascii=False)
        found["sitemap.xml"] = unquote(found["sitemap.xml"])
        for name in ("search", "light/search"):
            page = await self._client.get(f"/{code}/{name}", params=query)
            found[name.replace("/", " ")] = page.text
        for name in ("digest.epub", "bundle.zip", "light/bundle.zip"):
            found[name] = _unzipped((await self._client.get(f"/{code}/{name}")).content)
        archive = await self._client.get(f"/{code}/archive/{NOW:%Y-%m}.warc.gz")
        found["archive"] = "".join(
            record.content_stream().read().decode("utf-8", "replace")
            for record in ArchiveIterator(BytesIO(archive.content))
        )
        return found

    async def statuses(self) -> set[int]:
        """Of the story's own pages."""
        return {(await self._client.get(self.paths[name])).status_code for name in ("full", "light", "json", "text")}


def _unzipped(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.fixture(params=STORIES)
async def house(
    request: pytest.FixtureRequest, redis: Redis, redis_server: Server, tmp_path: Path,
    until: Callable[..., Awaitable[None]],
) -> AsyncIterator[House]:  # fmt: skip
    async with open_site(settings(redis_server.url, tmp_path, base_url="https://news.example")) as client:
        one = House(redis, client, until, request.param)
        headline, _, text, *_ = STORIES[one.language]
        await one.story(id="otters", revision=1, headline=headline, body_html=f"<p>{text}</p>")
        earlier = (NOW - timedelta(hours=1)).isoformat()
        await one.story(id="herons", revision=1, headline="A", body_html="<p>b</p>", published_at=earlier)
        yield one


async def test_a_story_stands_wherever_one_would_look(house: House) -> None:
    headline, _, text, *_ = STORIES[house.language]

    assert house.channels(headline) == CHANNELS
    assert house.channels(text) >= IN_FULL - {"email"}
    assert await house.site(headline) == SAYS_HEADLINE
    assert await house.site(text) >= SAYS_TEXT
    assert await house.site(house.paths["light"]) >= {"light front", "offline.json"}
    assert await house.statuses() == {200}


async def test_a_correction_replaces_the_old_words_everywhere(house: House) -> None:
    headline, better, text, other, _ = STORIES[house.language]
    before = house.channels(headline)

    await house.story(
        id="otters", revision=2, headline=better, body_html=f"<p>{other}</p>",
        correction={"note": "Note of the desk", "kind": "fact"},
    )  # fmt: skip

    assert house.channels(better) == before
    assert house.channels(headline) == house.channels(text) == set()
    assert await house.site(better) == SAYS_HEADLINE
    assert await house.site(headline) == await house.site(text) == set()
    assert await house.site("Note of the desk") >= {"full page", "light page", "json", "text", "bundle.zip"}


async def test_a_kill_leaves_no_word_anywhere_and_a_late_revision_brings_none_back(house: House) -> None:
    headline, _, text, _, comment = STORIES[house.language]
    await house.comment(1)
    await house.story(id="otters", revision=3, status="canceled")
    killed = await house.statuses()

    await house.story(id="otters", revision=2, headline=headline, body_html=f"<p>{text}</p>")
    await house.again()

    assert killed == await house.statuses() == {410}
    for word in (headline, text, comment):
        assert house.channels(word) == set()
        assert await house.site(word) == set()
    path = unquote(house.paths["full"])
    assert await house.site(path) <= {"feed.json", "feed.rss", "feed.atom"}, "only feeds name what is gone"
    assert await house.site(house.paths["light"]) == set()


async def test_a_reinstated_story_is_back_everywhere_with_its_thread(house: House) -> None:
    headline, _, text, _, comment = STORIES[house.language]
    await house.comment(1)
    await house.story(id="otters", revision=3, status="canceled")

    await house.story(id="otters", revision=4, headline=headline, body_html=f"<p>{text}</p>")

    assert house.channels(headline) == CHANNELS
    assert await house.site(headline) == SAYS_HEADLINE - OFFERED
    assert await house.site(text) >= SAYS_TEXT
    assert await house.site(comment) >= SAYS_COMMENT
    assert await house.statuses() == {200}


async def test_an_embargo_takes_it_from_everywhere_and_gives_it_back_by_itself(house: House) -> None:
    headline, better, text, other, _ = STORIES[house.language]
    until = (house.newsroom.desk.now + timedelta(minutes=30)).isoformat()

    await house.story(
        id="otters", revision=2, headline=better, body_html=f"<p>{other}</p>", embargoed_until=until
    )  # fmt: skip
    held = {word: (house.channels(word), await house.site(word)) for word in (headline, better, text, other)}
    held_pages = await house.statuses()
    await house.settle(3_600)

    assert set(map(str, held.values())) == {str((set(), set()))}
    assert held_pages == {410}
    assert house.channels(better) == CHANNELS
    assert await house.site(better) == SAYS_HEADLINE - OFFERED
    assert await house.site(other) >= SAYS_TEXT
    assert await house.statuses() == {200}


async def test_a_lower_revision_that_comes_late_changes_nothing_anywhere(house: House) -> None:
    headline, better, text, other, _ = STORIES[house.language]
    await house.story(id="otters", revision=5, headline=better, body_html=f"<p>{other}</p>")
    before = await house.everything()

    await house.story(id="otters", revision=4, headline=headline, body_html=f"<p>{text}</p>")
    await house.again()

    after = await house.everything()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"comment form", "bundle.zip", "light/bundle.zip", "archive"}, "each has a token or a time in it"
    assert await house.site(headline) == set()


async def test_a_comment_comes_and_goes_everywhere(house: House) -> None:
    comment = STORIES[house.language][4]
    await house.comment(1)
    shown = house.channels(comment), await house.site(comment)

    await house.comment(2, "canceled")
    await house.again()

    assert shown[0] >= {"comments", "full", "light", "json"}
    assert shown[1] >= SAYS_COMMENT
    assert house.channels(comment) == set()
    assert await house.site(comment) == set()
