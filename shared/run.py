"""The body of every service's ``__main__``: settings, logs, library, health pages, signals."""

import asyncio
import gc
import http.client
import json
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

import uvicorn
from faststream.asgi import AsgiResponse, get
from prometheus_client import make_asgi_app
from pydantic import ValidationError
from redis.exceptions import NoPermissionError

from shared.errors import Unusable
from shared.logs import configure, logger
from shared.settings import StageSettings
from shared.stage import Stage
from shared.streams import Client, connect, load_library, passing

S = TypeVar("S", bound=StageSettings)


def main(name: str, build: Callable[[S], Stage], settings_class: type[S]) -> None:
    """Run the service until SIGTERM or SIGINT, then exit 0; with the argument ``health``, ask it how it is."""
    settings = load_settings(settings_class)
    port: int = settings.port  # type: ignore[attr-defined]
    if sys.argv[1:] == ["health"]:
        sys.exit(ask_health(settings.host, port))
    configure(name, settings.log_level)
    asyncio.run(serve(lambda: build(settings), settings, port))


def load_settings(settings_class: type[S]) -> S:
    """Settings from the environment; a wrong one ends the process with its name and what it should be."""
    try:
        return settings_class()
    except ValidationError as error:
        sys.exit("\n".join(f"{_variable(problem['loc'])}: {problem['msg']}" for problem in error.errors()))


def _variable(loc: tuple[int | str, ...]) -> str:
    name = str(loc[0]).upper()
    return name if name.startswith("LIGHTWIRE_") else f"LIGHTWIRE_{name}"


def ask_health(host: str, port: int) -> int:
    """0 if the service on this port says it is reading, 1 otherwise; the exit code of a container's health check."""
    address = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    # http.client, not urllib: a proxy in the environment must not stand between a service and its own health.
    connection = http.client.HTTPConnection(address, port, timeout=3)
    try:
        connection.request("GET", "/health")
        return 0 if connection.getresponse().status == 200 else 1
    except (http.client.HTTPException, OSError):
        return 1
    finally:
        connection.close()


async def serve(build: Callable[[], Stage], settings: StageSettings, port: int) -> None:
    """Wait for Redis, load the library where we may, then read until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listening = listen(settings.host, port)
    if not await redis_ready(settings, stop):
        listening.close()
        return
    try:
        stage = build()
    except Unusable as error:
        sys.exit(str(error))
    app = stage.app.as_asgi(
        asgi_routes=[("/health", health(stage)), ("/metrics", make_asgi_app(stage.metrics.registry))]
    )
    # What is loaded by now stays as long as the process: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    server = HealthServer(
        uvicorn.Config(
            stage.beside(app), host=settings.host, port=port, log_config=None, access_log=False, lifespan="on",
            **stage.serving,
        )
    )  # fmt: skip
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    logger().info("service.stopping" if stop.is_set() else "service.failed", port=port)
    server.should_exit = True
    await serving
    if not stop.is_set():
        sys.exit(f"{stage.name}: ended without being asked to; the lines above say why")
    logger().info("service.stopped")


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections send at once; a taken port ends the process here, by name, before anything is read.

    asyncio asks for that only where it made the socket itself. Otherwise the kernel holds back the body of an answer
    until the other side has acknowledged its head, which it puts off for 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        sys.exit(f"{host}:{port} cannot be used: {error.strerror}; end what listens there, or set another port")
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


async def redis_ready(settings: StageSettings, stop: asyncio.Event) -> bool:
    """True once Redis answers and the library is there; False when asked to stop before."""
    redis, told = connect(settings.redis_url), False
    try:
        while not stop.is_set():
            try:
                info: dict[str, Any] = await redis.info("server")
                loaded = await _load_where_we_may(redis)
            except Exception as error:
                if not passing(error):
                    raise
                if not told:
                    logger().warning("redis.away", error=type(error).__name__)
                    told = True
                await asyncio.sleep(settings.retry_away_ms / 1000)
            else:
                server = "valkey" if "valkey_version" in info else "redis"
                version = info.get("valkey_version", info["redis_version"])
                logger().info("service.starting", server=server, version=version, library_loaded=loaded)
                return True
        return False
    finally:
        await redis.aclose()


async def _load_where_we_may(redis: Client) -> bool:
    """A service whose Redis user may not load functions relies on `lightwire migrate`."""
    try:
        return await load_library(redis)
    except NoPermissionError:
        return False


def health(stage: Stage) -> Any:
    """200 while every stream is read, 503 otherwise, with the condition of each."""

    @get(include_in_schema=False)
    async def answer(scope: Any) -> AsgiResponse:
        body = json.dumps({"service": stage.name, "healthy": stage.healthy, "streams": stage.condition()})
        return AsgiResponse(body.encode(), 200 if stage.healthy else 503, headers={"content-type": "application/json"})

    return answer


class HealthServer(uvicorn.Server):
    """uvicorn without its own signal handling: it would end the process with the signal instead of 0."""

    def install_signal_handlers(self) -> None:
        """Left to ``serve``."""

    def capture_signals(self) -> Any:
        """Left to ``serve``."""
        return nullcontext()
