"""`lightwire moderation` on a running stage: what waits, why, and what comes of a person's decision."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from shared.events import seal, to_json
from shared.streams import Client
from tests.pipeline.moderation_house import Run, at_work, decided, runner, write
from tests.pipeline.stage_house import published
from tests.server import Server
from tests.unit.delivery_stories import moderated

Until = Callable[..., Awaitable[None]]
INSULT = "You idiot, call +93 70 123 4567!"


@pytest.fixture
async def room(redis: Client, redis_server: Server) -> AsyncIterator[Client]:
    """Moderation and delivery at work."""
    async with at_work(redis_server):
        yield redis


@pytest.fixture
def run(redis_server: Server, project: Path) -> Run:
    """The command line as a person runs it, beside the stages."""
    return runner(redis_server, project)


async def test_a_comment_is_held_explained_approved_and_shown(room: Client, run: Run, until: Until) -> None:
    event = to_json(seal(moderated(comments_open=True), id="a1", source="/test"))
    await room.xadd("lightwire:articles.moderated", {"event": event})
    await write(room, "c1", INSULT)
    await until(lambda: decided(room, 1))

    listed = await run("queue")
    explained = await run("explain", "c1")
    first = await run("decide", "c1", "publish", "--actor", "omid")
    approved = await run("decide", "c1", "publish", "--actor", "parisa", "--note", "Not a person's number")

    assert listed.exit_code == 0, listed.stderr
    assert "safety" in listed.stdout or "abuse" in listed.stdout
    assert "You idiot" in listed.stdout
    assert "hold by policy (engine)" in explained.stdout
    assert "You [idiot], call [+93 70 123 4567]!" in explained.stdout
    assert "rule personal-data: hold, personal phone" in explained.stdout
    assert approved.exit_code == 0, approved.stderr
    # Personal data is let through by two.
    assert first.stdout.startswith("c1: hold, decision 1\n")
    assert approved.stdout == "c1: publish, decision 2\n"

    async def shown() -> bool:
        return any(
            "idiot" in (e["data"]["content"] or "") for e in await published(room, "lightwire:renditions.comments")
        )

    await until(shown)
    assert (await run("queue")).exit_code == 1
    assert "parisa" not in json.dumps(await published(room, "lightwire:renditions.comments"))


async def test_the_second_of_two_is_told_who_was_first(room: Client, run: Run, until: Until) -> None:
    await write(room, "c1", INSULT)
    await until(lambda: decided(room, 1))

    both = await asyncio.gather(
        run("decide", "c1", "reject", "--actor", "omid", "--seen", "1.0"),
        run("decide", "c1", "publish", "--actor", "parisa", "--seen", "1.0"),
    )

    lost = next(one for one in both if one.exit_code)
    won = next(one for one in both if not one.exit_code)
    assert "decision 1" in won.stdout
    assert lost.exit_code == 1
    assert "was decided about since you looked" in lost.stderr
    assert ("by omid at" in lost.stderr) is ("reject" in won.stdout)
    assert len(await published(room, "lightwire:comments.moderated")) == 2


async def test_json_says_the_same(room: Client, run: Run, until: Until) -> None:
    await write(room, "c1", INSULT)
    await until(lambda: decided(room, 1))

    (waiting,) = json.loads((await run("queue", "--json")).stdout)
    standing = json.loads((await run("explain", "c1", "--json")).stdout)
    told = json.loads((await run("decide", "c1", "reject", "--reason", "insult", "--json")).stdout)
    refused = await run("decide", "c1", "publish", "--seen", "1.0", "--json")

    assert (waiting["comment_id"], waiting["revision"], waiting["decision"]) == ("c1", 1, 0)
    assert standing["decision"]["verdict"] == "hold"
    assert (told["accepted"], told["decision"]["verdict"], told["decision"]["reason"]) == (True, "reject", "insult")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["why"] == "stale"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("queue",), 1, "nothing waits"),
        (("queue", "lost"), 2, "must be one of safety"),
        (("explain", "nobody"), 1, "moderation knows no comment nobody"),
        (("decide", "nobody", "publish"), 1, "moderation knows no comment nobody"),
        (("decide", "nobody", "flag"), 2, "must be publish, hold or reject"),
    ],
)
async def test_what_is_not_there_or_wrong_is_said(
    room: Client, run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    del room

    found = await run(*words)

    assert (found.exit_code, said in found.stderr) == (code, True), found.stderr


async def test_seen_must_be_a_revision_and_a_decision(room: Client, run: Run, until: Until) -> None:
    await write(room, "c1", INSULT)
    await until(lambda: decided(room, 1))

    assert (await run("decide", "c1", "publish", "--seen", "1")).exit_code == 2
    long = await run("decide", "c1", "publish", "--note", "n" * 2_001)
    assert (long.exit_code, "/note" in long.stderr, "Traceback" in long.stderr) == (2, True, False)


async def test_hostile_words_do_not_move_the_cursor_of_a_terminal(room: Client, run: Run, until: Until) -> None:
    await write(room, "c1", "You idiot \x1b[2J\x1b]0;owned\x07")
    await until(lambda: decided(room, 1))

    for found in (await run("queue"), await run("explain", "c1")):
        assert "\x1b" not in found.stdout
        assert "idiot" in found.stdout
