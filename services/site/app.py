"""renditions.full, renditions.light, renditions.comments → web pages → receipts"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.site.channel import Channel
from services.site.exports import Exports
from services.site.feeds import Feeds
from services.site.http import Pages
from services.site.meters import Meters
from services.site.offline import Offline
from services.site.remarks import Remarks
from services.site.settings import Settings
from services.site.trust import Trust


def build(settings: Settings, failed: Callable[[], None] = lambda: None) -> Starlette:
    """The site as an ASGI application; it reads its streams from start-up to shut-down.

    ``failed`` is called if reading ends by itself, which only a mistake in this program can bring about.
    """
    channel = Channel(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with channel.reading() as task:
            task.add_done_callback(lambda done: failed() if not done.cancelled() and done.exception() else None)
            yield

    pages = Pages(channel)
    feeds = Feeds(channel, pages)
    handlers = (
        pages,
        feeds,
        Remarks(channel, pages),
        Exports(channel, pages, feeds),
        Trust(channel, pages),
        Offline(channel, pages),
    )
    routes = [route for handler in handlers for route in handler.routes()]
    app = Starlette(routes=[*routes, *pages.last()], lifespan=lifespan)
    app.state.stopping = channel.live.close
    app.add_middleware(_Counted, meters=channel.meters)
    return app


class _Counted:
    """Answers by status; neither addresses nor what was asked for is kept."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app, self._meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._meters.answers.labels(message["status"]).inc()
            await send(message)

        await self._app(scope, receive, counted)
