"""A scorer on loopback that does as it is told, and moderation beside it."""

import asyncio
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.moderation.app import build
from services.moderation.settings import Settings
from shared.stage import Stage
from shared.streams import Client
from tests.pipeline.darkroom_house import QUICK
from tests.pipeline.stage_house import published
from tests.server import Server

KEY = b64encode(bytes(range(24))).decode()
SECRET = f"whsec_{KEY}"
POLICY = """
version = "1"
on_unknown = "hold"
wordlists = ["w.toml"]
[[rule]]
id = "insult"
when = { words = ["insults"] }
do = "hold"
reason = "insult"
"""
WORDS = '[[list]]\nid = "insults"\nlanguages = ["en"]\nterms = ["idiot"]\n'
RULE = """
[[rule]]
id = "toxic"
when = { scores_over = { toxicity = 0.8 } }
do = "hold"
reason = "toxic"
"""
ON_TRIAL = f'{RULE}mode = "shadow"\n'


@dataclass
class Scorer:
    """Answers ``say``, or HTTP whose body that is; writes down who asked what."""

    say: bytes = b'{"scores": {"toxicity": 0.1}}'
    status: str = "200 OK"
    headers: str = ""
    raw: bool = False
    """``say`` is all that is sent, no HTTP around it."""
    patient: asyncio.Event | None = None
    """Nothing is answered before it is set."""
    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    """What was wrong with a signature."""
    at_once: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}/score"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as many questions as come."""
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        told = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:-2])
        kept = dict(line.split(": ", 1) for line in head.split("\r\n")[1:-2])
        body = await reader.readexactly(int(told["content-length"]))
        self._check({name.lower(): value for name, value in kept.items()}, body)
        self.asked.append({**json.loads(body), "request": head.split("\r\n")[0]})
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.patient is not None:
                await self.patient.wait()
            line = f"HTTP/1.1 {self.status}\r\ncontent-length: {len(self.say)}\r\n{self.headers}\r\n"
            writer.write(self.say if self.raw else line.encode() + self.say)
            await writer.drain()
        finally:
            self.at_once -= 1
        return not self.raw

    def _check(self, headers: dict[str, str], body: bytes) -> None:
        """As the specification says it, with no library of ours."""
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = b64encode(hmac.digest(b64decode(KEY), signed, sha256)).decode()
        if headers["webhook-signature"] != f"v1,{expected}":
            self.forged.append(headers["webhook-id"])


@asynccontextmanager
async def listening(scorer: Scorer) -> AsyncIterator[Scorer]:
    """The scorer, on a free port or its own."""
    server = await asyncio.start_server(scorer.serve, "127.0.0.1", scorer.port)
    scorer.port = server.sockets[0].getsockname()[1]
    try:
        yield scorer
    finally:
        server.close()


def moderation(server: Server, folder: Path, url: str, policy: str = POLICY + RULE, **more: Any) -> Stage:
    """One that asks there."""
    (folder / "w.toml").write_text(WORDS)
    (folder / "policy.toml").write_text(policy)
    asking: dict[str, Any] = {"scorer_url": url, "scorer_secret": SECRET, "policy_file": folder / "policy.toml"}
    return build(Settings(**{"redis_url": server.url, "port": 0, **asking, **QUICK, **more}))


async def decisions(redis: Client) -> dict[str, dict[str, Any]]:
    """By comment, the decision."""
    events = await published(redis, "lightwire:comments.moderated")
    return {event["data"]["comment_id"]: event["data"]["decision"] for event in events}
