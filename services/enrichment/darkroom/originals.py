"""From a picture that is due to its files in the store: found or fetched, developed, put away."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from pydantic import ValidationError

from services.enrichment.darkroom.apart import develop_apart
from services.enrichment.darkroom.fetch import Fetcher, NotFetched
from services.enrichment.darkroom.limits import Limits, Unusable
from shared.errors import Rejected
from shared.events import PictureDue
from shared.media import DEVELOPED, ORIGINAL, SHOWN, Media
from shared.pictures import Developed

Uploaded = Callable[[str], Awaitable[bytes | None]]
"""The bytes at ``original:<sha256>`` in Redis, where there are any."""


def original_key(digest: str) -> str:
    """Where a newsroom that speaks to Redis alone puts a picture, without the prefix."""
    return f"original:{digest}"


class Missing(LookupError):  # noqa: N818 - it may come yet
    """A picture that was to be uploaded is not there yet."""


async def develop_due(due: PictureDue, media: Media, uploaded: Uploaded, fetcher: Fetcher, limits: Limits) -> Developed:
    """What became of it. Its files are in the store when this returns, and what was sent is not.

    Raises ``Rejected`` for what can never be shown; ``Missing`` and ``NotFetched`` for what may come yet.
    """
    at = f"/images/{due.position}"
    try:
        if due.media is None:
            return await _developed(await fetcher.fetch(due.href or ""), media, limits)
        if (kept := await _kept(due.media, media)) is not None:
            await media.drop(ORIGINAL, due.media)
            return kept
        original = await uploaded(due.media) or await media.get(ORIGINAL, due.media)
        if original is None:
            raise Missing(
                f"{at}/media: nothing was uploaded under this digest: put the bytes at {original_key(due.media)}, "
                "then replay"
            )
        _check(original, due.media)
        made = await _developed(original, media, limits)
        await media.put(DEVELOPED, due.media, made.model_dump_json().encode())
        # Where it was taken, and with whose camera, is nobody's business from here on.
        await media.drop(ORIGINAL, due.media)
    except Unusable as why:
        raise Rejected(f"{at} {why}") from None
    except NotFetched as why:
        raise NotFetched(f"{at}/href: {why}") from None
    return made


def _check(original: bytes, digest: str) -> None:
    # Else who may upload could give somebody else's picture another face.
    if sha256(original).hexdigest() != digest:
        raise Unusable("was uploaded under the digest of other bytes: put it at its own SHA-256")


async def _kept(digest: str, media: Media) -> Developed | None:
    stored = await media.get(DEVELOPED, digest)
    if stored is None:
        return None
    try:
        return Developed.model_validate_json(stored)
    except ValidationError:
        return None  # of a release that knew less or more: made anew while the original is there


async def _developed(original: bytes, media: Media, limits: Limits) -> Developed:
    made, files = await develop_apart(original, limits)
    for digest, content in files.items():
        await media.put(SHOWN, digest, content)
    return made
