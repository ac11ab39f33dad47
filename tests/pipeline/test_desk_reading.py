"""What the desk reads beside requests: answers to its wishes, stories, and the ledger of decisions."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from services.moderation.app import build
from services.moderation.desk.articles import Articles, Story
from services.moderation.desk.asking import Asking
from services.moderation.desk.claims import Claims
from services.moderation.desk.ledger import Ledger
from services.moderation.desk.statistics import figures
from services.moderation.settings import Settings
from shared.articles import Change
from shared.cases import Role
from shared.comments import Actor, Decision, Policy, Queue, Verdict
from shared.events import CommentModerated, DecisionRequested, seal, to_json
from shared.keys import Keys
from shared.streams import Client
from tests.browser.desk_house import said
from tests.pipeline.darkroom_house import QUICK, working
from tests.server import Server
from tests.unit.delivery_stories import NOON, moderated

Until = Callable[..., Awaitable[None]]
KEYS = Keys()
SECRET = "between us and nobody"


@pytest.fixture
async def asking(redis: Client) -> AsyncIterator[Asking]:
    """The desk's one reader of answers, with the secret that moderation wants."""
    found = Asking(redis, KEYS, SECRET)
    reading = asyncio.create_task(found.run())
    yield found
    while not reading.done():
        reading.cancel()
        await asyncio.wait([reading], timeout=0.2)


@pytest.fixture
async def held(redis: Client, redis_server: Server, until: Until) -> AsyncIterator[Client]:
    """Moderation at work, which does nothing unsigned, and one comment that it holds."""
    async with working(build(Settings(redis_url=redis_server.url, port=0, desk_secret=SECRET, **QUICK))):
        event = to_json(seal(said("c1", "You idiot.", "Ada"), id="e1", source="/test"))
        await redis.xadd(KEYS.key("comments.enriched"), {"event": event})
        await until(lambda: redis.exists(KEYS.key("moderation:c1")))
        yield redis


def wish(seq: int = 0, name: str = "omid") -> DecisionRequested:
    return DecisionRequested(
        comment_id="c1", revision=1, seq=seq, verdict=Verdict.REJECT, actor=Actor(kind="human", id=name),
        role=Role.MODERATOR,
    )  # fmt: skip


async def test_each_of_many_who_ask_at_once_gets_their_own_answer(held: Client, asking: Asking) -> None:
    del held

    answers = await asyncio.gather(*(asking.ask(wish(name=f"p{n}")) for n in range(20)))

    taken = [answer for answer in answers if answer and not answer.refused]
    lost = [answer for answer in answers if answer and answer.refused]
    assert (len(taken), len(lost)) == (1, 19)
    assert {answer.data["why"] for answer in lost} == {"stale"}
    assert len({answer.data["actor"]["id"] for answer in lost}) == 19


async def test_a_wish_without_the_right_secret_is_refused(held: Client) -> None:
    stranger = Asking(held, KEYS, "another")
    reading = asyncio.create_task(stranger.run())

    answer = await stranger.ask(wish())
    while not reading.done():
        reading.cancel()
        await asyncio.wait([reading], timeout=0.2)

    assert answer
    assert (answer.refused, answer.data["why"]) == (True, "not-allowed")


async def test_where_nobody_answers_the_wish_stays(redis: Client, asking: Asking) -> None:
    answer = await asking.ask(wish(), patience_s=0.3)

    assert answer is None
    assert await redis.xlen(KEYS.key("moderation.commands")) == 1


async def test_of_two_revisions_the_newer_counts_and_a_kill_takes_the_headline(redis: Client) -> None:
    articles = Articles(redis, KEYS)

    def entry(n: int, fact: Any) -> tuple[bytes, dict[bytes, bytes]]:
        return f"{n}-0".encode(), {b"event": to_json(seal(fact, id=str(n), source="/test"))}

    await articles.learn([entry(1, moderated(revision=2)), entry(2, moderated(revision=1))])
    newest = (await articles.find(["a1", "nothing"]))["a1"]
    await articles.learn([entry(3, moderated(revision=1)), (b"4-0", {b"event": b"no json"}), (b"5-0", {})])
    kept = (await articles.find(["a1"]))["a1"]
    await articles.learn([entry(6, moderated(revision=3, change=Change.KILLED))])
    killed = (await articles.find(["a1"]))["a1"]

    assert newest.headline
    assert kept == newest
    assert killed == Story("a1", withdrawn=True)
    assert await articles.start() == "6-0"


async def test_a_story_that_travels_by_reference_is_read_from_this_deployment_only(redis: Client) -> None:
    articles = Articles(redis, KEYS)
    data = json.loads(to_json(seal(moderated(), id="1", source="/test")))["data"]
    ours, theirs = f"lightwire:data:{'a' * 64}", f"other:data:{'a' * 64}"
    for key in (ours, theirs):
        await redis.set(key, json.dumps(data))

    for number, ref in enumerate((theirs, "lightwire:desk:users", ours)):
        event = json.dumps({"dataref": ref}).encode()
        await articles.learn([(f"{number + 1}-0".encode(), {b"event": event})])
        assert bool(await articles.find(["a1"])) is (ref == ours)


async def test_a_claim_is_one_persons_until_they_release_it(redis: Client) -> None:
    claims = Claims(redis, KEYS)

    first = await claims.take("c 1", "omid")
    second = await claims.take("c 1", "parisa")
    await claims.release("c 1", "parisa")
    held = await claims.holders(["c 1", "c2"])
    again = await claims.take("c 1", "omid")
    left = await redis.pttl((await redis.keys("lightwire:claim:*"))[0])
    await claims.release("c 1", "omid")

    assert (first, second, held, again) == ("omid", "omid", {"c 1": "omid"}, "omid")
    assert 290_000 < left <= 300_000
    assert await claims.take("c 1", "parisa") == "parisa"


def decided(n: int, seq: int, verdict: Verdict, kind: str, minutes: int, supersedes: str | None) -> CommentModerated:
    at = NOON + timedelta(minutes=minutes)
    decision = Decision(
        id=f"{n}.{seq}", subject=f"c{n}", revision=1, seq=seq, at=at, actor=Actor(kind=kind, id=kind), verdict=verdict,
        policy=Policy(version="1", digest="0" * 64), supersedes=supersedes,
    )  # fmt: skip
    queue = Queue.ABUSE if verdict is Verdict.HOLD else None
    return CommentModerated(comment_id=f"c{n}", article_id="a1", revision=1, decision=decision, queue=queue)


async def test_figures_are_counted_once_however_often_a_page_is_read() -> None:
    ledger = Ledger()
    told = [
        decided(1, 0, Verdict.HOLD, "engine", 0, None), decided(1, 1, Verdict.PUBLISH, "human", 10, "1.0"),
        decided(1, 2, Verdict.REJECT, "human", 20, "1.1"), decided(2, 0, Verdict.HOLD, "engine", 0, None),
        decided(2, 1, Verdict.REJECT, "human", 30, "2.0"), decided(3, 0, Verdict.PUBLISH, "engine", 0, None),
    ]  # fmt: skip
    page = [
        (b"1-0", {b"event": to_json(seal(one, id=one.decision.id, source="/test"))}) for one in told
    ] + [(b"2-0", {b"event": b"{}"}), (b"3-0", {})]  # fmt: skip

    for _ in range(2):
        await ledger.decided(page)
    found = figures(ledger, NOON.timestamp() + 3_600, 7)
    ledger.forget(NOON.timestamp() + 3_600)

    assert (found.engine, found.people) == (3, 3)
    assert (found.judged, found.agreed, found.overturned) == (2, 1, 1)
    assert found.middle == 20 * 60
    assert found.by_queue["abuse"].decided == 2
    assert found.days[-1][1] == {"hold": 2, "publish": 2, "reject": 2}
    assert figures(ledger, NOON.timestamp() + 3_600, 7).engine == 0
