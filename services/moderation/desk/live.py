"""The policy that counts at this moment: the one an admin activated last, else the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.moderation.live_policy import ACTIVE, stored_policy
from services.moderation.policy import PolicyError, Rulebook, files_named, rulebook
from services.moderation.policy_files import load
from shared.keys import Keys
from shared.streams import Client


@dataclass(frozen=True, slots=True)
class InForce:
    """Its rules, its text, and its word lists by name."""

    rules: Rulebook
    text: str
    files: Mapping[str, str]
    activated: bool
    """True for one that was activated at the desk, false for the file."""


class LivePolicy:
    """Read again with every page that shows or needs it; parsed again only where it has changed."""

    def __init__(self, redis: Client, keys: Keys, path: Path) -> None:
        self._redis, self._key = redis, keys.key(ACTIVE)
        rules, text = load(path), path.read_bytes()
        files = {name: (path.parent / name).read_text("utf-8") for name in files_named(text)}
        self._file = self._last = InForce(rules, text.decode(), files, activated=False)
        self._seen: bytes | None = None

    async def in_force(self) -> InForce:
        """The same that moderation decides under; the file where an activated one cannot be used by this release."""
        stored = await self._redis.get(self._key)
        if stored != self._seen:
            self._seen, self._last = stored, self._read(stored)
        return self._last

    def _read(self, stored: bytes | None) -> InForce:
        if not stored:
            return self._file
        try:
            text, files = stored_policy(stored)
            rules = rulebook(text.encode(), {name: words.encode() for name, words in files.items()})
        except (PolicyError, ValueError, KeyError):
            return self._file
        return InForce(rules, text, files, activated=True)
