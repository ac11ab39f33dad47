"""Who follows a story is told what they missed, and nothing twice."""

from collections.abc import AsyncIterator

import pytest

from services.site.live import Live, seen_before


async def first(lines: AsyncIterator[str]) -> str:
    async for line in lines:
        return line
    return ""


@pytest.mark.parametrize(
    ("header", "seen"),
    [("", None), ("7", 7), ("123456789", 123_456_789), ("x", None), ("-1", None), ("9" * 40, None), ("٧", None)],
)
def test_a_browser_that_comes_back_says_what_it_saw_last(header: str, seen: int | None) -> None:
    assert seen_before(header) == seen


@pytest.mark.parametrize(
    ("seen", "told"), [(None, False), (4, True), (5, False), (6, False)], ids=["new", "missed one", "up to date", "odd"]
)
async def test_who_missed_something_is_told_at_once(seen: int | None, told: bool) -> None:
    line = await first(Live(9).follow("a", 5, seen))

    assert "id: 5\n" in line
    assert ("data: 5" in line) is told


async def test_a_change_just_before_the_line_opened_is_told_to_who_comes_first() -> None:
    live = Live(9)
    live.changed([("a", 5)])

    assert "data: 5" in await first(live.follow("a", 5, None))
    assert "data:" not in await first(live.follow("b", 3, None))


async def test_too_many_are_turned_away_and_a_stop_ends_every_line() -> None:
    live = Live(1)
    following = live.follow("a", 1, None)
    await first(following)

    assert live.full
    live.close()
    assert [line async for line in following] == []
    assert live.readers == 0
