"""Offline reading: a page that explains it, the worker that keeps pages, what it may keep, and how all of it goes.

A cache is evidence on a seized phone: nothing here keeps anything before its reader has asked.
"""

import json
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.site.answers import HTML, accepts_gzip, answer, packed, redirect
from services.site.channel import Channel
from services.site.entries import LIGHT
from services.site.front import (
    OFFLINE_POLICY,
    PLAIN_POLICY,
    WORKER,
    Front,
    away_page,
    home,
    offline_page,
    plain_page,
)
from services.site.http import Handler, Pages
from services.site.policy import BARE_POLICY
from services.site.words import WORDS, words_for

STORIES = 20
DAYS = 14
"""As the worker has it: after so long without a newer copy a page is deleted."""
WORKER_POLICY = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
FORGET = '"cache", "storage"'
"""Its own copies of pages, and workers with what they kept: https://www.w3.org/TR/clear-site-data/"""


class Offline:
    """Handlers of ``/<language>/offline`` and what belongs to it; the scope of its worker is that one language."""

    def __init__(self, channel: Channel, pages: Pages) -> None:
        self._channel, self._pages = channel, pages
        self._name = channel.settings.name

    def routes(self) -> list[Route]:
        """The page and the order to delete wait for nothing: who wants to be rid of something, wants it now."""
        at = "/{language:str}/offline"
        return [
            Route(at, self._known(self.page)),
            Route(f"{at}/away", self._known(self.away)),
            Route(f"{at}/clear", self.clear, methods=["GET", "POST"]),
            Route(f"{at}.js", self._known(self.worker)),
            Route(f"{at}.json", self._pages.arrived(self._known(self.manifest))),
        ]

    def _known(self, handler: Handler) -> Handler:
        async def handled(request: Request) -> Response:
            language = request.path_params["language"]
            if language in WORDS or language in await self._channel.ask(lambda catalogue: catalogue.languages()):
                return await handler(request)
            return await self._pages.missing(request, language)

        return handled

    async def page(self, request: Request) -> Response:
        """The same for everybody: what their browser keeps, it shows them itself."""
        body = self._page(request.path_params["language"])
        return await self._say(request, body, OFFLINE_POLICY)

    async def away(self, request: Request) -> Response:
        """What the worker shows in place of a page it does not keep."""
        return await self._say(request, self._away(request.path_params["language"]), PLAIN_POLICY)

    async def worker(self, request: Request) -> Response:
        """One file for all languages. Its place is its scope, so it needs no ``Service-Worker-Allowed``."""
        return await self._say(request, WORKER.encode(), WORKER_POLICY, "text/javascript; charset=utf-8")

    async def manifest(self, request: Request) -> Response:
        """Address → digest of everything that may be kept; whatever else a browser has, its worker deletes."""
        language = request.path_params["language"]
        front = await self._pages.made(Front(language, LIGHT))
        stories = await self._channel.ask(lambda catalogue: catalogue.keepable(language, STORIES))
        pages = {
            f"/{language}/offline": _digest(self._page(language)),
            f"/{language}/offline/away": _digest(self._away(language)),
            **({home(language, LIGHT): front[2]} if front else {}),
            **stories,
        }
        return await self._say(request, json.dumps({"pages": pages}).encode(), BARE_POLICY, "application/json")

    async def clear(self, request: Request) -> Response:
        """Has the browser delete everything of this site; a page of another site cannot ask for that."""
        language = request.path_params["language"]
        if request.method != "POST" or request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return redirect(f"/{language if language in WORDS else 'en'}/offline", 303)
        words = words_for(language)
        body = plain_page(self._name, language, words.offline_cleared, words.offline_cleared_why).encode()
        said = answer(request, body, etag=_digest(body), policy=PLAIN_POLICY, cache="no-store")
        said.headers["Clear-Site-Data"] = FORGET
        return said

    async def _say(self, request: Request, body: bytes, policy: str, media_type: str = HTML) -> Response:
        zipped = await run_in_threadpool(packed, body) if accepts_gzip(request) else None
        return answer(request, body, zipped=zipped, etag=_digest(body), media_type=media_type, policy=policy)

    def _page(self, language: str) -> bytes:
        return offline_page(self._name, language, STORIES, DAYS).encode()

    def _away(self, language: str) -> bytes:
        return away_page(self._name, language).encode()


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
