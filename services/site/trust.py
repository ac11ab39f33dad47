"""How readers check a copy: the page that says it, the keys, and the daily index."""

import re
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.site.answers import accepts_gzip, answer, packed, redirect
from services.site.channel import Channel
from services.site.daily import held_index, newest_day
from services.site.entries import FULL, LIGHT
from services.site.front import PROSE_POLICY, trust_page
from services.site.http import Pages
from services.site.policy import BARE_POLICY
from services.site.words import WORDS
from shared.signatures import SIDECAR

_INDEX = re.compile(rf"(\d{{4}}-\d\d-\d\d)\.txt({re.escape(SIDECAR)})?", re.ASCII)
TEXT = "text/plain; charset=utf-8"
OWN_KEY = "edition.pub"


class Trust:
    """Handlers of ``/<language>/trust``, ``/keys/<name>`` and ``/index/<day>.txt``."""

    def __init__(self, channel: Channel, pages: Pages) -> None:
        self._channel, self._pages = channel, pages
        self._keys: dict[str, str] = {}
        if edition := channel.edition:
            self._keys = {f"{key.id}.pub": str(key) for key in edition.newsroom}
            self._keys |= {OWN_KEY: str(edition.signer.key), OWN_KEY + SIDECAR: edition.certificate}

    def routes(self) -> list[Route]:
        """The page in both fronts' addresses, so that whoever reads light goes back to light.

        None of them shows a story, so they answer while the site still catches up.
        """
        return [
            Route("/{language}/trust", self.page),
            Route("/{language}/light/trust", self.page),
            Route("/keys/{name}", self.key),
            Route("/index/", self.newest),
            Route("/index/{file}", self.index),
        ]

    async def page(self, request: Request) -> Response:
        """In each language the site speaks."""
        language = request.path_params["language"]
        if language not in WORDS:
            return await self._pages.missing(request, language)
        keys = self._channel.edition.newsroom if self._channel.edition else ()
        indexed = await self._channel.ask(newest_day) is not None
        rendition = LIGHT if request.url.path.endswith("/light/trust") else FULL
        body = trust_page(self._channel.settings.name, language, rendition, keys, indexed=indexed).encode()
        zipped = await run_in_threadpool(packed, body) if accepts_gzip(request) else None
        return answer(request, body, zipped=zipped, etag=sha256(body).hexdigest(), policy=PROSE_POLICY)

    async def key(self, request: Request) -> Response:
        """A public key, or what the newsroom's key says of ours."""
        text = self._keys.get(request.path_params["name"])
        if text is None:
            return await self._pages.missing(request, "keys")
        return self._text(request, text)

    async def newest(self, request: Request) -> Response:
        """To the last day's index."""
        day = await self._channel.ask(newest_day)
        return await self._pages.missing(request, "index") if day is None else redirect(f"/index/{day}.txt", 302)

    async def index(self, request: Request) -> Response:
        """The index of a day, or its signature; neither ever changes."""
        named = _INDEX.fullmatch(request.path_params["file"])
        held = await self._channel.ask(lambda catalogue: held_index(catalogue, named[1])) if named else None
        if named is None or held is None:
            return await self._pages.missing(request, "index")
        return self._text(request, held[1] if named[2] else held[0])

    def _text(self, request: Request, text: str) -> Response:
        body = text.encode()
        return answer(request, body, etag=sha256(body).hexdigest(), media_type=TEXT, policy=BARE_POLICY)
