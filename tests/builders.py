"""Events for tests; builders say only what matters."""

from datetime import UTC, datetime
from typing import Any

from shared.articles import Article, Change
from shared.envelope import EventData, seal, to_json
from shared.events import ArticleIngested

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def article(id_: str = "a", revision: int = 1, **fields: Any) -> Article:
    """A small valid story."""
    return Article(**{"id": id_, "revision": revision, "headline": "Headline", "body_html": "<p>Text.</p>", **fields})


def ingested(id_: str = "a", revision: int = 1, change: Change = Change.CREATED, **fields: Any) -> ArticleIngested:
    """A story past the door; a withdrawal carries no article."""
    told = None if change.withdraws else article(id_, revision, **fields)
    return ArticleIngested(article_id=id_, revision=revision, change=change, article=told)


def wire(data: EventData, id_: str | None = None, source: str = "/test") -> bytes:
    """The value of field ``event``."""
    return to_json(
        seal(data, id=id_ or f"{data.type}/{data.subject}/{getattr(data, 'revision', 0)}", source=source, time=NOW)
    )
