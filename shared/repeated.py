"""Something small that is done again and again beside a stage."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress


class Repeated:
    """Does it at once and then every so often; ``start`` and ``stop`` belong to the process.

    ``do`` deals with its own failures: one that escapes ends it, and is raised by ``stop``.
    """

    def __init__(self, do: Callable[[], Awaitable[None]], every_s: float) -> None:
        self._do, self._every_s = do, every_s
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def stopping(self) -> bool:
        """True once ``do`` should come to its end."""
        return self._stopping.is_set()

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Wait for what is under way, and do it no more."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self.stopping:
            await self._do()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every_s)
