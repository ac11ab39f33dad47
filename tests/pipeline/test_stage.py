"""What every stage promises (contract, section 6), with a small stage on a real server."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from shared.dead_letters import scan
from shared.errors import Rejected
from shared.events import ArticleDue, ArticleEnriched, ArticleIngested
from shared.keys import Keys
from shared.outcome import Given, Later, Outcome, Reads, Save
from shared.settings import StageSettings
from shared.stage import Stage
from shared.streams import Client
from tests.builders import ingested, wire
from tests.server import Server

KEYS = Keys()
IN, OUT = KEYS.key("articles.ingested"), KEYS.key("articles.enriched")
Until = Callable[..., Awaitable[None]]
Decision = Callable[[ArticleIngested, Given], Any]


def passing_on(event: ArticleIngested, _: Given) -> ArticleEnriched:
    """Publish what came."""
    return ArticleEnriched(
        article_id=event.article_id, revision=event.revision, change=event.change, article=event.article
    )


def settings(server: Server, **changes: Any) -> StageSettings:
    """Impatient, so that tests are quick."""
    quick = {
        "redis_url": server.url, "claim_after_ms": 200, "claim_every_ms": 20, "block_ms": 20, "backoff_base_ms": 10,
        "max_attempts": 3, "log_level": "error",
    }  # fmt: skip
    return StageSettings(**{**quick, **changes})


@asynccontextmanager
async def stage(server: Server, decide: Decision, wiring: dict[str, Any] | None = None,
                **changes: Any) -> AsyncIterator[Stage]:  # fmt: skip
    """A running stage named enrichment with one decision."""
    built = Stage("enrichment", settings(server, **changes))
    built.on(ArticleIngested, **({"order": lambda e: (e.article_id, e.revision)} if wiring is None else wiring))(decide)
    await built.app.start()
    try:
        yield built
    finally:
        await built.app.stop()


async def published(redis: Client, stream: str = OUT) -> list[dict[str, Any]]:
    """The events of a stream."""
    return [json.loads(fields[b"event"]) for _, fields in await redis.xrange(stream)]


async def pending(redis: Client) -> int:
    """Entries of the input that nobody has finished."""
    return int((await redis.xpending(IN, "enrichment"))["pending"])


async def letters(redis: Client) -> list[Any]:
    """The dead letters of the stage."""
    return [letter async for letter in scan(redis, KEYS, "enrichment")]


async def test_events_published_before_the_first_start_are_delivered(
    redis: Client, redis_server: Server, until: Until
) -> None:
    await redis.xadd(IN, {"event": wire(ingested("early"))})

    async with stage(redis_server, passing_on):
        await until(lambda: published(redis))

    (event,) = await published(redis)
    assert event["subject"] == "early"
    assert event["causationid"] == "lightwire.article.ingested.v1/early/1"


async def test_a_rerun_mints_the_same_event_id(redis: Client, redis_server: Server, until: Until) -> None:
    async def twice() -> bool:
        return len(await published(redis)) == 2

    for _ in range(2):
        await redis.xadd(IN, {"event": wire(ingested("a"), "same")})

    async with stage(redis_server, passing_on, wiring={}):
        await until(twice)

    one, two = await published(redis)
    assert one["id"] == two["id"]


async def test_an_older_revision_never_follows_a_newer_one(redis: Client, redis_server: Server, until: Until) -> None:
    for revision in (1, 3, 2, 3, 4):
        await redis.xadd(IN, {"event": wire(ingested("a", revision))})

    async def finished() -> bool:
        return await redis.exists(OUT) and await pending(redis) == 0

    async with stage(redis_server, passing_on):
        await until(finished)

    assert [event["data"]["revision"] for event in await published(redis)] == [1, 3, 4]


async def test_garbage_becomes_one_dead_letter_and_the_good_one_behind_it_flows(
    redis: Client, redis_server: Server, until: Until
) -> None:
    await redis.xadd(IN, {"event": b"\xff not json"})
    await redis.xadd(IN, {"event": wire(ingested("good"))})

    async with stage(redis_server, passing_on):
        await until(lambda: published(redis))

    (letter,) = await letters(redis)
    assert letter.died.reason == "undecodable"
    assert letter.original == {b"event": b"\xff not json"}
    assert await pending(redis) == 0


async def test_a_rejected_event_is_buried_at_once_with_what_to_change(
    redis: Client, redis_server: Server, until: Until
) -> None:
    def refuse(_: ArticleIngested, __: Given) -> None:
        raise Rejected("/data/headline: too loud; use lower case")

    await redis.xadd(IN, {"event": wire(ingested())})

    async with stage(redis_server, refuse):
        await until(lambda: letters(redis))

    (letter,) = await letters(redis)
    assert (letter.died.reason, letter.died.attempts) == ("rejected", 1)
    assert letter.died.detail == "/data/headline: too loud; use lower case"


async def test_a_failing_event_is_tried_again_and_buried_when_it_has_failed_often_enough(
    redis: Client, redis_server: Server, until: Until
) -> None:
    tries = []

    def fail(event: ArticleIngested, _: Given) -> None:
        tries.append(event.article_id)
        raise KeyError("no such thing")

    await redis.xadd(IN, {"event": wire(ingested())})

    async with stage(redis_server, fail):
        await until(lambda: letters(redis))

    (letter,) = await letters(redis)
    assert (letter.died.reason, letter.died.attempts, len(tries)) == ("attempts_exhausted", 3, 3)
    assert "KeyError" in letter.died.detail
    assert await pending(redis) == 0


async def test_a_failure_that_passes_costs_nothing(redis: Client, redis_server: Server, until: Until) -> None:
    tries: list[str] = []

    def fail_once(event: ArticleIngested, given: Given) -> ArticleEnriched:
        tries.append(event.article_id)
        if len(tries) == 1:
            raise TimeoutError("not now")
        return passing_on(event, given)

    await redis.xadd(IN, {"event": wire(ingested())})

    async with stage(redis_server, fail_once):
        await until(lambda: published(redis))

    assert len(await published(redis)) == 1
    assert await letters(redis) == []


async def test_what_a_dead_worker_left_is_taken_up(redis: Client, redis_server: Server, until: Until) -> None:
    await redis.xadd(IN, {"event": wire(ingested())})
    await redis.xgroup_create(IN, "enrichment", id="0")
    await redis.xreadgroup("enrichment", "dead-worker", {IN: ">"}, count=10)

    async with stage(redis_server, passing_on):
        await until(lambda: published(redis))

    assert await pending(redis) == 0


async def test_an_entry_that_kills_every_worker_is_buried_in_the_end(
    redis: Client, redis_server: Server, until: Until
) -> None:
    id_ = await redis.xadd(IN, {"event": wire(ingested())})
    await redis.xgroup_create(IN, "enrichment", id="0")
    await redis.xreadgroup("enrichment", "dead-worker", {IN: ">"}, count=10)
    await redis.xclaim(IN, "enrichment", "dead-worker", 0, [id_], retrycount=3, justid=True)

    async with stage(redis_server, passing_on):
        await until(lambda: letters(redis))

    (letter,) = await letters(redis)
    assert letter.died.reason == "attempts_exhausted"
    assert await published(redis) == []


async def test_a_stage_whose_entries_all_die_stops_and_says_so(
    redis: Client, redis_server: Server, until: Until
) -> None:
    for number in range(30):
        await redis.xadd(IN, {"event": f"garbage {number}"})

    async with stage(redis_server, passing_on, dead_letter_limit=10, batch=5) as halting:

        async def halted() -> bool:
            return halting.loops[0].worker.halted

        await until(halted)
        assert not halting.healthy

    assert len(await letters(redis)) == 10
    assert (await redis.xinfo_groups(IN))[0]["pending"] == 0


async def test_a_deleted_group_is_made_again_at_the_beginning(
    redis: Client, redis_server: Server, until: Until
) -> None:
    async with stage(redis_server, passing_on):
        await redis.delete(IN)
        await redis.xadd(IN, {"event": wire(ingested("after"))})
        await until(lambda: published(redis))

    assert [event["subject"] for event in await published(redis)] == ["after"]


async def test_state_is_read_and_written_with_the_event(redis: Client, redis_server: Server, until: Until) -> None:
    def count(event: ArticleIngested, given: Given) -> Outcome:
        record = given.records["count"]
        seen = int(record.fields.get("n", b"0")) + 1
        return Outcome(
            publish=[passing_on(event, given)], save=[Save("count", 0, record.seq + 1, {"n": str(seen).encode()})]
        )

    for number in range(50):
        await redis.xadd(IN, {"event": wire(ingested(f"a{number}"))})

    wiring = {"reads": lambda _: Reads(records={"count": ["n"]})}

    async def all_published() -> bool:
        return len(await published(redis)) == 50

    async with stage(redis_server, count, wiring, batch=7), stage(redis_server, count, wiring, batch=7):
        await until(all_published)

    assert await redis.hgetall(KEYS.key("count")) == {b"n": b"50", b"version": b"0.50"}


async def test_an_event_for_later_enters_its_stream_once_when_its_time_has_come(
    redis: Client, redis_server: Server, until: Until
) -> None:
    def alarm(event: ArticleIngested, given: Given) -> Outcome:
        data = ArticleDue(article_id=event.article_id, revision=event.revision)
        return Outcome(later=[Later(given.now + timedelta(milliseconds=150), data)])

    rung = []

    def ring(event: ArticleDue, given: Given) -> None:
        rung.append((event.article_id, given.event.time))

    built = Stage("enrichment", settings(redis_server))
    wiring = Reads()
    built.on(ArticleIngested, reads=lambda _: wiring)(alarm)
    built.on(ArticleDue, timed=True)(ring)
    await redis.xadd(IN, {"event": wire(ingested("a"))})

    await built.app.start()
    try:

        async def rang() -> bool:
            return bool(rung)

        await until(rang)
    finally:
        await built.app.stop()

    assert [article for article, _ in rung] == ["a"]
    assert await redis.zcard(KEYS.later("articles.due")) == 0


async def test_data_over_64_kib_travels_by_reference_and_arrives_whole(
    redis: Client, redis_server: Server, until: Until
) -> None:
    body = "<p>" + "سلام " * 30_000 + "</p>"
    await redis.xadd(IN, {"event": wire(ingested("big", body_html=body))})

    async with stage(redis_server, passing_on):
        await until(lambda: published(redis))

    (event,) = await published(redis)
    assert "data" not in event
    stored = json.loads(await redis.get(event["dataref"]))
    assert stored["article"]["body_html"] == body


async def test_a_stopped_stage_leaves_no_name_and_gives_back_what_it_held(
    redis: Client, redis_server: Server, until: Until
) -> None:
    async with stage(redis_server, passing_on) as stopping:
        await redis.xadd(IN, {"event": wire(ingested())})
        await until(lambda: published(redis))
        # Delivered to us, but the reply was lost: it is in our name although nobody works on it.
        await redis.xadd("x", {"event": b""})
        name = stopping.consumer
        stopping.loops[0].stopping = True
        await until(lambda: _stopped(stopping))
        await redis.xadd(IN, {"event": wire(ingested("held"))})
        await redis.xreadgroup("enrichment", name, {IN: ">"})

    names = [row["name"] for row in await redis.xinfo_consumers(IN, "enrichment")]
    assert names == [b"_parked"]

    async with stage(redis_server, passing_on):
        await until(lambda: _length(redis, 2))


async def _stopped(stage_: Stage) -> bool:
    (subscriber,) = stage_.broker.subscribers
    return all(task.done() for task in subscriber.tasks)  # type: ignore[attr-defined]


async def _length(redis: Client, wanted: int) -> bool:
    return len(await published(redis)) == wanted


@pytest.mark.parametrize("key", ["order.enrichment:articles.ingested:broken"])
async def test_a_key_of_the_wrong_type_harms_its_own_article_only(
    redis: Client, redis_server: Server, until: Until, key: str
) -> None:
    await redis.lpush(KEYS.key(key), "somebody else's list")
    for name in ("fine", "broken", "fine too"):
        await redis.xadd(IN, {"event": wire(ingested(name))})

    async with stage(redis_server, passing_on):
        await until(lambda: letters(redis))

    assert [event["subject"] for event in await published(redis)] == ["fine", "fine too"]
    (letter,) = await letters(redis)
    assert "WRONGTYPE" in letter.died.detail
