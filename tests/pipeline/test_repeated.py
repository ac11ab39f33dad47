"""What is done every so often begins at once and ends when it is told to."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared.repeated import Repeated


async def test_it_is_done_at_once_and_again_until_it_is_stopped(until: Callable[..., Awaitable[None]]) -> None:
    done = 0

    async def do() -> None:
        nonlocal done
        done += 1

    often, seldom = Repeated(do, 0.001), Repeated(do, 3_600)
    await seldom.start()

    async def twice() -> bool:
        return done >= 3

    await often.start()
    await until(twice)
    await often.stop()
    async with asyncio.timeout(5):
        await seldom.stop()
    assert often.stopping
    assert seldom.stopping


async def test_one_that_was_never_started_stops_and_a_failure_is_not_swallowed(
    until: Callable[..., Awaitable[None]],
) -> None:
    async def fail() -> None:
        raise ValueError("by accident")

    failing = Repeated(fail, 3_600)
    await Repeated(fail, 1).stop()

    await failing.start()

    async def ended() -> bool:
        return failing._task is not None and failing._task.done()

    await until(ended)
    with pytest.raises(ValueError, match="by accident"):
        await failing.stop()
