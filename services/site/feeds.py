"""Feeds, sitemaps, the digest, and what crawlers may do: the folds, served."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.site.answers import accepts_gzip, answer, packed
from services.site.catalogue import Placed
from services.site.channel import Channel
from services.site.folds import FOLDS, Collection, Fold
from services.site.folds.sitemap import MOST_PAGES, news_sitemap, robots, sitemap
from services.site.http import Handler, Pages
from services.site.policy import BARE_POLICY
from services.site.words import words_for
from shared.document import StoryDocument

STORIES = 40
GONE_FOR = timedelta(days=14)
"""So long a feed tells of a withdrawal; whoever asks less often has long dropped the item by itself."""
MOST_GONE = 50
MOST_KEPT = 100
_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Feeds:
    """Handlers of ``/<language>/feed.rss`` and its like; each is made again when the site shows something else."""

    def __init__(self, channel: Channel, pages: Pages) -> None:
        self._channel, self._pages = channel, pages
        self._kept: dict[tuple[str, str, str], tuple[int, bytes]] = {}

    def routes(self) -> list[Route]:
        """One for every fold, and those of the whole site."""
        folds = [Route(f"/{{language}}/{fold.file}", self._pages.arrived(self._fold(fold))) for fold in FOLDS]
        return [
            *folds,
            Route("/sitemap.xml", self._pages.arrived(self.sitemap)),
            Route("/sitemap-news.xml", self._pages.arrived(self.news)),
            Route("/robots.txt", self.robots),
        ]

    def _fold(self, fold: Fold) -> Handler:
        async def handled(request: Request) -> Response:
            language, base = request.path_params["language"], self.base(request)

            async def make() -> bytes | None:
                collection = await self._collection(language, base)
                return None if collection is None else await run_in_threadpool(fold.make, collection)

            made = await self._made((fold.file, language, base), make)
            if made is None:
                return await self._pages.missing(request, language)
            return await self._answer(request, made, fold.media_type)

        return handled

    async def _made(self, key: tuple[str, str, str], make: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
        """What was made last, if the site has shown nothing else since; ``None`` is never kept."""
        version = await self._channel.ask(lambda catalogue: catalogue.version())
        kept = self._kept.get(key)
        if kept is not None and kept[0] == version:
            return kept[1]
        made = await make()
        if made is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = version, made
        return made

    async def _collection(self, language: str, base: str) -> Collection | None:
        """``None`` for a language that has no stories and never had."""
        since = datetime.now().astimezone() - GONE_FOR
        bodies, gone = await self._channel.ask(
            lambda catalogue: catalogue.collection(language, STORIES, since, MOST_GONE)
        )
        if not _LANGUAGE.fullmatch(language) or not (bodies or gone):
            return None
        words = words_for(language)
        stories = tuple(story for body in bodies if (story := _read(body)))
        return Collection(
            self._channel.settings.name, base, language, words.direction, stories, tuple(gone), words.gone,
            words.gone_why,
        )  # fmt: skip

    async def sitemap(self, request: Request) -> Response:
        """Every full page."""
        base = self.base(request)
        return await self._map(request, "sitemap.xml", lambda pages: sitemap(base, pages))

    async def news(self, request: Request) -> Response:
        """Those of the last two days; looked at anew every hour, since they age without anything changing."""
        base, name, now = self.base(request), self._channel.settings.name, datetime.now().astimezone()
        return await self._map(request, f"news {now:%Y-%m-%dT%H}", lambda pages: news_sitemap(base, name, pages, now))

    async def _map(self, request: Request, name: str, of: Callable[[list[Placed]], bytes]) -> Response:
        async def make() -> bytes:
            pages = await self._channel.ask(lambda catalogue: catalogue.placed(MOST_PAGES))
            return await run_in_threadpool(of, pages)

        made = await self._made((name, "", self.base(request)), make)
        return await self._answer(request, made or b"", "application/xml")

    async def robots(self, request: Request) -> Response:
        """What crawlers may do."""
        return await self._answer(request, robots(self.base(request)), "text/plain; charset=utf-8")

    def base(self, request: Request) -> str:
        """Scheme and host of this site: as it was told, else as it was asked."""
        if self._channel.settings.base_url:
            return self._channel.settings.base_url.rstrip("/")
        host = request.headers.get("host", "")
        return f"{request.url.scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"

    async def _answer(self, request: Request, body: bytes, media_type: str) -> Response:
        zipped = None
        if accepts_gzip(request) and not media_type.endswith("zip"):
            zipped = await run_in_threadpool(packed, body)
        etag = sha256(body).hexdigest()
        return answer(request, body, zipped=zipped, etag=etag, media_type=media_type, policy=BARE_POLICY)


def _read(body: bytes) -> StoryDocument | None:
    try:
        return StoryDocument.model_validate_json(body)
    except ValidationError:
        return None
