"""From a picture that is due to its files in the store: found or fetched, developed, put away."""

from collections.abc import Awaitable, Callable
from hashlib import sha256

from pydantic import ValidationError

from services.enrichment.darkroom.apart import develop_apart
from services.enrichment.darkroom.fetch import Fetcher, NotFetched
from services.enrichment.darkroom.limits import Limits, Unusable
from shared.errors import Rejected
from shared.events import PictureDropped, PictureDue
from shared.media import DEVELOPED, ORIGINAL, SHOWN, Media
from shared.pictures import Developed, picture_of

Uploaded = Callable[[str], Awaitable[bytes | None]]
"""The bytes at ``original:<sha256>`` in Redis, where there are any."""
Shown = Callable[[str], Awaitable[bool]]
"""Whether any story shows a picture, by one of its files."""
Made = tuple[Developed, dict[str, bytes]]

MOST_UNSAVED = 8
"""Pictures, of about a megabyte each."""


def original_key(digest: str) -> str:
    """Where a newsroom that speaks to Redis alone puts a picture, without the prefix."""
    return f"original:{digest}"


class Missing(LookupError):  # noqa: N818 - it may come yet
    """A picture that was to be uploaded is not there yet."""


class Darkroom:
    """Finds, develops and keeps pictures; whatever is asked twice is done once."""

    def __init__(self, media: Media, uploaded: Uploaded, shown: Shown, fetcher: Fetcher, limits: Limits) -> None:
        self._media, self._uploaded, self._shown = media, uploaded, shown
        self._fetcher, self._limits = fetcher, limits
        self._unsaved: dict[str, Made] = {}

    async def develop(self, due: PictureDue) -> Developed:
        """What became of it. Its files are in the store when this returns, and what was sent is not.

        Raises ``Rejected`` for what can never be shown; ``Missing`` and ``NotFetched`` for what may come yet; ``Away``
        while the store is, which costs neither another fetch nor another development.
        """
        at = f"/images/{due.position}"
        try:
            return await self._develop(due, at)
        except Unusable as why:
            raise Rejected(f"{at} {why}") from None
        except NotFetched as why:
            raise NotFetched(f"{at}/href: {why}") from None

    async def forget(self, gone: PictureDropped) -> bool:
        """False where another story shows it; else nothing of it is in the store when this returns."""
        if await self._shown(gone.files[0]):
            return False
        await self._media.drop(DEVELOPED, gone.picture)
        await self._media.drop(ORIGINAL, gone.picture)
        for name in gone.files:
            await self._media.drop(SHOWN, name)
        return True

    async def _develop(self, due: PictureDue, at: str) -> Developed:
        name = picture_of(due.media, due.href)
        developed = await self._kept(due.media) if due.media else None
        if developed is None:
            made = self._unsaved.pop(name, None) or await develop_apart(await self._original(due, at), self._limits)
            try:
                await self._keep(made, due.media)
            except OSError:
                self._unsaved = dict([*self._unsaved.items(), (name, made)][-MOST_UNSAVED:])
                raise
            developed, _ = made
        if due.media:
            # Where it was taken, and with whose camera, is nobody's business from here on.
            await self._media.drop(ORIGINAL, due.media)
        return developed

    async def _original(self, due: PictureDue, at: str) -> bytes:
        if due.media is None:
            return await self._fetcher.fetch(due.href or "")
        original = await self._uploaded(due.media) or await self._media.get(ORIGINAL, due.media)
        if original is None:
            raise Missing(
                f"{at}/media: nothing was uploaded under this digest: put the bytes at {original_key(due.media)}, "
                "then replay"
            )
        if sha256(original).hexdigest() != due.media:
            # Else who may upload could give somebody else's picture another face.
            raise Unusable("was uploaded under the digest of other bytes: put it at its own SHA-256")
        return original

    async def _kept(self, digest: str) -> Developed | None:
        """``None`` also where a release knew less or more, or its files went with another original of the same pixels.

        Then it is made anew, while the original is there.
        """
        stored = await self._media.get(DEVELOPED, digest)
        try:
            developed = None if stored is None else Developed.model_validate_json(stored)
        except ValidationError:
            return None
        if developed and all([await self._media.has(SHOWN, one.media) for one in developed.sources]):
            return developed
        return None

    async def _keep(self, made: Made, digest: str | None) -> None:
        developed, files = made
        for name, content in files.items():
            await self._media.put(SHOWN, name, content)
        if digest:
            await self._media.put(DEVELOPED, digest, developed.model_dump_json().encode())
