"""The dictionaries light pages are compressed with, and pages compressed with them."""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from shared import dcb
from shared.dictionary import MAX_BYTES, NAME
from shared.logs import logger

MOST_KEPT = 500
"""Compressed pages in memory, a few kilobytes each."""


class Dictionaries:
    """Those of a folder, by digest. One for each language and month, never one for a reader: what a browser says it
    holds tells the site which month it came last, and nothing of what was read."""

    def __init__(self, folder: Path | None) -> None:
        self._by_digest: dict[bytes, tuple[str, bytes]] = {}
        self._pressed: OrderedDict[tuple[str, bytes], bytes] = OrderedDict()
        if folder is None:
            return
        if not dcb.available():
            logger().warning("dictionaries.unavailable")
            return
        for file in sorted(folder.glob("*.dict")):
            content = file.read_bytes()[: MAX_BYTES + 1]
            digest = sha256(content).digest()
            named = NAME.fullmatch(file.name)
            if not named or named[3] != digest.hex()[:8] or len(content) > MAX_BYTES:
                logger().warning("dictionary.refused", file=file.name)
                continue
            self._by_digest[digest] = file.name, content

    def newest(self, language: str) -> str | None:
        """The name of the last month's."""
        names = [name for name, _ in self._by_digest.values() if name.startswith(f"{language}-")]
        return max(names, default=None)

    def content(self, name: str) -> bytes | None:
        """What stands in it."""
        return next((content for held, content in self._by_digest.values() if held == name), None)

    def held(self, headers: Mapping[str, str], language: str) -> bytes | None:
        """The digest of the dictionary this reader's browser has, if it is one of ours, of this language."""
        if "dcb" not in [part.split(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")]:
            return None
        said = headers.get("available-dictionary", "").strip()
        if not (len(said) == 46 and said.startswith(":") and said.endswith(":")):
            return None
        try:
            digest = base64.b64decode(said[1:-1], validate=True)
        except binascii.Error:
            return None
        name, _ = self._by_digest.get(digest, ("", b""))
        return digest if name.startswith(f"{language}-") else None

    def pressed(self, etag: str, body: bytes, digest: bytes) -> bytes:
        """The body as ``dcb``; about 10 ms the first time, so off the event loop. ``etag`` names the body."""
        key = (etag, digest)
        kept = self._pressed.get(key)
        if kept is None:
            kept = dcb.compress(body, self._by_digest[digest][1])
            self._pressed[key] = kept
            while len(self._pressed) > MOST_KEPT:
                self._pressed.popitem(last=False)
        return kept
