"""Where Redis is: what was said, what `lightwire up` wrote down, or the usual place."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shared.keys import Keys
from shared.streams import Client, connect

FOLDER = Path(".lightwire")
"""What `lightwire up` keeps: Redis' data, its URL, logs, the site's database."""


@dataclass(frozen=True, slots=True)
class Place:
    """A Redis and the prefix of our keys in it."""

    url: str
    keys: Keys

    @property
    def shown(self) -> str:
        """The URL without a password."""
        parts = urlsplit(self.url)
        return self.url if not parts.password else self.url.replace(f":{parts.password}@", ":***@")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Client]:
        """A client, closed in the end."""
        redis = connect(self.url)
        try:
            yield redis
        finally:
            await redis.aclose()


def find(url: str | None, prefix: str, folder: Path = FOLDER) -> Place:
    """The place: ``url`` where given, else the one in ``.lightwire/redis.url``, else this machine's port 6379."""
    written = folder / "redis.url"
    if not url and written.is_file():
        url = written.read_text("utf-8").strip()
    return Place(url or "redis://127.0.0.1:6379/0", Keys(prefix))


async def server(redis: Client) -> str:
    """``Valkey 9.1.2``: which server answers."""
    info = await redis.info("server")
    if "valkey_version" in info:
        return f"Valkey {info['valkey_version']}"
    return f"Redis {info.get('redis_version', '?')}"
