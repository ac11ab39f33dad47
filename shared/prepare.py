"""What is fetched or made before a decision: work that waits for others, or takes a while."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from shared.events import Event

Prepare = Callable[[Any], Awaitable[object]]
"""From an event's data to what its decision finds in ``Given.found``. It may run twice, so it changes nothing that a
second run would not change in the same way; what it raises counts as raised by the decision."""


async def prepared(
    events: Mapping[str, Event[Any]], prepare: Prepare, meanwhile: Callable[[], Awaitable[None]], every_s: float
) -> dict[str, object]:
    """By entry, what ``prepare`` answered or the exception it raised.

    All run at once; every so many seconds, as long as one does, ``meanwhile`` is called.

    When it returns, raises or is cancelled, none of them runs any more.
    """
    tasks = {entry: asyncio.ensure_future(prepare(event.data)) for entry, event in events.items()}
    left = set(tasks.values())
    try:
        while left:
            _, left = await asyncio.wait(left, timeout=every_s)
            await meanwhile()
    finally:
        for task in left:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*left, return_exceptions=True)
    return {entry: task.exception() or task.result() for entry, task in tasks.items()}
