"""Every stream, whole, as facts small enough to keep: what the auditor looks at."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from redis import Redis

from shared.events import ArticleSubmitted, CommentSubmitted
from shared.keys import Keys
from tests.faults.traffic import MARK

SUBMITTED = (ArticleSubmitted.stream, CommentSubmitted.stream)
HOPS = {
    "articles": ("submitted", "ingested", "enriched", "moderated"),
    "comments": ("submitted", "ingested", "enriched", "moderated"),
}
STREAMS = tuple(f"{noun}.{hop}" for noun, hops in HOPS.items() for hop in hops)
PAGES = ("renditions.full", "renditions.light")
RENDITIONS = (*PAGES, "renditions.comments")
OUTPUTS = tuple(stream for stream in (*STREAMS, *RENDITIONS) if stream not in SUBMITTED)


@dataclass(slots=True)
class Fact:
    """One entry. ``item``: the article's id, or the comment's where it is about a comment."""

    entry: str
    event: str = ""
    kind: str = ""
    item: str = ""
    article: str = ""
    revision: int = -1
    sequence: int = -1
    action: str = ""
    status: str = ""
    embargo: str = ""
    poison: bool = False
    cause: str = ""

    @property
    def ms(self) -> int:
        """Redis' clock when it was written."""
        return int(self.entry.partition("-")[0])

    @property
    def embargo_ms(self) -> int:
        """End of the embargo; 0 where there is none."""
        return round(datetime.fromisoformat(self.embargo).timestamp() * 1000) if self.embargo else 0

    @property
    def withdrawn(self) -> bool:
        """True where it says: stop showing this."""
        return self.kind.endswith("rendition.withdrawn.v1")


@dataclass
class Letter:
    """One dead letter."""

    service: str
    stream: str
    entry: str
    reason: str
    detail: str


@dataclass
class Evidence:
    """Everything a run left behind in Redis. ``read``: streams that some group reads."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    read: set[str] = field(default_factory=lambda: set(STREAMS))
    unfinished: list[str] = field(default_factory=list)

    def about(self, stream: str) -> list[Fact]:
        """The entries of a stream, oldest first, without the poisoned ones."""
        return [fact for fact in self.facts.get(stream, ()) if not fact.poison]


def pages(redis: Redis, key: str) -> Iterator[tuple[str, dict[bytes, bytes]]]:
    """All entries of a stream, a page at a time."""
    start = "-"
    while rows := cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(key, min=start, count=500)):
        for entry, fields in rows:
            yield entry.decode(), fields
        start = f"({rows[-1][0].decode()}"


def entry_id(answer: object) -> str:
    """What XADD answered, as text."""
    return answer.decode() if isinstance(answer, bytes) else str(answer)


def collect(redis: Redis, keys: Keys, streams: Iterable[str] = (*STREAMS, *RENDITIONS)) -> Evidence:
    """Read it all, or only these streams and the dead letters."""
    evidence = Evidence()
    for stream in streams:
        evidence.facts[stream] = [_fact(entry, fields) for entry, fields in pages(redis, keys.key(stream))]
    evidence.read = {stream for stream in STREAMS if _groups(redis, keys.key(stream))}
    for key in redis.scan_iter(keys.key("dead.*"), count=1000):
        evidence.letters += [_letter(fields) for _, fields in pages(redis, key.decode())]
    evidence.unfinished = unfinished(redis, keys)
    return evidence


def _groups(redis: Redis, key: str) -> bool:
    return bool(redis.exists(key) and redis.xinfo_groups(key))


def _fact(entry: str, fields: dict[bytes, bytes]) -> Fact:
    whole = b"".join(fields.values())
    if MARK.encode() in whole:
        return Fact(entry, poison=True)
    event: dict[str, Any] = json.loads(fields[b"event"])
    data = event["data"]
    article = str(data.get("article_id") or data.get("id") or "")
    # On renditions.comments the body is the comment, with a revision of its own beside its story's.
    shown = json.loads(data["content"]) if data.get("rendition") == "comments" and data.get("content") else {}
    return Fact(
        entry,
        event=event["id"],
        cause=str(event.get("causationid") or ""),
        kind=event["type"],
        item=str(data.get("comment_id") or data.get("id") or article),
        article=article,
        revision=int(shown.get("revision", data.get("revision", -1))),
        sequence=int(data.get("sequence", -1)),
        action=str(data.get("action") or data.get("change") or data.get("decision", {}).get("verdict") or ""),
        status=str(data.get("status") or ""),
        embargo=str(data.get("embargoed_until") or ""),
    )


def _letter(fields: dict[bytes, bytes]) -> Letter:
    data = json.loads(fields[b"event"])["data"]
    return Letter(data["service"], data["died_in"], data["entry"], data["reason"], data["detail"])


def unfinished(redis: Redis, keys: Keys) -> list[str]:
    """What is still to be done: unread, pending, parked or waiting for its time; empty at the end."""
    found = []
    for key in redis.scan_iter(keys.key("*"), count=1000, _type="stream"):
        last = redis.xinfo_stream(key)["last-generated-id"]
        for group in redis.xinfo_groups(key):
            where = f"{group['name'].decode()} on {keys.name(key.decode())}"
            if group["pending"]:
                found.append(f"{where}: {group['pending']} pending")
            if group["last-delivered-id"] != last:
                found.append(f"{where}: unread entries")
    for key in redis.scan_iter(keys.key("*"), count=1000, _type="zset"):
        name = keys.name(key.decode())
        if name.startswith(("later:", "parked:")) and (waiting := redis.zcard(key)):
            found.append(f"{name}: {waiting} waiting")
    return found
