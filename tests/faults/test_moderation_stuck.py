"""A check that nothing can interrupt ends its process: its comment is never published, never lost, and alone pays."""

import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

from shared.dead_letters import scan
from shared.keys import Keys
from shared.streams import Client
from tests.faults.moderation_in_trouble import BUSY, STUCK
from tests.pipeline.stage_house import published
from tests.pipeline.test_moderation_trouble import write
from tests.server import Server

ATTEMPTS = 2


def started(environment: dict[str, str], log: BinaryIO) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.faults.moderation_in_trouble"]
    return subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)


async def test_a_check_that_is_stuck_ends_its_process_and_only_its_comment_is_not_decided(
    redis: Client, redis_server: Server, tmp_path: Path, until: Callable[..., Awaitable[None]]
) -> None:
    told = {
        "REDIS_URL": redis_server.url,
        "MODERATION_PORT": "0",
        "CLAIM_AFTER_MS": "500",
        "MAX_ATTEMPTS": str(ATTEMPTS),
    }
    environment = {**os.environ, **{f"LIGHTWIRE_{name}": value for name, value in told.items()}}
    bodies = ["I agree.", STUCK, "So do I.", BUSY, "Me too."]
    for number, body in enumerate(bodies):
        await write(redis, f"c{number}", body)
    ends: list[int] = []
    with (tmp_path / "log").open("wb") as log:
        running = [started(environment, log)]

        async def finished() -> bool:
            """Starts it again whenever it ended, as Compose does."""
            if (code := running[-1].poll()) is not None:
                ends.append(code)
                running.append(started(environment, log))
            letters = [letter async for letter in scan(redis, Keys(), "moderation")]
            return len(letters) + len(await published(redis, "lightwire:comments.moderated")) >= len(bodies)

        try:
            await until(finished, within=60)
        finally:
            running[-1].terminate()
            ends.append(running[-1].wait(30))

    decided = {
        event["data"]["comment_id"]: event["data"]["decision"]
        for event in await published(redis, "lightwire:comments.moderated")
    }
    (letter,) = [letter async for letter in scan(redis, Keys(), "moderation")]
    written = (tmp_path / "log").read_text()
    assert ends == [-signal.SIGPROF] * ATTEMPTS + [0]
    assert {id_: one["verdict"] for id_, one in decided.items()} == {
        "c0": "publish", "c2": "publish", "c3": "hold", "c4": "publish"
    }  # fmt: skip
    assert decided["c3"]["reason"] == "unchecked:never_back"
    assert letter.died.reason == "attempts_exhausted"
    assert STUCK.encode() in letter.original[b"event"]
    # An operator sees which check it was, and nothing of what was written.
    assert "in never_back" in written
    assert not any(body in written for body in bodies)
