"""What the site answers: stories at the paths their entries name, front pages, pictures, and how it is."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from services.site.addresses import href
from services.site.answers import FOREVER, SECURITY, accepts_gzip, answer, packed, redirect
from services.site.catalogue import Page
from services.site.channel import Channel
from services.site.entries import FULL, LIGHT, MEDIA_TYPES
from services.site.fold import query_of
from services.site.front import FRONT_POLICY, PLAIN_POLICY, Front, front_page, plain_page, search_page
from services.site.languages import preferred
from services.site.live import seen_before
from services.site.policy import BARE_POLICY, page_policy
from services.site.words import WORDS, words_for
from shared.signatures import SIDECAR

Handler = Callable[[Request], Awaitable[Response]]

_FRONT = re.compile(r"([a-z]{2,3})(/light)?(?:/section/(.+?))?(/)?")
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_TEN = re.compile(r"[0-9a-f]{10}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_FRONTS = 200
MOST_POLICIES = 1_000
MOST_SECTIONS = 8
MOST_FOUND = 50
LONGEST_QUESTION = 200


class Pages:
    """The handlers; each is given a request and gives back one answer."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._settings = channel, channel.settings
        self._policies: dict[str, str] = {}
        self._fronts: dict[Front, tuple[tuple[int, str], bytes, bytes, str]] = {}

    def routes(self) -> list[Route]:
        """The first of the site's; ``at`` comes after those of everybody else. Other methods than GET: 405."""
        return [
            Route("/health", self.health),
            Route("/metrics", self.metrics),
            Route("/", self.arrived(self.root)),
            Route("/media/{digest}", self.arrived(self.media)),
            Route("/s/{digest}", self.arrived(self.short)),
            Route("/dictionary/{name}", self.arrived(self.dictionary)),
            Route("/{language}/search", self.arrived(self.search)),
            Route("/{language}/light/search", self.arrived(self.search)),
            Route("/{language}/live/{file}", self.arrived(self.live)),
        ]

    def last(self) -> list[Route]:
        """Everything that has no handler of its own."""
        return [Route("/{path:path}", self.arrived(self.at))]

    def arrived(self, handler: Handler) -> Handler:
        """The handler's answer; 503 while what it would show may have been withdrawn in the meantime."""

        async def handled(request: Request) -> Response:
            if self._channel.reader.arrival.shows:
                return await handler(request)
            language = self._spoken(request, request.url.path.lstrip("/"))
            words = words_for(language)
            soon = await self._plain(request, language, words.soon, words.soon_why, 503)
            soon.headers.update({"Retry-After": "2", "Cache-Control": "no-store"})
            return soon

        return handled

    async def root(self, request: Request) -> Response:
        """To the front page of the reader's language, the light one for who wants to save data."""
        available = await self._channel.ask(lambda catalogue: catalogue.languages()) or ["en"]
        language = preferred(request.headers.get("accept-language", ""), available)
        light = "light/" if request.headers.get("save-data", "").strip().lower() == "on" else ""
        return redirect(f"/{language}/{light}", 302, Vary="Accept-Language, Save-Data")

    async def at(self, request: Request) -> Response:
        """What stands at an address."""
        path = request.path_params["path"]
        if front := _FRONT.fullmatch(path):
            language, light, section, slash = front.groups()
            if not slash:
                return redirect(Front(language, LIGHT if light else FULL, section).address, 308)
            number = request.query_params.get("page", "1")
            if not _NUMBER.fullmatch(number):
                return await self.missing(request, path)
            return await self._front(request, Front(language, LIGHT if light else FULL, section, int(number)))
        if path.endswith(SIDECAR):
            return await self._signature(request, path)
        page = await self._channel.page(path)
        return await self.missing(request, path) if page is None else await self._story(request, page)

    async def _story(self, request: Request, page: Page) -> Response:
        if page.replaced_by:
            # Never 301: the story that took its place may be withdrawn, and then this one stands here again.
            return redirect(href(page.replaced_by), 302)
        if page.moved_to:
            return redirect(href(page.moved_to), 301)
        status = 200 if page.shown else 410
        if page.body is None or page.etag is None:
            words = words_for(page.language)
            return await self._plain(request, page.language, words.gone, words.gone_why, status)
        self._channel.brotlied.want(page)
        policy = self._policy(page.etag, page.body) if page.rendition in (FULL, LIGHT) else BARE_POLICY
        dcb = await self._with_dictionary(request, page)
        vary = "Accept-Encoding, Available-Dictionary" if page.rendition == LIGHT else "Accept-Encoding"
        return answer(
            request, page.body, zipped=page.gzip, br=page.br, dcb=dcb, vary=vary, etag=page.etag, status=status,
            media_type=MEDIA_TYPES[page.rendition], policy=policy,
        )  # fmt: skip

    def _policy(self, etag: str, body: bytes) -> str:
        """Of this page, looked for in it once; ``etag`` is its digest."""
        found = self._policies.get(etag)
        if found is None:
            if len(self._policies) >= MOST_POLICIES:
                self._policies.clear()
            found = self._policies[etag] = page_policy(body)
        return found

    async def _with_dictionary(self, request: Request, page: Page) -> tuple[str, bytes] | None:
        """The dictionary this reader holds and the light page compressed with it."""
        if page.rendition != LIGHT or not page.shown or page.body is None or page.etag is None:
            return None
        held = self._channel.dictionaries.held(request.headers, page.language)
        if held is None:
            return None
        body = await run_in_threadpool(self._channel.dictionaries.pressed, page.etag, page.body, held)
        return held.hex()[:8], body

    async def dictionary(self, request: Request) -> Response:
        """A dictionary, for good: its name holds its digest. RFC 9842, section 2.1."""
        content = self._channel.dictionaries.content(request.path_params["name"])
        if content is None:
            return await self.missing(request, "dictionary")
        language = request.path_params["name"].split("-")[0]
        said = answer(
            request, content, etag=sha256(content).hexdigest(), policy=BARE_POLICY, cache=FOREVER,
            zipped=await run_in_threadpool(packed, content) if accepts_gzip(request) else None,
            media_type="application/octet-stream",
        )  # fmt: skip
        said.headers["Use-As-Dictionary"] = f'match="/{language}/light/*", match-dest=("document")'
        return said

    async def _signature(self, request: Request, path: str) -> Response:
        """The signature of what stands at the address without ``.minisig``, a notice's too."""
        page = await self._channel.ask(lambda catalogue: catalogue.page(path.removesuffix(SIDECAR)))
        if page is None or page.signature is None or page.moved_to or page.replaced_by:
            return await self.missing(request, path)
        text = page.signature.encode()
        etag = sha256(text).hexdigest()
        return answer(request, text, etag=etag, media_type="text/plain; charset=utf-8", policy=BARE_POLICY)

    async def short(self, request: Request) -> Response:
        """From ``/s/0123456789`` to the story's page; the digits are the last of its file name."""
        digest = request.path_params["digest"]
        path = None
        if _TEN.fullmatch(digest):
            path = await self._channel.ask(lambda catalogue: catalogue.short(digest))
        return redirect(href(path), 302) if path else await self.missing(request, f"s/{digest}")

    async def made(self, front: Front) -> tuple[bytes, bytes, str] | None:
        """A front page, the same packed, and its digest; ``None`` where there is no such."""
        today = datetime.now().astimezone()
        version = (await self._channel.ask(lambda catalogue: catalogue.version()), today.date().isoformat())
        kept = self._fronts.get(front)
        if kept is None or kept[0] != version:
            html = await self._set(front, today)
            if html is None:
                return None
            body = html.encode()
            kept = version, body, await run_in_threadpool(packed, body), sha256(body).hexdigest()
            if len(self._fronts) >= MOST_FRONTS:
                self._fronts.clear()
            self._fronts[front] = kept
        return kept[1:]

    async def _front(self, request: Request, front: Front) -> Response:
        made = await self.made(front)
        if made is None:
            return await self.missing(request, front.language)
        body, zipped, etag = made
        if front.rendition != LIGHT:
            return answer(request, body, zipped=zipped, etag=etag, policy=FRONT_POLICY)
        dictionary = self._channel.dictionaries.newest(front.language)
        if dictionary is None:
            return answer(request, body, zipped=zipped, etag=etag, policy=PLAIN_POLICY)
        # Announced here and never by a story, so that a story stays one request.
        said = answer(request, body, zipped=zipped, etag=etag, policy=f"{PLAIN_POLICY}; connect-src 'self'")
        said.headers["Link"] = f'</dictionary/{dictionary}>; rel="compression-dictionary"'
        return said

    async def _set(self, front: Front, today: datetime) -> str | None:
        """The page; ``None`` for a language, a section or a number that has no stories."""
        limit = self._settings.front_stories
        languages = await self._channel.ask(lambda catalogue: catalogue.languages())
        stories = await self._channel.ask(
            lambda catalogue: catalogue.front(
                front.language, front.rendition, limit + 1, front.section, (front.number - 1) * limit
            )
        )
        known = front.language in WORDS or front.language in languages
        if not known or (not stories and (front.section or front.number > 1)):
            return None
        sections = await self._channel.ask(lambda catalogue: catalogue.sections(front.language, MOST_SECTIONS))
        return await run_in_threadpool(
            front_page, self._settings.name, front, stories[:limit], languages, sections, today,
            more=len(stories) > limit, base=self._settings.base_url,
        )  # fmt: skip

    async def search(self, request: Request) -> Response:
        """Stories of a language that have all the words of ``q``; the form alone without it."""
        language = request.path_params["language"]
        light = request.url.path.endswith("/light/search")
        if language not in WORDS and language not in await self._channel.ask(lambda catalogue: catalogue.languages()):
            return await self.missing(request, language)
        asked = request.query_params.get("q", "").strip()[:LONGEST_QUESTION]
        front, query = Front(language, LIGHT if light else FULL), query_of(asked)
        stories = await self._channel.ask(
            lambda catalogue: catalogue.search(query, language, front.rendition, MOST_FOUND) if query else []
        )
        body = (await run_in_threadpool(search_page, self._settings.name, front, asked, stories)).encode()
        zipped = await run_in_threadpool(packed, body) if accepts_gzip(request) else None
        # What somebody looked for is kept nowhere, their own browser's cache among it.
        return answer(
            request, body, zipped=zipped, etag=sha256(body).hexdigest(), policy=PLAIN_POLICY, cache="no-store"
        )

    async def live(self, request: Request) -> Response:
        """Events for an open page: its new sequence, whenever it has one. 204 tells a browser not to ask again."""
        path = f"{request.path_params['language']}/{request.path_params['file']}"
        page = await self._channel.ask(lambda catalogue: catalogue.page(path))
        if page is None or page.rendition != FULL:
            return await self.missing(request, path)
        if self._channel.live.full:
            return Response(status_code=204)
        seen = seen_before(request.headers.get("last-event-id", ""))
        lines = self._channel.live.follow(page.article_id, page.sequence, seen, gone=not page.shown)
        return StreamingResponse(
            lines, headers=SECURITY | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            media_type="text/event-stream",
        )  # fmt: skip

    async def missing(self, request: Request, path: str) -> Response:
        language = self._spoken(request, path)
        words = words_for(language)
        return await self._plain(request, language, words.missing, words.missing_why, 404)

    def _spoken(self, request: Request, path: str) -> str:
        first = path.split("/")[0]
        return first if first in WORDS else preferred(request.headers.get("accept-language", ""), list(WORDS))

    async def _plain(self, request: Request, language: str, headline: str, text: str, status: int) -> Response:
        body = plain_page(self._settings.name, language, headline, text).encode()
        zipped = await run_in_threadpool(packed, body) if accepts_gzip(request) else None
        etag = sha256(body).hexdigest()
        return answer(request, body, zipped=zipped, etag=etag, status=status, policy=PLAIN_POLICY)

    async def media(self, request: Request) -> Response:
        """A picture by its digest, while a page shows it; 503 while it is neither here nor to be had."""
        digest = request.path_params["digest"]
        if not _DIGEST.fullmatch(digest):
            return await self.missing(request, f"media/{digest}")
        try:
            found = await self._channel.picture(digest)
        except OSError:
            return Response("the picture store is away", 503, {"Retry-After": "2", "Cache-Control": "no-store"})
        if found is None:
            return await self.missing(request, f"media/{digest}")
        media_type, content = found
        return answer(request, content, etag=digest, media_type=media_type, policy=BARE_POLICY, cache=FOREVER)

    async def health(self, request: Request) -> Response:
        """200 while the streams are read, 503 while they are not or the site still catches up after its start.

        Whether pages are served is another matter: see ``Arrival``.
        """
        reader = self._channel.reader
        silent = reader.silent_for
        told = {
            "service": "site",
            "reading": reader.reading,
            "caught_up": reader.arrival.reached,
            "last_read_ms_ago": None if silent is None else round(silent * 1000),
            "cursors": reader.cursors,
        }
        return JSONResponse(
            told, 200 if reader.reading and reader.arrival.reached else 503, {"Cache-Control": "no-store"}
        )

    async def metrics(self, request: Request) -> Response:
        """Counters in Prometheus' text form."""
        return Response(generate_latest(self._channel.meters.registry), media_type=CONTENT_TYPE_LATEST)
