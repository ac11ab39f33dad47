"""Reading streams as an observer does: by ranges and cursors, without a group, without acknowledging anything."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.keys import DATA_KEY, Keys
from shared.streams import Client

PAGE = 500
"""Entries per read: a long stream never stands in memory."""

ORDER = (
    "articles.submitted", "comments.submitted", "articles.ingested", "comments.ingested", "articles.enriched",
    "comments.enriched", "articles.moderated", "articles.held", "comments.moderated", "comments.reported",
    "comments.appealed", "moderation.commands", "moderation.refusals", "moderation.actions", "moderation.cases",
    "notices.authors", "articles.due",
    "pictures.due", "pictures.developed", "pictures.dropped", "bodies.due",
)  # fmt: skip
"""The streams as a story meets them; renditions, receipts, channels, dead letters and audit follow."""

SERVICES = ("ingest", "enrichment", "moderation", "delivery", "press", "darkroom", "site")
KNOWN = frozenset(
    (
        *ORDER,
        "renditions.full",
        "renditions.light",
        "renditions.comments",
        "receipts",
        "audit",
        *(f"dead.{service}" for service in SERVICES),
    )
)
"""The streams of the contract, there or not yet."""


@dataclass(frozen=True)
class Seen:
    """One entry as an observer sees it; ``stream`` is the name without the prefix."""

    stream: str
    entry: str
    fields: Mapping[bytes, bytes]

    @property
    def at(self) -> int:
        """When it was written, in milliseconds."""
        return int(self.entry.split("-")[0])

    @property
    def raw(self) -> bytes:
        """The event's bytes; empty where there are none."""
        return self.fields.get(b"event", b"")

    @cached_property
    def event(self) -> dict[str, Any]:
        """The envelope; empty where the bytes are no JSON object."""
        try:
            found = json.loads(self.raw)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def data(self) -> dict[str, Any]:
        """What the event says; empty where it travels by reference (see ``filled``) or says nothing."""
        found = self.event.get("data")
        return found if isinstance(found, dict) else {}

    @property
    def type(self) -> str:
        """``article.ingested``: the type without its maker and version."""
        name = str(self.event.get("type", "?")).removeprefix("lightwire.")
        head, _, version = name.rpartition(".")
        return head if version[:1] == "v" and version[1:].isdigit() else name

    @property
    def subject(self) -> str:
        """The id of the article or comment; ``?`` where it cannot be told."""
        data = self.data
        return str(self.event.get("subject") or data.get("id") or data.get("article_id") or "?")

    def number(self, name: str) -> int | None:
        """A whole number of ``data``, such as ``revision``."""
        found = self.data.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None


def place(stream: str) -> tuple[int, str]:
    """A sorting key: streams in the order a story meets them."""
    heads = ("renditions.", "receipts", "channels.", "dead.", "audit")
    if stream in ORDER:
        return ORDER.index(stream), stream
    return len(ORDER) + next((i for i, head in enumerate(heads) if stream.startswith(head)), -1), stream


async def streams(redis: Client, keys: Keys) -> list[str]:
    """Names of all streams under the prefix, in the order a story meets them."""
    pattern = "".join("\\" + c if c in "*?[]\\" else c for c in keys.prefix) + ":*"
    found = [key async for key in redis.scan_iter(pattern, count=1000, _type="stream")]
    return sorted((keys.name(key.decode()) for key in found), key=place)


async def entries(redis: Client, keys: Keys, stream: str, since: str = "-") -> AsyncIterator[Seen]:
    """All entries of a stream from ``since`` on, oldest first, page by page; ends where it ended at the start."""
    key = keys.key(stream)
    last: Any = await redis.xrevrange(key, count=1)
    if not last:
        return
    end = last[0][0].decode()
    while True:
        rows: Any = await redis.xrange(key, since, end, count=PAGE)
        for id_, fields in rows:
            yield Seen(stream, id_.decode(), fields)
        if len(rows) < PAGE:
            return
        since = "(" + rows[-1][0].decode()


async def filled(redis: Client, keys: Keys, seen: Seen) -> Seen:
    """The same entry with its data where that travels by reference."""
    reference = seen.event.get("dataref")
    if seen.data or not isinstance(reference, str) or not DATA_KEY.fullmatch(keys.name(reference)):
        return seen
    try:
        data = json.loads(await redis.get(keys.key(keys.name(reference))) or b"{}")
    except ValueError:
        return seen
    fields = {**seen.fields, b"event": json.dumps({**seen.event, "data": data}, ensure_ascii=False).encode()}
    return Seen(seen.stream, seen.entry, fields)


async def follow(redis: Client, keys: Keys, cursors: dict[str, str], block_ms: int) -> list[Seen]:
    """What came after the cursors (stream name → entry id), which move on; at most ``block_ms`` of waiting."""
    answer: Any = await redis.xread({keys.key(s): c for s, c in cursors.items()}, count=PAGE, block=block_ms)
    rows = answer.items() if isinstance(answer, dict) else answer or ()
    found = []
    for key, pages in rows:
        stream = keys.name(key.decode())
        flat = [pair for page in pages for pair in page] if pages and isinstance(pages[0], list) else pages
        found += [Seen(stream, id_.decode(), fields) for id_, fields in flat]
        cursors[stream] = found[-1].entry
    return sorted(found, key=lambda seen: (seen.at, place(seen.stream)))
