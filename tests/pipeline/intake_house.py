"""Ingest as a process of its own, with sources, and what a newsroom can send it."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.server import free_port

TOKEN = "desk-token-0123456789"
SUPERDESK = "superdesk-secret-0123456789"
FORM = "form-secret-0123456789"
SOURCES = f"""
[[source]]
name = "desk"
secrets = ["{TOKEN}"]
accepts = ["articles", "comments", "reports", "appeals", "media"]
rate_per_minute = 1000000

[source.form]
secrets = ["{FORM}"]
origins = ["https://news.example"]

[[source]]
name = "super"
scheme = "superdesk"
secrets = ["{SUPERDESK}"]
rate_per_minute = 1000000

[[source]]
name = "slow"
secrets = ["{TOKEN}"]
rate_per_minute = 4
"""


@dataclass
class Ingest:
    """A running ingest and a client that has the token of its source ``desk``."""

    process: "subprocess.Popen[bytes]"
    url: str
    folder: Path
    client: httpx.AsyncClient = field(repr=False)

    async def post(self, path: str, document: Any, **more: Any) -> httpx.Response:
        """JSON, or bytes as they are."""
        body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", **more.pop("headers", {})}
        return await self.client.post(path, content=body, headers=headers, **more)

    async def healthy(self) -> bool:
        """True once it answers and reads."""
        try:
            return (await self.client.get("/health")).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def log(self) -> str:
        """All it has written."""
        return (self.folder / "ingest.log").read_text("utf-8")


@asynccontextmanager
async def running_ingest(redis_url: str, folder: Path, **environment: str) -> AsyncIterator[Ingest]:
    """The same for one test, its client closed in the end."""
    with ingest(redis_url, folder, **environment) as started:
        async with started.client:
            yield started


@contextmanager
def ingest(redis_url: str, folder: Path, sources: str = SOURCES, **environment: str) -> Iterator[Ingest]:
    """Started, not waited for."""
    (folder / "sources.toml").write_text(sources, "utf-8")
    port = free_port()
    told = {
        **os.environ, "LIGHTWIRE_REDIS_URL": redis_url, "LIGHTWIRE_INGEST_PORT": str(port),
        "LIGHTWIRE_SOURCES": str(folder / "sources.toml"), "LIGHTWIRE_MEDIA": str(folder / "media"),
        "LIGHTWIRE_BLOCK_MS": "50", **environment,
    }  # fmt: skip
    with (folder / "ingest.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "services.ingest"], env=told, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    client = httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=20)
    try:
        yield Ingest(process, url, folder, client)
    finally:
        process.kill()
        process.wait()


def story(id_: str = "story-1", revision: int = 1, status: str = "usable", **fields: Any) -> dict[str, Any]:
    """A CloudEvent of ours."""
    told = {"id": id_, "revision": revision, "status": status}
    if status == "usable":
        told |= {"headline": "The harbour opens its books", "body_html": "<p>Text.</p>"}
    return {
        "specversion": "1.0", "id": f"{id_}-r{revision}-{status}", "source": "/newsroom/desk",
        "type": "lightwire.article.submitted.v1", "data": told | fields,
    }  # fmt: skip


def remark(id_: str = "comment-1", **fields: Any) -> dict[str, Any]:
    """A reader's comment."""
    told = {
        "id": id_, "article_id": "story-1", "revision": 1, "status": "usable", "body": "Which samples?",
        "author": {"id": "pseudonym-41", "name": "Mira K."}, "created_at": "2026-11-23T16:20:00Z",
    }  # fmt: skip
    return {
        "specversion": "1.0", "id": f"{id_}-r1", "source": "/newsroom/desk",
        "type": "lightwire.comment.submitted.v1", "data": told | fields,
    }  # fmt: skip
