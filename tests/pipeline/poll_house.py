"""A newsroom's server on this machine, and pollers on a real Redis that ask it."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from services.ingest.adapters.intake import Adapter, Document, Intake, Refused
from services.ingest.pollers.run import Pollers
from services.ingest.pollers.settings import PollSettings
from services.ingest.pollers.table import Poll, Polled
from shared.events import ArticleSubmitted
from shared.stage import Stage
from shared.streams import Client
from tests.server import Server

HOST = "localhost"
SUBMITTED = "lightwire:articles.submitted"
Until = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class Says:
    """An answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


Answering = Says | Callable[[Asked], Says | Awaitable[Says]]


class Newsroom:
    """Answers each path as it is told, remembers what it was asked, and how many asked at once."""

    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, Answering] = {}
        self.asked: list[Asked] = []
        self.at_once = self.most_at_once = 0
        self.raw: dict[str, Callable[[StreamWriter], Awaitable[None]]] = {}
        self._talks: set[asyncio.Task[None]] = set()

    def at(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def paths(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._talks.add(cast("asyncio.Task[None]", asyncio.current_task()))
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                await self._answer(_asked(head), writer)
            finally:
                self.at_once -= 1
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, asked: Asked, writer: StreamWriter) -> None:
        self.asked.append(asked)
        if raw := self.raw.get(asked.path):
            await raw(writer)
            return
        said = self.answers.get(asked.path, Says(404))
        if not isinstance(said, Says):
            made = said(asked)
            said = made if isinstance(made, Says) else await made
        lines = [f"HTTP/1.1 {said.status} X", f"Content-Length: {len(said.body)}"]
        lines += [f"{name}: {value}" for name, value in said.headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if asked.method == "HEAD" else said.body))
        await writer.drain()

    async def left(self) -> None:
        """All that were talked to are gone."""
        if self._talks:
            _, late = await asyncio.wait(self._talks, timeout=5)
            assert not late


def _asked(head: str) -> Asked:
    request, *lines = head.rstrip().split("\r\n")
    method, target, _ = request.split(" ", 2)
    parts = urlsplit(target)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, parts.path, dict(parse_qsl(parts.query)), headers)


@asynccontextmanager
async def newsroom() -> AsyncIterator[Newsroom]:
    found = Newsroom()
    server = await asyncio.start_server(found.handle, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    await found.left()


def simple(document: Document) -> Sequence[Intake]:
    """A format for these tests: a list of stories, or one."""
    try:
        found = json.loads(document.body)
        stories = found if isinstance(found, list) else [found]
        return [
            Intake(ArticleSubmitted.model_validate_json(_story(story)), f"{story['id']}-{story['revision']}")
            for story in stories
        ]
    except (ValueError, KeyError, TypeError):
        raise Refused("/0", "is no list of stories: send one") from None


def _story(story: dict[str, Any]) -> str:
    said = {name: value for name, value in story.items() if name != "modified"}
    return json.dumps({"status": "usable", "headline": "Bridge opens"} | said)


SIMPLE: Mapping[str, Adapter] = {"feed": simple, "wordpress": simple}


def listing(*stories: dict[str, Any], **headers: str) -> Says:
    return Says(200, json.dumps(stories).encode(), {name.replace("_", "-"): text for name, text in headers.items()})


def settings(server: Server, room: Newsroom, **changes: Any) -> PollSettings:
    """Impatient, and this machine may be asked."""
    quick: dict[str, Any] = {
        "redis_url": server.url, "poll_inside": f"{HOST}:{room.port}", "poll_gap_ms": 0, "poll_lease_ms": 900,
        "log_level": "error",
    }  # fmt: skip
    return PollSettings(**{**quick, **changes})


def source(url: str, name: str = "desk", adapter: Any = "feed", **poll: Any) -> Polled:
    return Polled(name, adapter, Poll(url=url, **poll))


@asynccontextmanager
async def polling(
    given: PollSettings, *sources: Polled, adapters: Mapping[str, Adapter] = SIMPLE
) -> AsyncIterator[Pollers]:
    """A replica that polls, without the stage beside it."""
    stage = Stage("ingest", given)
    pollers = Pollers(stage, given, lambda: sources, adapters, tick_s=0.02)
    await pollers.start()
    try:
        yield pollers
    finally:
        await pollers.stop()
        await stage.redis.aclose()


async def poll_now(redis: Client, name: str = "desk") -> None:
    """Not when it is due, but at once."""
    await redis.hset(f"lightwire:poll:{name}", "due", 0)


async def events(redis: Client, stream: str = SUBMITTED) -> list[dict[str, Any]]:
    return [json.loads(fields[b"event"]) for _, fields in await redis.xrange(stream)]


async def told(redis: Client) -> list[tuple[str, int, str]]:
    """(id, revision, status) of what was submitted."""
    return [(one["data"]["id"], one["data"]["revision"], one["data"]["status"]) for one in await events(redis)]


def soon(*answers: Says) -> Callable[[Asked], Says]:
    """One after the other; the last for ever."""
    left = deque(answers)

    def answer(_: Asked) -> Says:
        return left.popleft() if len(left) > 1 else left[0]

    return answer


async def polled(redis: Client, until: Until, times: int, name: str = "desk") -> dict[str, Any]:
    """Once it has been polled so often in all, one poll after the other: what is remembered then."""
    memory = await settled(redis, until, name)
    for _ in range(times - 1):
        memory = await again(redis, until, name)
    return memory


async def again(redis: Client, until: Until, name: str = "desk") -> dict[str, Any]:
    """Polled once more, at once."""
    await poll_now(redis, name)
    return await settled(redis, until, name)


async def settled(redis: Client, until: Until, name: str = "desk") -> dict[str, Any]:
    """While a poll writes, the next is due in a few seconds; when it is over, in minutes."""

    async def done() -> bool:
        return await redis.hexists(f"lightwire:poll:{name}", "due") and await waits_s(redis, name) > 20

    await until(done)
    found: dict[str, Any] = json.loads(await redis.hget(f"lightwire:poll:{name}", "memory"))
    return found


async def waits_s(redis: Client, name: str = "desk") -> float:
    seconds, micros = await redis.time()
    due = int(await redis.hget(f"lightwire:poll:{name}", "due"))
    return due / 1000 - float(seconds) - float(micros) / 1e6
