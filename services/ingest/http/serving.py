"""The front beside the stage in one process: made, started, kept up to date with ``sources.toml``, stopped."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from services.ingest.adapters import ADAPTERS
from services.ingest.hostile import Limits, examine
from services.ingest.http.app import build
from services.ingest.http.connection import PatientConnection
from services.ingest.http.door import Door
from services.ingest.http.front import Front
from services.ingest.http.inbox import Inbox
from services.ingest.http.meters import Meters
from services.ingest.pollers.run import attach
from services.ingest.settings import Settings
from services.ingest.sources import BadSources, Sources, load, polled
from shared.errors import Unusable
from shared.logs import logger
from shared.media import Media
from shared.repeated import Repeated
from shared.stage import Stage
from shared.streams import connect

LOOK_EVERY_S = 2.0
STAGES_OWN = frozenset({"/health", "/metrics"})


def serve_beside(stage: Stage, settings: Settings, environment: Mapping[str, str]) -> None:
    """Give the stage its front; secrets may lie in ``environment``.

    Raises ``Unusable`` where ``sources.toml`` cannot be used at the start.
    """
    try:
        sources = load(settings.sources, environment)
    except BadSources as error:
        raise Unusable(str(error)) from None
    # A client of its own, impatient: the stage may wait for Redis, who posts may not.
    redis = connect(settings.redis_url, answer_s=0.7)
    limits = Limits(event_bytes=settings.event_bytes, depth=settings.event_depth)
    inbox = Inbox(redis, stage.keys, settings.data_keep_ms, partial(examine, limits=limits))
    front = Front(
        settings=settings, door=Door(sources), inbox=inbox, redis=redis, keys=stage.keys,
        meters=Meters(stage.metrics.registry), media=Media(settings.media), limits=limits,
    )  # fmt: skip
    app, watching = build(front), Watch(front, settings, environment)

    def beside(own: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            ours = scope["type"] == "http" and scope["path"] not in STAGES_OWN
            await (app if ours else own)(scope, receive, send)

        return answer

    stage.beside = beside
    stage.serving |= {
        "http": PatientConnection, "ws": "none", "h11_max_incomplete_event_size": 32_768,
        "limit_concurrency": settings.connections, "timeout_keep_alive": 65, "server_header": False,
        # Nobody here asks who is behind a proxy: a source is known by its signature.
        "proxy_headers": False,
    }  # fmt: skip
    stage.app.after_startup(front.inbox.start)
    stage.app.after_startup(watching.start)
    stage.app.on_shutdown(watching.stop)
    stage.app.on_shutdown(front.inbox.stop)
    attach(stage, settings, lambda: polled(front.door.sources), ADAPTERS)
    logger().info("sources.loaded", sources=len(sources), file=str(settings.sources))


class Watch(Repeated):
    """Reads ``sources.toml`` again when it has changed; one that cannot be used leaves the old one in place."""

    def __init__(self, front: Front, settings: Settings, environment: Mapping[str, str]) -> None:
        super().__init__(self.look, LOOK_EVERY_S)
        self._front, self._path, self._environment = front, settings.sources, environment
        self._seen: tuple[object, ...] = self._stamp()

    async def look(self) -> None:
        """Read it again if it, or a file of secrets, is another than it was."""
        if (before := self._stamp()) != self._seen:
            self.reload()
            # It may name other files now, or have changed again meanwhile: then the next look reads it once more.
            self._seen = before if self._stamp() == before else ()

    def reload(self) -> None:
        """The file as it is now, or the log says why not."""
        try:
            sources: Sources = load(self._path, self._environment)
        except BadSources as error:
            self._front.meters.sources_failed.inc()
            logger().error("sources.refused", why=str(error), do="mend the file; the last good one is in use")
            return
        if not sources and self._front.door.sources:
            # Gone or cut short for a moment, as editors do: a 404 is for ever to those who would hear it.
            self._front.meters.sources_failed.inc()
            told = "there is no source in it: where nobody may submit any more, restart ingest"
            logger().error("sources.refused", why=told, do="mend the file; the last good one is in use")
            return
        self._front.door.sources = sources
        logger().info("sources.loaded", sources=len(sources), file=str(self._path))

    def _stamp(self) -> tuple[object, ...]:
        """Other where the file, or one of those it names for secrets, has changed."""
        files = [self._path]
        for known in self._front.door.sources.values():
            poll, form = known.source.poll, known.source.form
            names = [*known.source.secrets_file, *(form.secrets_file if form else ())]
            names += [poll.password_file] if poll and poll.password_file else []
            files += [self._path.parent / name for name in names]
        return tuple(_stat(file) for file in files)


def _stat(file: Path) -> tuple[int, int, int]:
    try:
        told = file.stat()
    except OSError:
        return (0, 0, 0)
    return (told.st_mtime_ns, told.st_size, told.st_ino)
