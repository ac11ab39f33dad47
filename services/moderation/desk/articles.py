"""What the desk knows of stories: headline and section, for a comment is read under one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.keys import DATA_KEY, Keys, escape
from shared.streams import Client

CURSOR = "desk:read.articles"
KEEP_S = 400 * 86_400
"""Comments come to old stories too; nobody comments on one for longer."""


@dataclass(frozen=True, slots=True)
class Story:
    """As its newest revision says; a story that was taken back has no headline any more."""

    id: str
    headline: str = ""
    section: str = ""
    language: str = ""
    withdrawn: bool = False


class Articles:
    """Kept in Redis: the stream forgets a story long before readers do."""

    def __init__(self, redis: Client, keys: Keys) -> None:
        self._redis, self._keys = redis, keys

    async def start(self) -> str:
        """Where the last desk stopped reading."""
        found = await self._redis.get(self._keys.key(CURSOR))
        return found.decode() if found else "0-0"

    async def learn(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        """A page of ``articles.moderated``; of two revisions the newer counts, in whatever order they come."""
        newest: dict[str, dict[str, Any]] = {}
        for _, fields in entries:
            told = await self._told(fields.get(b"event", b""))
            if told and told["revision"] >= newest.get(told["id"], {}).get("revision", 0):
                newest[told["id"]] = told
        before = await self._stored(newest)
        pipe = self._redis.pipeline(transaction=False)
        for id_, told in newest.items():
            if told["revision"] >= before.get(id_, {}).get("revision", 0):
                pipe.set(self._key(id_), json.dumps(told, ensure_ascii=False), ex=KEEP_S)
        pipe.set(self._keys.key(CURSOR), entries[-1][0])
        await pipe.execute()

    async def find(self, ids: Iterable[str]) -> dict[str, Story]:
        """Those that are known."""
        return {
            id_: Story(id_, told["headline"], told["section"], told["language"], told["withdrawn"])
            for id_, told in (await self._stored(ids)).items()
        }

    async def _stored(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        wanted = list(dict.fromkeys(ids))
        found = await self._redis.mget([self._key(id_) for id_ in wanted]) if wanted else []
        return {id_: json.loads(stored) for id_, stored in zip(wanted, found, strict=True) if stored}

    async def _told(self, raw: bytes) -> dict[str, Any] | None:
        try:
            event = json.loads(raw)
            data = event.get("data") or await self._by_reference(event.get("dataref"))
            article = data.get("article") or {}
            return {
                "id": data["article_id"], "revision": data["revision"], "headline": article.get("headline") or "",
                "section": article.get("section") or "", "withdrawn": not article,
                "language": (data.get("enrichment") or {}).get("language") or article.get("language") or "",
            }  # fmt: skip
        except (ValueError, KeyError, AttributeError):
            return None

    async def _by_reference(self, ref: str | None) -> dict[str, Any]:
        if not ref or not DATA_KEY.fullmatch(self._keys.name(ref)):
            return {}
        found: dict[str, Any] = json.loads(await self._redis.get(ref) or b"{}")
        return found

    def _key(self, id_: str) -> str:
        return self._keys.key(f"desk:article:{escape(id_)}")
