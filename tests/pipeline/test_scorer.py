"""A scorer of the newsroom's own is asked before the decision; whatever it does, no comment is lost or let through."""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from services.moderation.circuit import Circuit
from services.moderation.policy import PolicyError
from services.moderation.scorer import AT_ONCE
from shared.cases import Role
from shared.comments import Actor
from shared.events import PolicyRequested, seal, to_json
from shared.streams import Client
from tests.pipeline.darkroom_house import working
from tests.pipeline.scorer_house import ON_TRIAL, POLICY, RULE, SECRET, WORDS, Scorer, decisions, listening, moderation
from tests.pipeline.stage_house import published
from tests.pipeline.test_moderation_trouble import write
from tests.server import Server

Until = Callable[..., Awaitable[None]]
TOXIC = b'{"scores": {"toxicity": 0.91, "spam": 0.2}}'
FINE = b'{"scores": {"toxicity": 0.1}}'


async def judged(redis: Client, until: Until, number: int) -> dict[str, dict[str, Any]]:
    """The decisions, once there are so many."""

    async def there() -> bool:
        return len(await decisions(redis)) >= number

    await until(there)
    return await decisions(redis)


async def test_a_comment_is_decided_by_what_the_scorer_says_of_it(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async with listening(Scorer(say=TOXIC)) as scorer, working(moderation(redis_server, tmp_path, scorer.url)):
        await write(redis, "c1", "You are all the same.")
        first = (await judged(redis, until, 1))["c1"]
        scorer.say = FINE
        await write(redis, "c2", "Ça va ? 😀")
        second = (await judged(redis, until, 2))["c2"]

    assert (first["verdict"], first["rule"]) == ("hold", "toxic")
    (evidence,) = first["hits"][0]["evidence"]
    assert (evidence["check"], evidence["kind"], evidence["score"]) == ("scorer", "toxicity", 0.91)
    assert (second["verdict"], second["unknown"]) == ("publish", [])
    assert scorer.forged == []
    assert scorer.asked == [
        {"comment_id": "c1", "article_id": "a1", "revision": 1, "language": "en", "body": "You are all the same.",
         "request": "POST /score HTTP/1.1"},
        {"comment_id": "c2", "article_id": "a1", "revision": 1, "language": "en", "body": "Ça va ? 😀",
         "request": "POST /score HTTP/1.1"},
    ]  # fmt: skip


TROUBLE: dict[str, Scorer] = {
    "an error of its own": Scorer(status="500 Internal Server Error"),
    "not now": Scorer(status="429 Too Many Requests"),
    "accepted, no answer": Scorer(status="204 No Content", say=b""),
    "elsewhere": Scorer(status="307 Temporary Redirect", headers="location: /score\r\n"),
    "a page": Scorer(say=b"<html>fine</html>", headers="content-type: text/html\r\n"),
    "words for numbers": Scorer(say=b'{"scores": {"toxicity": "low"}}'),
    "out of range": Scorer(say=b'{"scores": {"toxicity": 17}}'),
    "not what was asked": Scorer(say=b'{"scores": {"spam": 0.1}}'),
    "too much": Scorer(say=b'{"scores": {"toxicity": 0.1}}' + b" " * 20_000),
    "packed": Scorer(say=b"\x1f\x8b\x08garbage", headers="content-encoding: gzip\r\n"),
    "no HTTP": Scorer(say=b"what do you want?\r\n\r\n", raw=True),
    "nothing": Scorer(say=b"", raw=True),
    "half": Scorer(say=b"HTTP/1.1 200 OK\r\ncontent-length: 29\r\n\r\n{", raw=True),
    "headers without end": Scorer(say=b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 50_000, raw=True),
    "never": Scorer(patient=asyncio.Event()),
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
async def test_whatever_the_scorer_does_instead_the_comment_waits_for_a_person(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until, trouble: Scorer,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    async with listening(trouble), working(moderation(redis_server, tmp_path, trouble.url, scorer_timeout_ms=150)):
        for number in range(3):
            await write(redis, f"c{number}", "A quiet remark.")
        told = await judged(redis, until, 3)

    assert {one["verdict"] for one in told.values()} == {"hold"}
    assert {one["reason"] for one in told.values()} == {"unchecked:scorer"}
    assert (await redis.xpending("lightwire:comments.enriched", "moderation"))["pending"] == 0
    assert await redis.exists("lightwire:dead.moderation") == 0
    assert "quiet remark" not in "".join(capfd.readouterr())


async def test_a_scorer_that_is_not_there_holds_comments_and_is_asked_again_when_it_is(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.moderation.scorer.Circuit", partial(Circuit, 3, 0.2))
    async with listening(Scorer()) as gone:
        pass
    asked = "lightwire_scorer_answers_total"
    stage = moderation(redis_server, tmp_path, gone.url)
    async with working(stage):
        for number in range(40):
            await write(redis, f"c{number}", "A quiet remark.")
        told = await judged(redis, until, 40)
        tried = stage.metrics.registry.get_sample_value(asked, {"outcome": "unreachable"})
        async with listening(gone):
            number = 40

            async def shown() -> bool:
                nonlocal number
                await write(redis, f"c{number}", "A quiet remark.")
                number += 1
                return any(one["verdict"] == "publish" for one in (await decisions(redis)).values())

            await until(shown)

    assert {one["reason"] for one in told.values()} == {"unchecked:scorer"}
    assert stage.metrics.registry.get_sample_value(asked, {"outcome": "not_asked"})
    assert tried is not None
    assert tried < 40
    assert gone.asked


async def test_no_more_than_some_are_asked_at_once(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    for number in range(3 * AT_ONCE):
        await write(redis, f"c{number}", "A quiet remark.")
    scorer = Scorer(patient=asyncio.Event())
    async with listening(scorer), working(moderation(redis_server, tmp_path, scorer.url, scorer_timeout_ms=5_000)):

        async def full() -> bool:
            return scorer.at_once == AT_ONCE

        await until(full)
        assert scorer.patient
        scorer.patient.set()
        told = await judged(redis, until, 3 * AT_ONCE)

    assert scorer.most_at_once == AT_ONCE
    assert {one["verdict"] for one in told.values()} == {"publish"}


async def test_a_rule_on_trial_asks_and_holds_nothing_when_there_is_no_answer(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async with (
        listening(Scorer(say=TOXIC)) as scorer,
        working(moderation(redis_server, tmp_path, scorer.url, POLICY + ON_TRIAL)),
    ):
        await write(redis, "c1", "You are all the same.")
        await judged(redis, until, 1)
        scorer.status = "500 Internal Server Error"
        await write(redis, "c2", "You are all the same.")
        told = await judged(redis, until, 2)

    assert {id_: one["verdict"] for id_, one in told.items()} == {"c1": "publish", "c2": "publish"}
    assert [hit["rule"] for hit in told["c1"]["shadow"]] == ["toxic"]
    assert (told["c2"]["shadow"], told["c2"]["unknown"]) == ([], [])


async def test_where_no_rule_asks_the_scorer_hears_nothing(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async with listening(Scorer()) as scorer, working(moderation(redis_server, tmp_path, scorer.url, POLICY)):
        await write(redis, "c1", "A quiet remark.")
        told = await judged(redis, until, 1)

    assert told["c1"]["verdict"] == "publish"
    assert scorer.asked == []


def test_a_rule_on_scores_without_a_scorer_stops_the_start(redis_server: Server, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"rule toxic asks for scores.*LIGHTWIRE_SCORER_URL"):
        moderation(redis_server, tmp_path, "")


async def activate(redis: Client, policy: str) -> None:
    """As an admin does, while comments are decided."""
    wish = PolicyRequested(
        actor=Actor(kind="human", id="parisa"), role=Role.ADMIN, policy=policy, files={"w.toml": WORDS}
    )
    await redis.xadd("lightwire:moderation.commands", {"event": to_json(seal(wish, id="swap", source="/test"))})


async def test_a_policy_that_is_swapped_in_is_asked_for_from_its_first_comment_on(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async def active() -> bool:
        return bool(await redis.exists("lightwire:policy:active"))

    async with listening(Scorer(say=TOXIC)) as scorer, working(moderation(redis_server, tmp_path, scorer.url, POLICY)):
        await write(redis, "c1", "You are all the same.")
        await judged(redis, until, 1)
        await activate(redis, POLICY + RULE)
        await until(active)
        await write(redis, "c2", "You are all the same.")
        await judged(redis, until, 2)
    # One that starts under it asks about its first comment, too.
    async with listening(scorer), working(moderation(redis_server, tmp_path, scorer.url, POLICY)):
        await write(redis, "c3", "You are all the same.")
        told = await judged(redis, until, 3)

    assert {id_: one["rule"] for id_, one in told.items() if "rule" in one} == {"c2": "toxic", "c3": "toxic"}
    assert told["c1"]["verdict"] == "publish"
    assert [one["comment_id"] for one in scorer.asked] == ["c2", "c3"]


async def test_a_policy_that_asks_a_scorer_nobody_has_is_not_swapped_in(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until
) -> None:
    async def refused() -> list[dict[str, Any]]:
        return await published(redis, "lightwire:moderation.refusals")

    async with working(moderation(redis_server, tmp_path, "", POLICY)):
        await activate(redis, POLICY + RULE)
        await until(refused)

    assert "LIGHTWIRE_SCORER_URL" in json.dumps(await refused())
    assert not await redis.exists("lightwire:policy:active")


async def test_the_scorer_of_the_docs_works_as_it_stands_there(
    redis: Client, redis_server: Server, tmp_path: Path, until: Until, project: Path, unused_tcp_port: int
) -> None:
    section = (project / "docs" / "moderators.md").read_text("utf-8").partition("## A scorer of your own")[2]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    program = found[1].replace("8010", str(unused_tcp_port))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, env={"SCORER_SECRET": SECRET})
    url = f"http://127.0.0.1:{unused_tcp_port}/"
    try:
        await until(lambda: answers(unused_tcp_port))
        async with working(moderation(redis_server, tmp_path, url, scorer_timeout_ms=5_000)):
            await write(redis, "c1", "You are vermin.")
            await write(redis, "c2", "A quiet remark.")
            told = await judged(redis, until, 2)
    finally:
        process.kill()
        await process.wait()

    assert len(program.splitlines()) <= 30
    assert {id_: one["verdict"] for id_, one in told.items()} == {"c1": "hold", "c2": "publish"}
    assert told["c1"]["rule"] == "toxic"


async def answers(port: int) -> bool:
    """It listens, and refuses what is not signed."""
    try:
        stream = await anyio.connect_tcp("127.0.0.1", port)
    except OSError:
        return False
    async with stream:
        await stream.send(b"POST / HTTP/1.0\r\ncontent-length: 2\r\n\r\n{}")
        answer = await stream.receive()
    assert b" 401 " in answer.splitlines()[0]
    return True
