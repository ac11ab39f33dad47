"""How a stage fails: each entry for itself, with a reason, and nothing lost (contract, section 6)."""

import pytest

from shared.errors import Rejected
from shared.events import ArticleEnriched, ArticleIngested
from shared.outcome import Given, Outcome, Reads, Save
from shared.stage import Stage
from shared.streams import Client
from tests.builders import ingested, wire
from tests.pipeline.stage_house import IN, KEYS, Until, letters, passing_on, pending, published, settings, stage
from tests.server import Server


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


async def test_what_stands_behind_an_entry_that_kills_its_worker_keeps_its_attempts(
    redis: Client, redis_server: Server, until: Until
) -> None:
    for name in ("killer", "good", "good too"):
        await redis.xadd(IN, {"event": wire(ingested(name))})
    await redis.xgroup_create(IN, "enrichment", id="0")
    await redis.xreadgroup("enrichment", "dead-worker", {IN: ">"}, count=10)

    for _ in range(3):
        # Each worker takes up the killer and is gone; what it never came to must not pay for that.
        doomed = Stage("enrichment", settings(redis_server, claim_after_ms=100))
        doomed.on(ArticleIngested)(passing_on)
        await until(lambda: _left_lying(redis, 100))
        assert len(await doomed.loops[0]._next()) == 1
        await doomed.redis.aclose()

    rows = await redis.xpending_range(IN, "enrichment", "-", "+", 10)
    assert [row["times_delivered"] for row in rows] == [2, 2, 2]


async def test_a_refused_permission_costs_no_attempts_and_the_work_goes_on_when_it_is_given(
    redis: Client, redis_server: Server, until: Until
) -> None:
    await redis.acl_setuser(
        "narrow",
        enabled=True,
        nopass=True,
        commands=["+@all"],
        keys=[IN, *(KEYS.key(f"{name}*") for name in ("order", "parked", "worker", "dead", "later"))],
    )
    address = redis_server.url.replace("redis://", "redis://narrow:x@")
    for number in range(30):
        await redis.xadd(IN, {"event": wire(ingested(f"a{number}"))})

    async with stage(redis_server, passing_on, redis_url=address):
        await until(lambda: _left_lying(redis, 500))
        assert await letters(redis) == []
        await redis.acl_setuser("narrow", enabled=True, nopass=True, commands=["+@all"], keys=["*"])
        await until(lambda: _passed(redis, 30))

    assert await letters(redis) == []
    await redis.acl_deluser("narrow")


async def test_a_worker_starts_while_redis_is_full_and_drains_it(
    redis: Client, redis_server: Server, until: Until
) -> None:
    await redis.xadd(IN, {"event": wire(ingested())})
    await redis.xgroup_create(IN, "enrichment", id="0")
    await redis.config_set("maxmemory", 1)
    try:
        async with stage(redis_server, passing_on):
            await until(lambda: published(redis))
    finally:
        await redis.config_set("maxmemory", 0)

    assert await pending(redis) == 0


async def test_an_outcome_no_commit_can_take_fails_alone(redis: Client, redis_server: Server, until: Until) -> None:
    def odd(event: ArticleIngested, given: Given) -> Outcome:
        fields = {str(n): b"" for n in range(2_500)} if event.article_id == "odd" else {}
        return Outcome(publish=[passing_on(event, given)], save=[Save(event.article_id, 1, 0, fields)])

    for name in ("one", "odd", "two"):
        await redis.xadd(IN, {"event": wire(ingested(name))})

    async with stage(redis_server, odd, {"reads": lambda e: Reads(records={e.article_id: None})}):
        await until(lambda: letters(redis))

    assert [event["subject"] for event in await published(redis)] == ["one", "two"]
    (letter,) = await letters(redis)
    assert "no room for so many values" in letter.died.detail


async def _left_lying(redis: Client, idle_ms: int) -> bool:
    rows = await redis.xpending_range(IN, "enrichment", "-", "+", 100)
    return bool(rows) and all(row["time_since_delivered"] > idle_ms for row in rows)


async def _passed(redis: Client, wanted: int) -> bool:
    return len(await published(redis)) == wanted
