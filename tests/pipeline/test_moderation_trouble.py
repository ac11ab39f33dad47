"""The stage with a check in trouble: the comment waits for a person, and the next ones go on."""

import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.moderation.app import build
from services.moderation.checks import CHECKS
from services.moderation.settings import Settings
from services.moderation.subject import Check, Subject
from shared.comments import Author, Comment, CommentFacts, Evidence, Span
from shared.events import CommentEnriched, seal, to_json
from shared.streams import Client
from tests.pipeline.darkroom_house import QUICK, working
from tests.pipeline.stage_house import published
from tests.server import Server

Until = Callable[..., Awaitable[None]]
BAD = "This one is trouble."


async def write(redis: Client, id_: str, body: str) -> None:
    comment = Comment(
        id=id_, article_id="a1", revision=1, author=Author(id="u", name="Ada"), body=body,
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    fact = CommentEnriched(
        comment_id=id_, article_id="a1", revision=1, comment=comment, facts=CommentFacts(language="en", words=4)
    )
    await redis.xadd("lightwire:comments.enriched", {"event": to_json(seal(fact, id=id_, source="/test"))})


def busy() -> tuple[Evidence, ...]:
    while True:
        pass


def waiting() -> tuple[Evidence, ...]:
    threading.Event().wait()
    return ()


def raising() -> tuple[Evidence, ...]:
    raise RuntimeError(BAD)


def leaving() -> tuple[Evidence, ...]:
    raise SystemExit(1)


def rubbish() -> tuple[Evidence, ...]:
    return (Evidence(check="trouble", span=Span(start=0, end=1_000_000)),)


def with_trouble(trouble: Callable[[], tuple[Evidence, ...]]) -> tuple[tuple[str, Check], ...]:
    """All checks, and one that has trouble with some comments."""

    def check(subject: Subject) -> tuple[Evidence, ...]:
        return trouble() if subject.text == BAD else ()

    return (("trouble", check), *CHECKS)


async def waits(redis: Client, id_: str) -> bool:
    """In the queue of those who read its language, where no time was left for its words."""
    return any([await redis.zscore(f"lightwire:queue:{queue}", id_) for queue in ("abuse", "language")])


@pytest.mark.parametrize("trouble", [busy, waiting, raising, leaving, rubbish])
async def test_a_comment_that_cannot_be_checked_waits_for_a_person_and_the_others_go_on(
    redis: Client, redis_server: Server, until: Until, trouble: Callable[[], tuple[Evidence, ...]]
) -> None:
    bodies = {"c1": "I agree with the council.", "c2": BAD, "c3": "So do I.", "c4": BAD, "c5": "You idiot."}
    settings = Settings(redis_url=redis_server.url, port=0, check_ms=20, comment_ms=100, **QUICK)

    async def all_decided() -> bool:
        return len(await published(redis, "lightwire:comments.moderated")) >= len(bodies)

    for id_, body in bodies.items():
        await write(redis, id_, body)
    stage = build(settings, with_trouble(trouble))
    async with working(stage):
        await until(all_decided)
        assert stage.healthy

    told: dict[str, Any] = {
        event["data"]["comment_id"]: event["data"]["decision"]
        for event in await published(redis, "lightwire:comments.moderated")
    }
    assert {id_: one["verdict"] for id_, one in told.items()} == {
        "c1": "publish", "c2": "hold", "c3": "publish", "c4": "hold", "c5": "hold"
    }  # fmt: skip
    for id_ in ("c2", "c4"):
        assert (told[id_]["reason"], told[id_]["unknown"][0]) == ("unchecked:trouble", "trouble")
        assert await waits(redis, id_)
    assert (await redis.xpending("lightwire:comments.enriched", "moderation"))["pending"] == 0
    assert await redis.exists("lightwire:dead.moderation") == 0
