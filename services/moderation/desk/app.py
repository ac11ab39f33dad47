"""What moderation and people decided → pages → moderation.commands"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from time import time
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.moderation.desk import (
    account,
    acting,
    comment,
    oidc,
    policy_page,
    queue,
    search,
    sign_in,
    static,
    statistics,
    story,
    trail,
)
from services.moderation.desk.answers import SECURITY
from services.moderation.desk.desk import Desk
from services.moderation.desk.follow import follow
from services.moderation.desk.settings import Settings
from services.moderation.desk.visit import Visit, route
from services.moderation.desk.words import spoken
from shared.streams import connect

MOST_BYTES = 2**21
"""Of a request: a candidate policy is the longest that anybody sends."""
HOUR_S = 3_600


def build(settings: Settings, failed: Callable[[], None] = lambda: None) -> Starlette:
    """The desk as an ASGI application. Raises ``PolicyError`` for a policy that cannot be used.

    ``failed`` is called if reading ends by itself, which only a mistake in this program can bring about.
    """
    desk = Desk.at(settings, connect(settings.redis_url))
    caught_up = {name: asyncio.Event() for name in ("decisions", "acts", "articles")}
    tasks: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for work in _readers(desk, caught_up):
            task = asyncio.create_task(work)
            task.add_done_callback(lambda done: failed() if not done.cancelled() else None)
            tasks.append(task)
        try:
            yield
        finally:
            await _ended(tasks)
            await desk.redis.aclose()

    async def health(_: Request) -> Response:
        reading = bool(tasks) and not any(task.done() for task in tasks)
        told = {"service": "desk", "healthy": reading, "read": {name: one.is_set() for name, one in caught_up.items()}}
        return JSONResponse(told, 200 if reading else 503, SECURITY)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(desk.meters.registry), headers=SECURITY, media_type=CONTENT_TYPE_LATEST)

    async def nothing(visit: Visit) -> Response:
        return visit.wrong(404, visit.words.no_page)

    async def stopped(request: Request, error: Exception) -> Response:
        visit = Visit(desk, request, spoken(None, request.headers.get("accept-language", "")))
        status = error.status_code if isinstance(error, HTTPException) else 500
        return visit.wrong(status, visit.words.no_page if status == 404 else visit.words.wrong_form)

    pages = [one for part in PARTS for one in part.routes(desk)]
    routes = [Route("/health", health), Route("/metrics", metrics), *static.ROUTES, *pages]
    last = [route(desk, "/{path:path}", nothing)]
    app = Starlette(routes=[*routes, *last], lifespan=lifespan, exception_handlers={HTTPException: stopped})
    app.add_middleware(_Counted, desk=desk)
    return app


PARTS: tuple[Any, ...] = (
    sign_in, oidc, queue, comment, acting, story, search, policy_page, statistics, trail, account,
)  # fmt: skip


def _readers(desk: Desk, caught_up: dict[str, asyncio.Event]) -> list[Coroutine[Any, Any, None]]:
    """Everything that reads for as long as the desk runs."""

    def stream(name: str) -> str:
        return desk.keys.key(name)

    kept_since = str(max(0, int(time() * 1000) - desk.settings.retention_ms))

    async def articles() -> None:
        start = await desk.articles.start()
        await follow(desk.redis, stream("articles.moderated"), start, desk.articles.learn, caught_up["articles"])

    async def tidy() -> None:
        while True:
            desk.ledger.forget(time() - desk.settings.retention_ms / 1000)
            await asyncio.sleep(HOUR_S)

    return [
        desk.asking.run(),
        follow(desk.redis, stream("comments.moderated"), kept_since, desk.ledger.decided, caught_up["decisions"]),
        follow(desk.redis, stream("audit"), "0", desk.ledger.acted, caught_up["acts"]),
        articles(),
        tidy(),
    ]


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    """Asked again until they are: a read that times out at the very moment may swallow a cancellation."""
    while left := [task for task in tasks if not task.done()]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.2)


class _Counted:
    """Answers by status, and no request longer than ``MOST_BYTES``."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BYTES:
                raise HTTPException(413)
            return message

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._desk.meters.answers.labels(message["status"]).inc()
            await send(message)

        await self._app(scope, limited if scope["type"] == "http" else receive, counted)
