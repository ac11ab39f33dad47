"""Poll a feed: RSS, Atom, JSON Feed. What it no longer lists has only grown old; nothing is concluded from that."""

from collections.abc import AsyncIterator
from datetime import datetime

from services.ingest.adapters.intake import Document
from services.ingest.pollers.kinds import Found, expect
from services.ingest.pollers.memory import Memory
from services.ingest.pollers.read import Reader
from services.ingest.pollers.table import Polled

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, */*;q=0.5"


async def feed(source: Polled, memory: Memory, reader: Reader, _: datetime) -> AsyncIterator[Found]:
    """The whole feed, or nothing where it has not changed. Raises ``Unread``, ``Failed``."""
    sent = {"Accept": _ACCEPT}
    if memory.etag:
        sent["If-None-Match"] = memory.etag
    if memory.modified:
        sent["If-Modified-Since"] = memory.modified
    answer = await reader.ask(source.poll.url, sent)
    expect(answer, 200, 304)
    if answer.status == 304:
        return
    told = {"content-type": answer.headers.get("content-type", ""), "content-location": answer.url}
    yield Found(
        (Document(answer.body, told, source.name, source.options),),
        {"etag": _short(answer.headers.get("etag")), "modified": _short(answer.headers.get("last-modified"))},
        whole=True,
    )


def _short(validator: str | None) -> str | None:
    """A validator worth remembering: they are sent back as they came, and a stranger wrote them."""
    return (
        validator if validator and len(validator) <= 500 and validator.isascii() and validator.isprintable() else None
    )
