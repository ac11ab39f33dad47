"""The parts of the site, and how they start and stop together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import uuid4

from services.site.brotlied import Brotlied
from services.site.catalogue import Catalogue, Page
from services.site.daily import make_daily
from services.site.dictionaries import Dictionaries
from services.site.live import Live
from services.site.media import picture_type
from services.site.meters import Meters
from services.site.page_cache import PageCache
from services.site.reader import Reader
from services.site.settings import Settings
from services.site.shelf import Shelf
from shared.events import CommentReported, CommentSubmitted, seal, to_json
from shared.keyring import load_edition
from shared.keys import Keys
from shared.media import Media
from shared.streams import connect

T = TypeVar("T")


class Channel:
    """One site: a reader that writes the shelf, and a catalogue that pages are looked up in."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.edition = load_edition(settings.keys) if settings.keys else None
        """What bundles and the index are signed with; ``Unusable`` where the folder is not whole."""
        self.meters = Meters()
        self._shelf = Shelf(settings.db)
        # SQLite wants one thread at a time on each connection: one writes, one reads.
        self._writing, self._asking = ThreadPoolExecutor(1, "shelf"), ThreadPoolExecutor(1, "catalogue")
        self.catalogue, self._pages = Catalogue(settings.db), PageCache()
        self.secret = self._shelf.secret()
        """What the forms are signed with."""
        self.live = Live(settings.live_readers)
        self.dictionaries = Dictionaries(settings.dictionaries)
        self.reader = Reader(settings, self._shelf, self._write, self.meters, self.live.changed)
        self._media = Media(settings.media)
        self._redis = connect(settings.redis_url)
        self._keys = Keys(settings.prefix)
        self.brotlied = Brotlied(self._redis, settings.prefix, self._shelf, self._write)

    async def ask(self, question: Callable[[Catalogue], T]) -> T:
        """The catalogue's answer."""
        return await asyncio.get_running_loop().run_in_executor(self._asking, question, self.catalogue)

    async def page(self, path: str) -> Page | None:
        """What stands at this path now; from memory where nothing was written since somebody asked."""
        version = self._shelf.version
        kept = self._pages.page(path, version)
        if kept is not None:
            return kept
        page = await self.ask(lambda catalogue: catalogue.page(path))
        if page is not None and version == self._shelf.version:
            self._pages.keep(path, page, version)
        return page

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writing, work)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator["asyncio.Task[None]"]:
        """Read while the block lasts; then finish what is in hand and close the file."""
        task = asyncio.create_task(self.reader.run())
        beside = [task]
        if self.edition:
            indexing = make_daily(self.settings.db, self._shelf, self._write, self.edition.signer, self.reader.arrival)
            beside.append(asyncio.create_task(indexing))
        try:
            yield task
        finally:
            for other in beside[1:]:
                other.cancel()
            self.live.close()
            self.reader.stop()
            await asyncio.gather(*beside, return_exceptions=True)
            await self.brotlied.stop()
            await self._redis.aclose()
            self._asking.shutdown()
            self._writing.shutdown()
            self.catalogue.close()
            self._shelf.close()

    async def submit(self, data: CommentSubmitted | CommentReported) -> None:
        """Hand what a reader wrote to the pipeline. Raises ``RedisError`` where it did not take it: nothing is kept."""
        event = to_json(seal(data, id=str(uuid4()), source="/channel/site"))
        await self._redis.xadd(self._keys.key(data.stream), {"event": event})

    async def picture(self, digest: str) -> tuple[str, bytes] | None:
        """Media type and bytes of a picture some shown page refers to; ``None`` if there is none such.

        Fetched once and kept. Raises ``OSError`` while the store is away and the picture is not here yet.
        """
        if not await self.ask(lambda catalogue: catalogue.shows_picture(digest)):
            return None
        if kept := await self.ask(lambda catalogue: catalogue.media(digest)):
            return kept
        content = await self._media.shown(digest)
        media_type = picture_type(content) if content is not None else None
        if content is None or media_type is None:
            return None
        # Asked again: a kill may have come while the store was slow.
        if not await self.ask(lambda catalogue: catalogue.shows_picture(digest)):
            return None
        await self._write(lambda: self._shelf.keep_media(digest, media_type, content))
        return media_type, content
