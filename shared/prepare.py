"""What is fetched or made before a decision: work that waits for others, or takes a while."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from shared.errors import Away
from shared.events import Event
from shared.streams import passing

Prepare = Callable[[Any], Awaitable[object]]
"""From an event's data to what its decision finds in ``Given.found``. It may run twice, so it changes nothing that a
second run would not change in the same way; what it raises counts as raised by the decision, ``Away`` apart."""

FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 1.0


async def prepared(
    events: Mapping[str, Event[Any]],
    prepares: Mapping[str, Prepare],
    meanwhile: Callable[[], Awaitable[None]],
    every_s: float,
    away: Callable[[Exception | None], None],
) -> dict[str, object]:
    """By entry, what its ``Prepare`` answered or raised; every so many seconds ``meanwhile`` is called.

    All run at once. One that found a store or Redis away runs again, ever less often, and alone: what the others have
    is kept. ``away`` is told why, and with ``None`` when that is over. When it returns or raises, none runs any more.
    """
    found: dict[str, object] = {}
    left, wait = dict(events), FIRST_WAIT_S
    while left:
        answers = await _all({entry: prepares[entry](event.data) for entry, event in left.items()}, meanwhile, every_s)
        found |= {entry: answer for entry, answer in answers.items() if not _is_away(answer)}
        left = {entry: event for entry, event in left.items() if entry not in found}
        missing = next((answer for answer in answers.values() if _is_away(answer)), None)
        away(missing if isinstance(missing, Exception) else None)
        if left:
            await _all({"": asyncio.sleep(wait)}, meanwhile, every_s)
            wait = min(2 * wait, LONGEST_WAIT_S)
    return found


def _is_away(answer: object) -> bool:
    """A bare ``OSError`` is no store of ours: a TLS library raises it for what a stranger sent."""
    return isinstance(answer, Away) or (
        isinstance(answer, Exception) and passing(answer) and not isinstance(answer, OSError)
    )


async def _all(
    works: Mapping[str, Awaitable[object]], meanwhile: Callable[[], Awaitable[None]], every_s: float
) -> dict[str, object]:
    tasks = {entry: asyncio.ensure_future(work) for entry, work in works.items()}
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
