"""Polling as a task of ingest: every replica runs it, the one with the lease polls."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from services.ingest.adapters.intake import Adapter
from services.ingest.pollers.lease import Lease
from services.ingest.pollers.meters import Meters
from services.ingest.pollers.poller import Poller
from services.ingest.pollers.read import Reader
from services.ingest.pollers.settings import PollSettings
from services.ingest.pollers.table import Polled
from shared.addresses import Hosts, listed
from shared.errors import what
from shared.logs import logger
from shared.stage import Stage
from shared.streams import passing

LEASE = "poll.lease"
"""Where the lease is, without the prefix; it holds the name of the replica that polls."""
AT_ONCE = 8
"""Sources polled side by side, each host by one request at a time."""
TICK_S = 0.5
"""Between two looks at what is due."""
STOP_S = 5.0


def attach(
    stage: Stage,
    settings: PollSettings,
    sources: Callable[[], Sequence[Polled]],
    adapters: Mapping[str, Adapter],
) -> "Pollers":
    """Poll while ``stage`` runs. ``sources`` is asked again and again, so what is reloaded is polled."""
    pollers = Pollers(stage, settings, sources, adapters)
    stage.app.after_startup(pollers.start)
    stage.app.on_shutdown(pollers.stop)
    return pollers


class Pollers:
    """Keeps the lease, and polls what is due while it is ours."""

    def __init__(
        self,
        stage: Stage,
        settings: PollSettings,
        sources: Callable[[], Sequence[Polled]],
        adapters: Mapping[str, Adapter],
        tick_s: float = TICK_S,
    ) -> None:
        self._settings, self._sources, self._tick_s = settings, sources, tick_s
        self._meters = Meters(stage.metrics.registry)
        self._reader = Reader(Hosts(listed(settings.poll_inside)), settings.poll_max_bytes, settings.poll_gap_ms / 1000)
        # The consumer's name is this process's own and never used again.
        self._lease = Lease(stage.redis, stage.keys.key(LEASE), stage.consumer, settings.poll_lease_ms)
        self._poller = Poller(stage.redis, stage.keys, self._lease, self._reader, adapters, self._meters, settings)
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._away = False

    async def start(self) -> None:
        """Begin, as leader or in waiting."""
        self._tasks = [
            asyncio.create_task(self._every(self._settings.poll_lease_ms / 3000, self._keep)),
            asyncio.create_task(self._every(self._tick_s, self._tick)),
        ]

    async def stop(self) -> None:
        """Finish what is under way or leave it, and let another replica go on at once."""
        self._stopping.set()
        # By a flag first: a cancellation inside redis-py is now and then swallowed on Python 3.11.
        await _ended([*self._polls.values(), *self._tasks], STOP_S)
        try:
            await self._lease.release()
        except Exception as error:
            if not passing(error):
                raise
        self._meters.polling.set(0)
        await self._reader.close()

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
            try:
                await do()
                self._away = False
            except Exception as error:  # noqa: BLE001 - told; polling must go on when it is over
                self._tell(error)
            try:
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def _keep(self) -> None:
        if not self._sources():
            if self._lease.held:
                await self._lease.release()
            return
        before = self._lease.held
        held = await self._lease.take_or_keep()
        self._meters.polling.set(held)
        if held and not before:
            logger().info("poll.leading", sources=len(self._sources()))

    async def _tick(self) -> None:
        self._polls = {name: task for name, task in self._polls.items() if not task.done()}
        idle = [source for source in self._sources() if source.name not in self._polls]
        if not self._lease.held or not idle:
            return
        due = await self._poller.due_ms(idle)
        now_ms = self._poller.now_ms()
        waiting = sorted((when, n) for n, when in enumerate(due) if when <= now_ms)
        for _, n in waiting[: AT_ONCE - len(self._polls)]:
            self._polls[idle[n].name] = asyncio.create_task(self._poll(idle[n]))

    async def _poll(self, source: Polled) -> None:
        try:
            await self._poller.poll(source)
        except Exception as error:  # noqa: BLE001 - told; the source stays due
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        if not passing(error):
            logger().error("poll.broken", error=what(error))
        elif not self._away:
            self._away = True
            logger().warning("redis.away", task="poll", error=type(error).__name__)


async def _ended(tasks: Sequence["asyncio.Task[None]"], seconds: float) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=seconds)
