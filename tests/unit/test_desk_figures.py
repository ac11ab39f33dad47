"""Bars that fit their picture, and cells no spreadsheet computes."""

from datetime import UTC, datetime, timedelta

import pytest

from services.moderation.desk.charts import FOOT, HEIGHT, WIDTH, stacked
from services.moderation.desk.trail import cell

DAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("days", [1, 7, 90])
@pytest.mark.parametrize("most", [0, 1, 3, 999, 123_456])
def test_bars_stand_on_the_ground_and_end_below_the_scale(days: int, most: int) -> None:
    columns = [(DAY + timedelta(days=n), (most, most // 2, 0)) for n in range(days)]

    told = stacked(columns, ("publish", "hold", "reject"))

    assert all(one.y >= 0 and one.y + one.height <= HEIGHT - FOOT + 0.2 for one in told.bars)
    assert all(one.x >= 0 and one.x + one.width <= WIDTH for one in told.bars)
    assert [n for _, n in told.ticks] == [0, told.ticks[2][1] // 2, told.ticks[2][1]]
    assert told.ticks[2][1] >= most + most // 2
    assert 1 <= len(told.labels) <= 8


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_would_be_computed_is_quoted(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_any_other_cell_stays_as_it_is() -> None:
    assert [cell(text) for text in ("parisa", "", "2026-11-23", "نه = هیچ")] == ["parisa", "", "2026-11-23", "نه = هیچ"]
