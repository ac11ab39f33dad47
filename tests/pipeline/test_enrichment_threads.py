"""Enrichment knows how deep in its thread a comment stands."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.enrichment.app import build
from services.enrichment.settings import Settings
from shared.comments import Author, Comment
from shared.events import CommentIngested
from shared.keys import Keys
from shared.streams import Client
from tests.builders import NOW, wire
from tests.server import Server

KEYS = Keys()
Until = Callable[..., Awaitable[None]]


def said(id_: str, parent: str | None = None, revision: int = 1, *, withdrawn: bool = False) -> bytes:
    comment = Comment(
        id=id_, article_id="a", parent_id=parent, revision=revision, author=Author(id="u", name="Ada"),
        body="The council met on Tuesday.", created_at=NOW,
    )  # fmt: skip
    return wire(
        CommentIngested(comment_id=id_, article_id="a", revision=revision, comment=None if withdrawn else comment)
    )


@pytest.mark.parametrize("batch", [1, 100])
async def test_an_answer_stands_one_deeper_than_what_it_answers(
    redis_server: Server, redis: Client, until: Until, batch: int
) -> None:
    settings = Settings(redis_url=redis_server.url, block_ms=20, batch=batch, log_level="error", port=0)
    stage = build(settings)
    told: dict[str, Any] = {}

    async def all_told() -> bool:
        for _, fields in await redis.xrange(KEYS.key("comments.enriched")):
            data = json.loads(fields[b"event"])["data"]
            told[data["comment_id"]] = (data.get("facts") or {}).get("depth")
        return len(told) == 7

    for event in (
        said("top"), said("second", "top"), said("third", "second"), said("orphan", "never seen"),
        said("answer to an orphan", "orphan"), said("version", None), said("gone", "top", withdrawn=True),
    ):  # fmt: skip
        await redis.xadd(KEYS.key("comments.ingested"), {"event": event})
    await stage.app.start()
    try:
        await until(all_told)
    finally:
        await stage.app.stop()

    assert told == {
        "top": 0, "second": 1, "third": 2, "orphan": None, "answer to an orphan": None, "version": 0, "gone": None,
    }  # fmt: skip
