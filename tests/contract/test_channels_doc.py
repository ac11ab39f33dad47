"""A channel author has only docs/channels.md: its programs and its words must hold."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Timer
from typing import IO

import pytest
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError

from shared.decode import decode
from shared.events import ReceiptGiven
from shared.renditions import Rendition
from shared.streams import Entry, connect
from tests.pipeline.site_house import published, tell, withdrawn
from tests.server import Server

CLIENT = "redis@6"
"""What the page tells authors to install; its major version is the one the program was written for."""


@pytest.fixture
def page(project: Path) -> str:
    return (project / "docs" / "channels.md").read_text("utf-8")


def block(page: str, language: str, holding: str) -> str:
    """The code block of that language that holds these words."""
    (found,) = (text for text in re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL) if holding in text)
    return str(found)


def test_every_field_of_a_rendition_is_explained(page: str) -> None:
    explained = set(re.findall(r"`(\w+)`", page))

    assert set(Rendition.model_fields) - {"signature"} <= explained


def test_the_program_is_about_twenty_lines(page: str) -> None:
    lines = [line for line in block(page, "js", "channel.mjs").splitlines() if line and not line.startswith("//")]

    assert len(lines) <= 24


def test_the_receipt_is_one_that_delivery_accepts(page: str) -> None:
    command = block(page, "sh", "receipts")
    document = command[command.index("{") : command.rindex("}") + 1]

    event = decode(Entry("1-0", {b"event": document.encode()}, 1), ReceiptGiven, None)

    assert event.data == ReceiptGiven(channel="my-app", article_id="harbour-1", revision=3, sequence=9)


async def test_the_read_only_user_may_do_what_the_page_says_and_nothing_else(
    page: str, redis: Redis, redis_server: Server
) -> None:
    rule = block(page, "text", "ACL SETUSER").replace("SECRET", "secret").split()
    await redis.execute_command(*rule[:4], *_selectors(rule[4:]))  # type: ignore[no-untyped-call]
    await tell(redis, published("a", 1))
    channel = connect(redis_server.url.replace("redis://", "redis://my-app:secret@"))

    assert await channel.xread({"lightwire:renditions.full": "0"}, count=1)
    assert (await channel.xinfo_stream("lightwire:renditions.full"))["length"] == 1
    assert await channel.get("lightwire:blob:none") is None
    await channel.xadd("lightwire:receipts", {"event": "{}"})
    for forbidden in (
        channel.xadd("lightwire:renditions.full", {"event": "{}"}),
        channel.xread({"lightwire:receipts": "0"}),
        channel.get("lightwire:article:a"),
        channel.delete("lightwire:renditions.full"),
    ):
        with pytest.raises(NoPermissionError):
            await forbidden
    await channel.aclose()
    await redis.acl_deluser("my-app")


def _selectors(words: list[str]) -> Iterator[str]:
    """A selector in parentheses is one argument for Redis, though a shell or a file shows it with spaces."""
    text = " ".join(words)
    for outside, inside in re.findall(r"([^()\s]+)|(\([^)]*\))", text):
        yield outside or inside


@contextmanager
def program(page: str, folder: Path, url: str, *cursors: str) -> Iterator[IO[str]]:
    """The page's own program, running; its output line by line."""
    (folder / "channel.mjs").write_text(block(page, "js", "channel.mjs"), "utf-8")
    process = subprocess.Popen(
        ["node", "channel.mjs", *cursors], cwd=folder, env=os.environ | {"LIGHTWIRE_REDIS_URL": url},
        stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    # A program that says nothing ends, and with it the wait for its next line.
    deadline = Timer(30, process.kill)
    deadline.start()
    try:
        yield process.stdout
    finally:
        deadline.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="session")
def with_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the npm package the page names."""
    folder = tmp_path_factory.mktemp("channel")
    (folder / "package.json").write_text(json.dumps({"private": True}), "utf-8")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", CLIENT]
    told = ""
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        told = done.stderr.strip()[-200:]
        if done.returncode == 0:
            return folder
    if os.environ.get("LIGHTWIRE_CI"):
        pytest.fail(f"npm could not install {CLIENT}, and this run may not skip: {told}")
    pytest.skip(f"npm could not install {CLIENT} (no registry within reach?): {told}")


@pytest.mark.needs("node")
@pytest.mark.needs("npm")
async def test_the_program_on_the_page_reads_stories_bodies_by_reference_and_withdrawals(
    page: str, redis: Redis, redis_server: Server, with_client: Path
) -> None:
    body = "سلام " * 3000
    await redis.set("lightwire:blob:1", body)
    long = published("long", 1, body, headline="دراز", rendition="light").model_copy(
        update={"content": None, "content_ref": "lightwire:blob:1"}
    )

    with program(page, with_client, redis_server.url) as out:
        await tell(redis, published("short", 1, "brief", headline="Brief"))
        first = out.readline().split()
        await tell(redis, long)
        second = out.readline().split()
        await tell(redis, published("short", 1, "again"), withdrawn("short", 2, "notice"), published("short", 1))
        third = out.readline().split()

    assert first == ["story", "full", "short", "1", "Brief", "5"]
    assert second == ["story", "light", "long", "1", "دراز", str(len(body.encode()))]
    assert third == ["gone", "full", "short", "2", "killed", "6"]
    assert sha256(body.encode()).hexdigest() == long.sha256


@pytest.mark.needs("node")
@pytest.mark.needs("npm")
async def test_the_program_goes_on_from_its_cursor(
    page: str, redis: Redis, redis_server: Server, with_client: Path
) -> None:
    await tell(redis, published("seen", 1))
    cursor = (await redis.xinfo_stream("lightwire:renditions.full"))["last-generated-id"].decode()
    await tell(redis, published("unseen", 1, headline="Next"))

    with program(page, with_client, redis_server.url, cursor) as out:
        line = out.readline().split()

    assert line == ["story", "full", "unseen", "1", "Next", "11"]
