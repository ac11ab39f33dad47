"""A site on a real Redis, and the few words a test needs to publish something to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from redis.asyncio import Redis

from services.site.app import build
from services.site.settings import Settings
from shared.articles import Direction
from shared.comments import AuthorRole
from shared.document import Block, BlockKind, StoryDocument, Thread
from shared.events import RenditionFact, RenditionPublished, RenditionWithdrawn, seal, to_json
from shared.renditions import Action, PublicComment
from shared.streams import Entry

HTML = "text/html; charset=utf-8"


def published(article_id: str, sequence: int, content: str = "<p>text</p>", **more: Any) -> RenditionPublished:
    """A story's full rendition in English, unless ``more`` says otherwise."""
    body = content.encode()
    facts: dict[str, Any] = {
        "revision": sequence, "rendition": "full", "action": Action.CREATED, "media_type": HTML, "language": "en",
        "direction": Direction.LTR, "headline": f"Headline {sequence} of {article_id}", "section": "World",
        "published_at": datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "reading_minutes": 2,
        "path": f"/en/{article_id}.html", "content": content, "bytes": len(body),
        "sha256": sha256(body).hexdigest(),
    }  # fmt: skip
    return RenditionPublished(article_id=article_id, sequence=sequence, **facts | more)


def story(article_id: str, sequence: int, text: str = "", **more: Any) -> RenditionPublished:
    """The same story as ``renditions.json`` carries it; ``more`` goes into the document."""
    facts: dict[str, Any] = {
        "id": article_id, "revision": sequence, "language": "en", "direction": Direction.LTR,
        "headline": f"Headline {sequence} of {article_id}", "published_at": datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        "word_count": 2, "reading_minutes": 1, "teaser": text, "body_html": f"<p>{text}</p>",
        "blocks": (Block(kind=BlockKind.PARAGRAPH, text=text),), "comments": Thread(open=True, total=0),
        "path": f"/en/{article_id}.html", "light_path": f"/en/light/{article_id}.html",
    }  # fmt: skip
    document = StoryDocument.model_validate(facts | more)
    return published(
        article_id, sequence, document.model_dump_json(exclude_none=True), rendition="json",
        media_type="application/json", headline=document.headline, language=document.language,
        direction=document.direction, path=f"/{document.language}/json/{article_id}.json",
    )  # fmt: skip


def withdrawn(article_id: str, sequence: int, notice: str = "<p>withdrawn</p>", **more: Any) -> RenditionWithdrawn:
    """A kill, with its notice."""
    body = notice.encode()
    facts: dict[str, Any] = {
        "revision": sequence, "rendition": "full", "action": Action.KILLED, "media_type": HTML, "language": "en",
        "direction": Direction.LTR, "content": notice, "bytes": len(body), "sha256": sha256(body).hexdigest(),
    }  # fmt: skip
    return RenditionWithdrawn(article_id=article_id, sequence=sequence, **facts | more)


def remark(id_: str = "c-1", body: str = "Who paid for the bridge?") -> PublicComment:
    """A comment as pages show it."""
    return PublicComment(
        id=id_, revision=1, author_name="Mira", author_role=AuthorRole.READER, body=body, language="en",
        direction=Direction.LTR, created_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
    )  # fmt: skip


def comment(article_id: str, sequence: int, comment_id: str, **more: Any) -> RenditionPublished:
    """A comment as ``renditions.comments`` carries it."""
    facts: dict[str, Any] = {"rendition": "comments", "media_type": "application/json", "comment_id": comment_id}
    return published(article_id, sequence, "{}", **facts | {"path": None, "headline": None} | more)


async def tell(redis: Redis, *facts: RenditionFact) -> None:
    """Put them on their streams, as delivery does."""
    for fact in facts:
        event = to_json(seal(fact, id=str(uuid4()), source="/service/delivery"))
        await redis.xadd(f"lightwire:renditions.{fact.rendition}", {"event": event})


async def tell_at_once(redis: Redis, *facts: RenditionFact) -> None:
    """The same in one moment, as one commit of delivery."""
    async with redis.pipeline(transaction=True) as commit:
        await tell(commit, *facts)
        await commit.execute()


def settings(url: str, folder: Path, **more: Any) -> Settings:
    """A site that keeps its file in ``folder`` and turns quickly."""
    return Settings(
        redis_url=url, db=folder / "site.sqlite3", media=str(folder / "media"), block_ms=50, retry_away_ms=50, **more
    )  # fmt: skip


@asynccontextmanager
async def open_site(chosen: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the site, which reads while the block lasts."""
    app = build(chosen)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as client:
            yield client


async def entries(redis: Redis, stream: str) -> list[Entry]:
    """All of a stream; ``stream`` is the full key."""
    found: Any = await redis.xrange(stream)
    return [Entry(id_.decode(), fields, 1) for id_, fields in found]


async def caught_up(redis: Redis, client: httpx.AsyncClient) -> bool:
    """True once the site has applied the newest entry of every stream."""
    health = (await client.get("/health")).json()
    if not health["caught_up"]:
        return False
    cursors: dict[str, str] = health["cursors"]
    for stream, cursor in cursors.items():
        held = await entries(redis, stream)
        if held and held[-1].id != cursor:
            return False
    return True
