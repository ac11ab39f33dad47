"""A story made to hurt waits, and the kill behind it goes through."""

from collections.abc import Awaitable, Callable

from services.moderation.app import build
from services.moderation.settings import Settings
from shared.articles import Change
from shared.events import ArticleEnriched
from shared.streams import Client
from tests.builders import article
from tests.pipeline.darkroom_house import QUICK, working
from tests.pipeline.moderation_house import put
from tests.pipeline.stage_house import published
from tests.server import Server

HOSTILE = "<p>" + "1/1/" * 30_000 + "</p>"
"""Numbers in which each slash may end one: the library that knows telephone numbers takes seconds."""


async def test_a_kill_goes_through_behind_a_story_nobody_can_look_through(
    redis: Client, redis_server: Server, until: Callable[..., Awaitable[None]]
) -> None:
    hostile, victim = article("hostile", body_html=HOSTILE), article("victim")
    await put(redis, ArticleEnriched(article_id="victim", revision=1, change=Change.CREATED, article=victim), "v1")
    await put(redis, ArticleEnriched(article_id="hostile", revision=1, change=Change.CREATED, article=hostile), "h1")
    await put(redis, ArticleEnriched(article_id="victim", revision=2, change=Change.KILLED), "v2")

    async def killed() -> bool:
        return len(await published(redis, "lightwire:articles.moderated")) >= 2

    stage = build(Settings(redis_url=redis_server.url, port=0, story_ms=100, **QUICK))
    async with working(stage):
        await until(killed)
        assert stage.healthy

    passed = [
        (one["data"]["article_id"], one["data"]["change"])
        for one in await published(redis, "lightwire:articles.moderated")
    ]
    (held,) = await published(redis, "lightwire:articles.held")
    assert passed == [("victim", "created"), ("victim", "killed")]
    assert (held["data"]["article_id"], held["data"]["causes"]) == (
        "hostile", [{"kind": "unchecked", "field": "body_html", "count": 1}]
    )  # fmt: skip
    assert (await redis.xpending("lightwire:articles.enriched", "moderation"))["pending"] == 0
