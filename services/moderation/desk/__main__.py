"""`python -m services.moderation.desk` runs the moderators' desk; with `health`, it asks a running one how it is."""

import asyncio
import signal
import socket
import sys

import uvicorn

from services.moderation.desk.app import build
from services.moderation.desk.settings import Settings
from shared.errors import Unusable
from shared.logs import configure, logger
from shared.run import HealthServer, ask_health, listen, load_settings, redis_ready


async def serve(settings: Settings, listening: socket.socket) -> int:
    """Serve until SIGTERM or SIGINT; 0 if it was asked to stop, 1 if it could not go on."""
    stopping, failed = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if not await redis_ready(settings, stopping):
        return 0
    config = uvicorn.Config(
        build(settings, failed.set), lifespan="on", log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    server = HealthServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    waits = {asyncio.create_task(event.wait()) for event in (stopping, failed)}
    await asyncio.wait({serving, *waits}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    for wait in waits:
        wait.cancel()
    logger().info("service.stopped" if stopping.is_set() else "service.failed")
    return 0 if stopping.is_set() else 1


def main() -> None:
    """Run the desk, or ask it how it is."""
    settings = load_settings(Settings)
    if sys.argv[1:] == ["health"]:
        sys.exit(ask_health(settings.host, settings.port))
    configure("desk", settings.log_level)
    listening = listen(settings.host, settings.port)
    try:
        code = asyncio.run(serve(settings, listening))
    except Unusable as problem:
        sys.exit(str(problem))
    sys.exit(code)


if __name__ == "__main__":
    main()
