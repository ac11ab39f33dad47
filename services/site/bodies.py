"""The bodies of entries: inline or by reference, believed only when the digest agrees."""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from redis.asyncio import Redis

from services.site.entries import Entry
from shared.streams import passing

_MEDIA = re.compile(rb"/media/([0-9a-f]{64})\b")
_SHOWN = re.compile(rb'<img src="[^"]*/media/([0-9a-f]{64})"')


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The body cannot be shown; the message is one stable word."""


def refs(prefix: str, entries: Sequence[Entry]) -> list[str]:
    """The keys the bodies of these entries stand under.

    Only keys of this deployment: a reference must not make the site read somebody else's.
    """
    return [
        entry.data.content_ref
        for entry in entries
        if entry.data.content_ref and entry.data.content_ref.startswith(f"{prefix}:") and not entry.of_comment
    ]


async def fetch(redis: Redis, wanted: Iterable[str]) -> dict[str, bytes | None]:
    """What stands under these keys, in one round trip; ``None`` where there is nothing, or no string.

    Raises ``RedisError`` where asking again may help: what is only late must not count as missing.
    """
    keys = list(dict.fromkeys(wanted))
    if not keys:
        return {}
    pipeline = redis.pipeline(transaction=False)
    for key in keys:
        pipeline.get(key)
    found = await pipeline.execute(raise_on_error=False)
    for value in found:
        if isinstance(value, Exception) and passing(value):
            raise value
    return {key: value if isinstance(value, bytes) else None for key, value in zip(keys, found, strict=True)}


def body_of(entry: Entry, blobs: dict[str, bytes | None]) -> bytes:
    """The bytes to show, exactly as they were sent. Raises ``Refused``: ``body_missing`` or ``body_corrupt``."""
    if entry.data.content is not None:
        body: bytes | None = entry.data.content.encode()
    else:
        body = blobs.get(entry.data.content_ref or "")
    if body is None:
        raise Refused("body_missing")
    if sha256(body).hexdigest() != entry.data.sha256:
        raise Refused("body_corrupt")
    return body


def pictures_in(body: bytes) -> list[str]:
    """Digests of the media a page refers to, in their order, each once."""
    return list(dict.fromkeys(digest.decode() for digest in _MEDIA.findall(body)))


def lead_in(body: bytes) -> str | None:
    """Digest of the first picture a page shows, in the form every browser can: not one of its ``srcset``."""
    found = _SHOWN.search(body)
    return found and found[1].decode()
