"""The bodies of entries: inline or by reference, believed only when the digest agrees."""

import re
from collections.abc import Sequence
from hashlib import sha256

from redis.asyncio import Redis

from services.site.entries import Entry

_MEDIA = re.compile(rb"/media/([0-9a-f]{64})\b")


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The body cannot be shown; the message is one stable word."""


async def referred(redis: Redis, prefix: str, entries: Sequence[Entry]) -> dict[str, bytes | None]:
    """What stands under every ``content_ref`` of these entries, in one round trip.

    Only keys of this deployment are asked for: a reference must not make the site read somebody else's.
    """
    keys = {
        entry.data.content_ref: None
        for entry in entries
        if entry.data.content_ref and entry.data.content_ref.startswith(f"{prefix}:") and not entry.of_comment
    }
    if not keys:
        return {}
    pipeline = redis.pipeline(transaction=False)
    for key in keys:
        pipeline.get(key)
    found = await pipeline.execute(raise_on_error=False)
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
