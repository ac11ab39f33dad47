"""Where pictures are kept by their digest: a folder, or a bucket of anything that speaks S3."""

from collections.abc import AsyncIterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from shared.errors import Away, Unusable

SHOWN, ORIGINAL, DEVELOPED = "media", "original", "developed"
"""Pictures anybody may fetch; what newsrooms sent, which nobody may; what became of each of those."""


class Media:
    """One store. Its names are ``<kind>/<sha256>``; what stands under one never changes.

    Every call raises ``Away`` where the store cannot be reached: asking again may help.
    """

    def __init__(self, place: str) -> None:
        """``place``: a folder, made where there is none, or ``s3://bucket/folder``.

        A bucket's region, keys and address come from the variables of every tool that speaks S3
        (``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID``, …). Raises ``Unusable``.
        """
        self._store: Any
        try:
            if place.startswith("s3://"):
                self._store = S3Store.from_url(place, retry_config={"max_retries": 2})
            elif "://" in place:
                raise Unusable(f"LIGHTWIRE_MEDIA is {place!r}: it should be a folder, or s3://bucket/folder")
            else:
                self._store = LocalStore(Path(place).absolute(), mkdir=True)
        except (BaseError, ValueError, OSError) as error:
            raise Unusable(f"LIGHTWIRE_MEDIA is {place!r}, which cannot be used: {_short(error)}") from None

    async def get(self, kind: str, digest: str) -> bytes | None:
        """What stands there; ``None`` where nothing does."""
        try:
            found = await self._store.get_async(f"{kind}/{digest}")
            content = bytes(await found.bytes_async())
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise Away(_short(error)) from None
            return None
        except BaseError as error:
            raise Away(_short(error)) from None
        return content

    async def has(self, kind: str, digest: str) -> bool:
        """True where something stands there."""
        try:
            await self._store.head_async(f"{kind}/{digest}")
        except FileNotFoundError:
            return False
        except BaseError as error:
            raise Away(_short(error)) from None
        return True

    async def shown(self, digest: str) -> bytes | None:
        """A picture that may be shown; ``None`` also where its bytes are not those of its digest."""
        content = await self.get(SHOWN, digest)
        return content if content is not None and sha256(content).hexdigest() == digest else None

    async def put(self, kind: str, digest: str, content: bytes) -> None:
        """Keep it. Whoever reads finds all of it or nothing."""
        try:
            await self._store.put_async(f"{kind}/{digest}", content)
        except (BaseError, FileNotFoundError) as error:
            raise Away(_short(error)) from None

    async def older(self, kind: str, before: datetime) -> AsyncIterator[str]:
        """The digests of what was put there before, and not again since."""
        try:
            async for part in self._store.list(f"{kind}/"):
                for one in part:
                    # Asked again: a list may be long, and what was put there once more meanwhile is new.
                    if one["last_modified"] < before and await self._is_older(one["path"], before):
                        yield one["path"].rsplit("/", 1)[-1]
        except (BaseError, FileNotFoundError) as error:
            raise Away(_short(error)) from None

    async def _is_older(self, path: str, before: datetime) -> bool:
        try:
            return bool((await self._store.head_async(path))["last_modified"] < before)
        except FileNotFoundError:
            return False

    async def drop(self, kind: str, digest: str) -> None:
        """Forget it; no matter whether it was there."""
        try:
            await self._store.delete_async(f"{kind}/{digest}")
        except FileNotFoundError:
            pass
        except BaseError as error:
            raise Away(_short(error)) from None


def _short(error: Exception) -> str:
    """What it says; what follows is for those who write the library."""
    return " ".join(str(error).split("Debug source:", 1)[0].split())[:500]
