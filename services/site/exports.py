"""What is carried on: the offline bundle of a front page, and a month of it for archives."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.site.answers import SECURITY, answer
from services.site.bodies import pictures_in
from services.site.channel import Channel
from services.site.entries import FULL, LIGHT
from services.site.feeds import STORIES, Feeds
from services.site.folds.bundle import Bound, bundle, fits
from services.site.folds.warc import opening, pictures, records
from services.site.front import bundle_page
from services.site.holdings import Leaf, fingerprint, leaves, newest, of_month
from services.site.http import Pages
from services.site.policy import BARE_POLICY

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MONTH = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))\.warc\.gz", re.ASCII)
MOST_KEPT = 8
"""Bundles in memory, some megabytes each."""
AT_ONCE = 20
"""Leaves of an archive that are read together."""
TRIES = 3


class Exports:
    """Handlers of ``/<language>/bundle.zip``, of its light twin, and of ``/<language>/archive/<month>.warc.gz``."""

    def __init__(self, channel: Channel, pages: Pages, feeds: Feeds) -> None:
        self._channel, self._pages, self._feeds = channel, pages, feeds
        self._kept: dict[tuple[str, str], tuple[str, str, bytes]] = {}
        # Both take a core for a while; readers of pages should have the other.
        self._working = asyncio.Lock()

    def routes(self) -> list[Route]:
        """A bundle for each kind of front page, an archive for each month."""
        return [
            Route("/{language}/bundle.zip", self._pages.arrived(partial(self.bundle, FULL))),
            Route("/{language}/light/bundle.zip", self._pages.arrived(partial(self.bundle, LIGHT))),
            Route("/{language}/archive/{file}", self._pages.arrived(self.archive)),
        ]

    async def bundle(self, rendition: str, request: Request) -> Response:
        """The stories of a front page as a ZIP file; 503 while a picture of theirs cannot be had, or one of them
        changes each time it is packed."""
        language = request.path_params["language"]
        if not _LANGUAGE.fullmatch(language):
            return await self._pages.missing(request, language)
        try:
            async with self._working:
                kept = await self._bundle(language, rendition)
        except OSError:
            return Response("not to be had at this moment", 503, {"Retry-After": "2", "Cache-Control": "no-store"})
        if kept is None:
            return await self._pages.missing(request, language)
        _, folder, packed = kept
        etag = await run_in_threadpool(lambda: sha256(packed).hexdigest())
        said = answer(request, packed, etag=etag, media_type="application/zip", policy=BARE_POLICY)
        said.headers["Content-Disposition"] = f'attachment; filename="{folder}.zip"'
        return said

    async def _bundle(self, language: str, rendition: str) -> tuple[str, str, bytes] | None:
        """What shows it is up to date, the name of the folder in it, and the file."""
        renditions = (FULL, LIGHT) if rendition == FULL else (LIGHT,)
        mark = await self._mark(language, renditions)
        kept = self._kept.get((language, rendition))
        for _ in range(TRIES):
            if kept is not None and kept[0] == mark:
                break
            found = await self._channel.ask(lambda catalogue: newest(catalogue, language, rendition, STORIES))
            if not found:
                return None
            bound = await self._bound(language, rendition, found)
            kept = mark, bound.folder, await run_in_threadpool(bundle, bound)
            # A story that was withdrawn while it was being packed must not leave the house.
            mark = await self._mark(language, renditions)
        if kept is None or kept[0] != mark:
            raise BlockingIOError("its stories go on changing")
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[language, rendition] = kept
        return kept

    async def _mark(self, language: str, renditions: tuple[str, ...]) -> str:
        """Of the stories, and of the day, for a bundle says when it was made."""
        print_ = await self._channel.ask(lambda catalogue: fingerprint(catalogue, language, renditions, STORIES))
        return f"{datetime.now(UTC):%Y-%m-%d} {print_}"

    async def _bound(self, language: str, rendition: str, stories: list[Leaf]) -> Bound:
        made_at = datetime.now(UTC)
        twins: dict[str, Leaf] = {}
        if rendition == FULL:
            whose = [(story.article_id, LIGHT) for story in stories]
            lighter = await self._channel.ask(lambda catalogue: leaves(catalogue, whose))
            twins = {leaf.article_id: leaf for leaf in lighter if leaf.shown}
        lines = lines_of(stories, twins)
        held = [leaf for line in lines for leaf in line if leaf]
        digests = dict.fromkeys(digest for leaf in held for digest in pictures_in(leaf.body))
        found = [(digest, await self._channel.picture(digest)) for digest in digests]
        page = partial(
            bundle_page, self._channel.settings.name, language, lines, made_at, signed=self._channel.edition is not None
        )
        # Wherever a page says "up", there is something to read.
        fronts = {f"{at}index.html": page(root="../" * at.count("/")).encode()
                  for at in ("", f"{language}/", f"{language}/light/")}  # fmt: skip
        taken = {leaf.path for leaf in held}
        return Bound(
            language, rendition, made_at, held, {digest: kept[1] for digest, kept in found if kept},
            {path: html for path, html in fronts.items() if path not in taken}, self._channel.edition,
        )  # fmt: skip

    async def archive(self, request: Request) -> Response:
        """A month as WARC, as it is made: for archives, which take hours and gigabytes as they come."""
        language, named = request.path_params["language"], _MONTH.fullmatch(request.path_params["file"])
        if named is None or not _LANGUAGE.fullmatch(language):
            return await self._pages.missing(request, language)
        whose = await self._channel.ask(lambda catalogue: of_month(catalogue, language, named[1]))
        if not whose:
            return await self._pages.missing(request, language)
        file = f"{language}-{named[0]}"
        return StreamingResponse(
            self._archived(self._feeds.base(request), file, whose), media_type="application/warc",
            headers=SECURITY | {
                "Content-Security-Policy": BARE_POLICY, "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="{file}"',
            },
        )  # fmt: skip

    async def _archived(self, base: str, file: str, whose: list[tuple[str, str]]) -> AsyncIterator[bytes]:
        at, seen = datetime.now(UTC), set[str]()
        yield opening(self._channel.settings.name, base, file, at)
        for start in range(0, len(whose), AT_ONCE):
            some = whose[start : start + AT_ONCE]
            held = await self._channel.ask(partial(leaves, whose=some))
            digests = {digest for leaf in held if leaf.shown for digest in pictures_in(leaf.body)} - seen
            seen |= digests
            found = {}
            for digest in sorted(digests):
                # Only what is missing for good is left out; otherwise the file breaks off, and is seen to.
                if kept := await self._channel.picture(digest):
                    found[digest] = kept
            async with self._working:
                made = await run_in_threadpool(_joined, records(base, held, at), pictures(base, found, at))
            yield made


def lines_of(stories: Sequence[Leaf], twins: Mapping[str, Leaf]) -> list[tuple[Leaf, Leaf | None]]:
    """For each story the page to list, and its light page where that is another.

    A page whose name is too long for a disk is represented by its light one, or left out.
    """
    lines = []
    for story in stories:
        light = twins.get(story.article_id)
        listed = story if fits(story) else light
        if listed is not None:
            lines.append((listed, None if light is listed else light))
    return lines


def _joined(*parts: Iterator[bytes]) -> bytes:
    return b"".join(piece for part in parts for piece in part)
