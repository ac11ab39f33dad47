"""Moderation killed again and again while readers write and people decide: every decision stands, once, in order.

``LIGHTWIRE_LONG=1`` for 30 kills under 5,000 comments and 500 requests.
"""

import asyncio
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.moderation.notices import Notices
from services.moderation.policy_files import load
from services.moderation.rebuild import compare, read
from services.moderation.rebuild.replay import replay
from services.moderation.spoken import spoken
from services.moderation.standing import STANDING, Standing, record_key
from shared.cases import ReportReason
from shared.comments import Actor, Author, Comment, CommentFacts, Queue, Verdict
from shared.events import CommentEnriched, CommentReported, DecisionRequested, EventData, seal, to_json
from shared.keys import Keys
from shared.streams import Client
from tests.faults.workers import SETTLED_S, Workers
from tests.pipeline.stage_house import published
from tests.server import Server

KILLS, COMMENTS, COMMANDS = (30, 5_000, 500) if os.environ.get("LIGHTWIRE_LONG") else (8, 1_500, 150)
PATIENCE_S = 180.0
"""For what was left lying by those that died."""
BODIES = ("I agree with you.", "You idiot!", "Call +93 70 123 4567", "Read http://a.example/x")

GIVEN = ("comments.enriched", "comments.reported", "moderation.commands")


def said(data: EventData, id_: str) -> dict[str, bytes]:
    return {"event": to_json(seal(data, id=id_, source="/test"))}


def written(number: int, dice: random.Random) -> CommentEnriched:
    id_, revision = f"c{number % (COMMENTS * 4 // 5)}", 1 + number // (COMMENTS * 4 // 5)
    comment = Comment(
        id=id_, article_id="a1", revision=revision, author=Author(id=f"u{number % 97}", name="Ada"),
        body=dice.choice(BODIES), created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    return CommentEnriched(
        comment_id=id_, article_id="a1", revision=revision, comment=comment, facts=CommentFacts(language="en", words=4)
    )  # fmt: skip


async def readers(redis: Client, dice: random.Random) -> None:
    for number in range(COMMENTS):
        await redis.xadd("lightwire:comments.enriched", said(written(number, dice), f"w{number}"))
        if number % 50 == 0:
            await asyncio.sleep(0.05)


async def people(redis: Client, dice: random.Random) -> None:
    """Each looks, and decides on what they saw; now and then on what they saw a while ago."""
    sent = 0
    while sent < COMMANDS:
        seen = await redis.hget(f"lightwire:{record_key(f'c{dice.randrange(60)}')}", STANDING)
        if seen is None:
            await asyncio.sleep(0.05)
            continue
        standing = Standing.model_validate_json(seen)
        for who in dice.sample(["parisa", "omid"], dice.choice([1, 1, 2])):
            verdict = dice.choice([Verdict.PUBLISH, Verdict.HOLD, Verdict.REJECT])
            wish = DecisionRequested(
                comment_id=standing.comment_id, revision=standing.revision, seq=standing.decision.seq, verdict=verdict,
                actor=Actor(kind="human", id=who),
            )  # fmt: skip
            await redis.xadd("lightwire:moderation.commands", said(wish, f"p{sent}"))
            sent += 1
        await asyncio.sleep(0.02)


async def reporters(redis: Client, dice: random.Random) -> None:
    """Readers report what was shown once, and may be gone by now: nobody reports what nobody has decided on yet."""
    sent = 0
    while sent < COMMANDS:
        comment_id = f"c{dice.randrange(60)}"
        if not await redis.hexists(f"lightwire:{record_key(comment_id)}", STANDING):
            await asyncio.sleep(0.05)
            continue
        told = CommentReported(comment_id=comment_id, reporter=f"r{dice.randrange(20)}", reason=ReportReason.ABUSE)
        await redis.xadd("lightwire:comments.reported", said(told, f"r{sent}"))
        sent += 1
        await asyncio.sleep(0.02)


async def killer(workers: Workers, dice: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.6, 1.4))
        worker = workers.choose(dice, patient=False)
        assert worker
        await asyncio.to_thread(workers.kill, worker)


async def idle(redis: Client) -> bool:
    for stream in (*GIVEN, "comments.moderated", "moderation.cases"):
        groups: Any = await redis.xinfo_groups(f"lightwire:{stream}")
        last = (await redis.xinfo_stream(f"lightwire:{stream}"))["last-generated-id"]
        if not groups or groups[0]["pending"] or groups[0]["last-delivered-id"] != last:
            return False
    return True


async def settled(workers: Workers) -> bool:
    return all(time.monotonic() - worker.born > SETTLED_S for worker in workers.alive)


async def test_no_decision_is_lost_doubled_or_taken_on_what_was_not_there_any_more(
    redis: Client, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> None:
    dice = random.Random(7)
    told = {"REDIS_URL": redis_server.url, "LOG_LEVEL": "error", "MODERATION_PORT": "0", "CLAIM_AFTER_MS": "500"}
    environment = {f"LIGHTWIRE_{name}": value for name, value in told.items()}
    workers = Workers(environment, tmp_path / "log", each=2, services=("moderation",))
    workers.start()
    try:
        await asyncio.gather(
            readers(redis, dice), people(redis, dice), reporters(redis, dice), killer(workers, dice)
        )  # fmt: skip
        await until(lambda: idle(redis), within=PATIENCE_S)
        # One that was born a moment ago cannot end well yet.
        await until(lambda: settled(workers))
    finally:
        wrong = await asyncio.to_thread(workers.stop)

    moderated = await published(redis, "lightwire:comments.moderated")
    refused = await published(redis, "lightwire:moderation.refusals")
    engine = [one for one in moderated if one["data"]["decision"]["actor"]["kind"] == "engine"]
    answers = Counter(one["causationid"] for one in [*moderated, *refused] if one["causationid"].startswith("p"))
    by_comment: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in moderated:
        by_comment[one["data"]["comment_id"]].append(one["data"])

    assert wrong == []
    assert answers == {f"p{number}": 1 for number in range(len(answers))}
    assert len(answers) >= COMMANDS
    assert max(Counter(one["causationid"] for one in engine).values()) == 1
    cases = Counter(one["causationid"] for one in await published(redis, "lightwire:moderation.cases"))
    assert max(cases.values()) == 1
    assert any(cause.startswith("r") for cause in cases)
    assert await redis.exists("lightwire:dead.moderation") == 0
    for id_, decisions in by_comment.items():
        versions = [(one["decision"]["revision"], one["decision"]["seq"]) for one in decisions]
        assert versions == sorted(set(versions)), id_
        ids = [one["decision"]["id"] for one in decisions]
        assert [one["decision"].get("supersedes") for one in decisions] == [None, *ids][: len(ids)]
        standing = Standing.model_validate_json(await redis.hget(f"lightwire:{record_key(id_)}", STANDING))
        assert standing.decision.id == ids[-1]
        waits = [queue for queue in Queue if await redis.zscore(f"lightwire:queue:{queue}", id_)]
        assert waits == ([standing.queue] if standing.queue else [])
    # Each comment's newest revision is decided; an older one may have been overtaken, and no comment is missing.
    newest = {f"c{number % (COMMENTS * 4 // 5)}": 1 + number // (COMMENTS * 4 // 5) for number in range(COMMENTS)}
    assert {id_: one[-1]["revision"] for id_, one in by_comment.items()} == newest
    await _what_was_told_makes_the_same_state_again(redis)
    print(f"{KILLS} kills, {len(engine)} decisions of the engine, {len(answers)} requests, {len(refused)} refused")


async def _what_was_told_makes_the_same_state_again(redis: Client) -> None:
    keys = Keys()
    streams = await read.told(redis, keys)
    told = replay(streams.events, streams.stories, load(), Notices(spoken(), {}), whole=streams.whole)

    found = [one async for one in compare.differences(redis, keys, told)]

    assert streams.whole
    assert len(told.records) > COMMENTS // 2
    assert found == []
