"""What is prepared for a decision: off its way, kept from other workers, and never a reason to lose an entry."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shared.errors import Away, Rejected
from shared.events import ArticleEnriched, ArticleIngested, seal, to_json
from shared.outcome import Given, Outcome, Reads, Save
from shared.streams import Client
from tests.pipeline.stage_house import OUT, letters, passing_on, pending, published, stage
from tests.server import Server
from tests.unit.delivery_stories import moderated

Until = Callable[..., Awaitable[None]]


async def submit(redis: Client, *ids: str) -> None:
    for id_ in ids:
        told = moderated(id=id_)
        fact = ArticleIngested(article_id=id_, revision=1, change=told.change, article=told.article)
        await redis.xadd("lightwire:articles.ingested", {"event": to_json(seal(fact, id=id_, source="/test"))})


def noting(seen: dict[str, object]) -> Callable[[ArticleIngested, Given], ArticleEnriched]:
    def decide(event: ArticleIngested, given: Given) -> ArticleEnriched:
        seen[event.article_id] = given.found
        return passing_on(event, given)

    return decide


async def until_out(redis: Client, until: Until, number: int) -> None:
    async def there() -> bool:
        return len(await published(redis)) >= number

    await until(there)


async def test_a_decision_finds_what_was_prepared_for_it(redis: Client, redis_server: Server, until: Until) -> None:
    seen: dict[str, object] = {}

    async def prepare(event: ArticleIngested) -> str:
        await asyncio.sleep(0)
        return f"for {event.article_id}"

    await submit(redis, "a", "b")
    async with stage(redis_server, noting(seen), {"prepare": prepare}):
        await until_out(redis, until, 2)

    assert seen == {"a": "for a", "b": "for b"}


async def test_entries_of_a_batch_are_prepared_at_once(redis: Client, redis_server: Server, until: Until) -> None:
    together = asyncio.Barrier(3)

    async def prepare(_: ArticleIngested) -> None:
        await together.wait()

    await submit(redis, "a", "b", "c")
    async with stage(redis_server, passing_on, {"prepare": prepare}):
        await until_out(redis, until, 3)


async def test_what_takes_long_is_kept_from_other_workers(redis: Client, redis_server: Server, until: Until) -> None:
    times: list[str] = []
    go_on = asyncio.Event()

    async def prepare(event: ArticleIngested) -> None:
        times.append(event.article_id)
        await go_on.wait()

    await submit(redis, "a")
    async with (
        stage(redis_server, passing_on, {"prepare": prepare}, claim_after_ms=1_500) as first,
        stage(redis_server, passing_on, {"prepare": prepare}, claim_after_ms=1_500) as second,
    ):
        await until(lambda: _older_than(redis, 2_500))
        assert first.healthy
        assert second.healthy
        go_on.set()
        await until_out(redis, until, 1)

    assert times == ["a"]
    assert len(await published(redis)) == 1


@pytest.mark.parametrize("error", [ValueError("broken"), Rejected("/images/0 is a TIFF")])
async def test_what_preparing_raises_counts_for_its_entry_alone(
    redis: Client, redis_server: Server, until: Until, error: Exception
) -> None:
    async def prepare(event: ArticleIngested) -> None:
        if event.article_id == "b":
            raise error

    await submit(redis, "a", "b", "c")
    async with stage(redis_server, passing_on, {"prepare": prepare}):
        await until_out(redis, until, 2)

        async def buried() -> bool:
            return len(await letters(redis)) == 1

        await until(buried)

    assert [event["subject"] for event in await published(redis)] == ["a", "c"]
    (letter,) = await letters(redis)
    assert letter.died.attempts == (1 if isinstance(error, Rejected) else 3)
    assert (str(error) in letter.died.detail) is isinstance(error, Rejected), "others may quote what they looked at"
    assert isinstance(error, Rejected) or "ValueError (test_stage_prepare.py:" in letter.died.detail


async def test_a_store_that_is_away_costs_no_attempt(redis: Client, redis_server: Server, until: Until) -> None:
    tries = 0

    async def prepare(_: ArticleIngested) -> None:
        nonlocal tries
        tries += 1
        if tries <= 5:
            raise Away("the bucket does not answer")

    await submit(redis, "a")
    async with stage(redis_server, passing_on, {"prepare": prepare}, max_attempts=2, retry_away_ms=10):
        await until_out(redis, until, 1)

    assert tries == 6
    assert await letters(redis) == []


async def test_who_is_asked_to_stop_gives_back_what_is_not_ready(
    redis: Client, redis_server: Server, until: Until
) -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def prepare(_: ArticleIngested) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    await submit(redis, "a")
    async with stage(redis_server, passing_on, {"prepare": prepare}, stop_after_ms=100):
        await started.wait()

    assert cancelled.is_set()
    assert await redis.xlen(OUT) == 0
    async with stage(redis_server, passing_on):
        await until_out(redis, until, 1)
    assert await pending(redis) == 0


async def test_state_that_changed_meanwhile_prepares_nothing_again(
    redis: Client, redis_server: Server, until: Until
) -> None:
    times: list[str] = []

    async def prepare(event: ArticleIngested) -> None:
        times.append(event.article_id)

    def decide(event: ArticleIngested, given: Given) -> Outcome:
        record = given.records["shared"]
        return Outcome(
            publish=(passing_on(event, given),), save=(Save("shared", record.revision, record.seq + 1, {"n": b"1"}),)
        )

    wiring: dict[str, Any] = {"prepare": prepare, "reads": lambda _: Reads(records={"shared": None})}
    await submit(redis, *"abcdefgh")
    async with stage(redis_server, decide, wiring, batch=4), stage(redis_server, decide, wiring, batch=4):
        await until_out(redis, until, 8)

    assert sorted(times) == list("abcdefgh")


async def _older_than(redis: Client, ms: int) -> bool:
    rows = await redis.xpending_range("lightwire:articles.ingested", "enrichment", min="-", max="+", count=1)
    if not rows:
        return False
    seconds, micros = await redis.time()
    return bool(seconds * 1_000 + micros // 1_000 - int(rows[0]["message_id"].decode().split("-")[0]) > ms)
