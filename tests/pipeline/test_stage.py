"""What every stage promises (contract, section 6), with a small stage on a real server."""

import json
from datetime import timedelta

from shared.articles import Change
from shared.events import ArticleDue, ArticleEnriched, ArticleFact, ArticleIngested, seal, to_json
from shared.outcome import Given, Later, Outcome, Reads, Save
from shared.stage import Stage
from shared.streams import Client
from tests.builders import ingested, wire
from tests.pipeline.stage_house import IN, KEYS, OUT, Until, letters, passing_on, pending, published, settings, stage
from tests.server import Server


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


async def test_kinds_of_one_stream_are_decided_each_by_its_own_decision_in_their_order(
    redis: Client, redis_server: Server, until: Until
) -> None:
    class Recalled(ArticleFact):
        """A second fact that travels with the first."""

        type = "lightwire.article.recalled.v1"
        stream = "articles.ingested"

    seen: list[str] = []
    built = Stage("enrichment", settings(redis_server))

    @built.on(ArticleIngested)
    def ingested(event: ArticleIngested, given: Given) -> ArticleEnriched:
        seen.append(f"ingested {event.article_id}")
        return passing_on(event, given)

    @built.on(Recalled)
    def recalled(event: Recalled, _: Given) -> None:
        seen.append(f"recalled {event.article_id}")

    for kind, id_ in ((ArticleIngested, "a"), (Recalled, "b"), (ArticleIngested, "c")):
        fact = kind(article_id=id_, revision=1, change=Change.WITHHELD)
        await redis.xadd(IN, {"event": to_json(seal(fact, id=id_, source="/test"))})
    await redis.xadd(IN, {"event": b'{"specversion":"1.0","id":"d","source":"/x","type":"odd","data":{}}'})
    await redis.xadd(IN, {"event": b"\xff"})
    await built.app.start()
    try:

        async def all_gone() -> bool:
            return len(seen) == 3 and len(await letters(redis)) == 2 and await pending(redis) == 0

        await until(all_gone)
    finally:
        await built.app.stop()

    assert seen == ["ingested a", "recalled b", "ingested c"]
    assert len(built.loops) == 1
