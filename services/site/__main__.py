"""`python -m services.site` runs the reference channel; with `health`, it asks a running one how it is."""

import asyncio
import signal
import socket
import sys

import uvicorn

from services.site.app import build
from services.site.settings import Settings
from services.site.shelf import Taken
from shared.errors import Unusable
from shared.logs import configure, logger
from shared.run import HealthServer, ask_health, listen, load_settings


async def serve(settings: Settings, listening: socket.socket) -> int:
    """Serve until SIGTERM or SIGINT; 0 if it was asked to stop, 1 if it could not go on."""
    stopping, failed = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    app = build(settings, failed.set)
    config = uvicorn.Config(
        app, lifespan="on", log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    server = HealthServer(config)
    waits = {asyncio.create_task(event.wait()) for event in (stopping, failed)}
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    host, port = listening.getsockname()[:2]
    logger().info("service.starting", host=host, port=port)
    await asyncio.wait({serving, *waits}, return_when=asyncio.FIRST_COMPLETED)
    # Lines of events never end by themselves, and a stop would wait for them.
    app.state.stopping()
    server.should_exit = True
    await serving
    for wait in waits:
        wait.cancel()
    logger().info("service.stopped" if stopping.is_set() else "service.failed")
    return 0 if stopping.is_set() else 1


def main() -> None:
    """Run the site, or ask it how it is."""
    settings = load_settings(Settings)
    if sys.argv[1:] == ["health"]:
        sys.exit(ask_health(settings.host, settings.port))
    configure("site", settings.log_level)
    listening = listen(settings.host, settings.port)
    try:
        code = asyncio.run(serve(settings, listening))
    except (Taken, Unusable) as problem:
        sys.exit(str(problem))
    sys.exit(code)


if __name__ == "__main__":
    main()
