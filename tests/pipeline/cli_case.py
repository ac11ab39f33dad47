"""Runs `lightwire` as a person would, against a real Redis, and builds the little it looks at."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from typer.testing import CliRunner, Result

from services.cli import cli
from shared.articles import Article, Change
from shared.envelope import seal, to_json
from shared.events import ArticleIngested, ArticleSubmitted, EventData
from shared.streams import SOURCE


@dataclass
class Case:
    """One Redis, emptied, and a folder."""

    url: str
    redis: Any
    folder: Path

    def run(self, *args: str, stdin: bytes | None = None) -> Result:
        """What the command answers."""
        return CliRunner().invoke(cli, ["--redis", self.url, *args], input=stdin)

    def json(self, *args: str) -> Any:
        """What the command answers with --json."""
        return json.loads(self.run(*args, "--json").stdout)

    def write(self, name: str, *documents: object) -> str:
        """An NDJSON file; its path."""
        path = self.folder / name
        path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents), "utf-8")
        return str(path)

    def add(self, data: EventData, *, id: str, cause: str | None = None, stream: str | None = None) -> str:  # noqa: A002
        """Put an event on its stream; the entry's id."""
        event = to_json(seal(data, id=id, source="/test", causationid=cause))
        entry: bytes = self.redis.xadd(f"lightwire:{stream or data.stream}", {"event": event})
        return entry.decode()

    def park(self, stream: str, group: str) -> str:
        """Let a worker of ``group`` take one entry and park it for a minute; the entry's id."""
        key = f"lightwire:{stream}"
        self.redis.xgroup_create(key, group, id="0", mkstream=True)
        found: Any = self.redis.xreadgroup(group, "worker-1", {key: ">"}, count=1)
        rows = next(iter(found.values())) if isinstance(found, dict) else found[0][1]
        entry = (rows[0][0] if isinstance(rows[0], list) else rows[0])[0].decode()
        keys = (key, f"lightwire:parked:{group}:{stream}", f"lightwire:parked.why:{group}:{stream}")
        self.redis.fcall("lightwire_park_v1", 3, *keys, group, entry, 3, 60_000, "OSError: the disk is full")
        return str(entry)


@contextmanager
def case(url: str, folder: Path) -> Iterator[Case]:
    """An emptied Redis with the library loaded."""
    client = Redis.from_url(url)
    client.flushall()
    client.function_load(SOURCE, replace=True)
    try:
        yield Case(url, client, folder)
    finally:
        client.close()


def submitted(**fields: Any) -> dict[str, Any]:
    """An article event as a newsroom writes it."""
    data = {"id": "desk:1", "revision": 1, "status": "usable", "headline": "A bridge", "body_html": "<p>Text</p>"}
    return {
        "specversion": "1.0", "id": "e-1", "source": "/newsroom/test", "type": "lightwire.article.submitted.v1",
        "time": "2026-11-23T16:00:00Z", "data": {**data, **fields},
    }  # fmt: skip


def said(revision: int = 1) -> ArticleSubmitted:
    """A submission as ingest reads it."""
    return ArticleSubmitted.model_validate_json(json.dumps(submitted(revision=revision)["data"]))


def ingested(revision: int = 1) -> ArticleIngested:
    """What ingest makes of it."""
    article = Article(id="desk:1", revision=revision, headline="A bridge")
    return ArticleIngested(article_id="desk:1", revision=revision, change=Change.CREATED, article=article)
