"""The lists by which related stories and copies are found, on a real Redis."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from services.delivery.app import build
from services.delivery.settings import Settings
from shared.articles import Change
from shared.events import ArticleModerated
from shared.stage import Stage
from tests.builders import wire
from tests.pipeline.stage_house import KEYS, Until, published
from tests.server import Server
from tests.unit.delivery_stories import moderated
from tests.unit.related_desk import TEXT, about

IN = KEYS.key("articles.moderated")
KEEP_MS = 600_000


@pytest.fixture
async def delivery(redis_server: Server) -> AsyncIterator[Stage]:
    built = build(
        Settings(
            redis_url=redis_server.url, claim_after_ms=200, claim_every_ms=20, block_ms=20, log_level="error",
            renditions="light", comment_render_delay_ms=50, related_keep_ms=KEEP_MS,
        )
    )  # fmt: skip
    await built.app.start()
    yield built
    await built.app.stop()


async def send(redis: Redis, *stories: ArticleModerated) -> None:
    for data in stories:
        await redis.xadd(IN, {"event": wire(data)})


async def found_on(redis: Redis, id_: str) -> set[str]:
    """Every sorted set with a member that names it, whatever it is for."""
    found = set()
    async for key in redis.scan_iter(match=KEYS.key("*"), _type="zset"):
        for member in await redis.zrange(key, 0, -1):
            if f'"id":"{id_}"'.encode() in member:
                found.add(KEYS.name(key.decode()))
    return found


async def newest_page(redis: Redis, id_: str) -> str:
    pages = [one["data"] for one in await published(redis, KEYS.key("renditions.light"))]
    return str([page["content"] for page in pages if page["article_id"] == id_][-1])


@pytest.mark.usefixtures("delivery")
async def test_a_shown_story_is_found_on_lists_that_do_not_live_for_ever(redis: Redis, until: Until) -> None:
    await send(redis, about("a1", words=TEXT))

    await until(lambda: found_on(redis, "a1"))
    lists = await found_on(redis, "a1")

    assert len(lists) == 1 + 3 + 10
    for name in lists - {"recent:en"}:
        assert 0 < await redis.pttl(KEYS.key(name)) <= KEEP_MS, name


@pytest.mark.usefixtures("delivery")
async def test_a_kill_clears_every_list_and_every_page_that_named_the_story(redis: Redis, until: Until) -> None:
    async def both_named() -> bool:
        pages = [one["data"] for one in await published(redis, KEYS.key("renditions.light"))]
        newest = {page["article_id"]: page["content"] for page in pages}
        return "On a1" in newest.get("copy", "") and "On a1" in newest.get("reader", "")

    async def settled() -> bool:
        return not await redis.zcard(KEYS.later("articles.due"))

    await send(redis, about("a1", words=TEXT), about("copy", words=TEXT), about("reader"))
    await until(both_named)
    assert "The same report" in await newest_page(redis, "copy")

    await send(redis, moderated(2, Change.KILLED))

    async def gone() -> bool:
        named = [await newest_page(redis, id_) for id_ in ("copy", "reader")]
        return not any("On a1" in page or "same report" in page for page in named)

    await until(gone)
    await until(settled)
    assert await found_on(redis, "a1") == set()
    assert await gone()
